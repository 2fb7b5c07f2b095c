internal import ControlPlane
internal import CryptoCore
internal import Platform

/// The services of a node, as systemd finds them.
struct UnitFiles {
  /// A service.
  struct Unit {
    /// The words of its command.
    let words: [PlacedText]
    /// The component that it starts; nil for others.
    let run: ComponentRun?
    /// The files of variables without which systemd does not start it, and which are not at hand.
    let missingFiles: [PlacedText]
    /// The variables that it gets, as far as they are at hand.
    let environment: [String: PlacedText]
  }

  private let root: NodeRoot

  /// Where units lie; the first folder that has one counts.
  private static let folders = [
    "/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system", "/lib/systemd/system",
  ]

  init(_ root: NodeRoot) { self.root = root }

  /// The service of a name; nil when there is none.
  func unit(_ name: String) -> Unit? {
    let file = Self.folders.lazy.map { "\($0)/\(name).service" }.first { root.hasFile($0) }
    guard let file else { return nil }
    var dropIns: [String: String] = [:]
    for folder in Self.folders {
      for path in root.files(in: "\(folder)/\(name).service.d", suffix: ".conf") {
        let name = String(path.split(separator: "/").last ?? "")
        // /lib may be a link to /usr/lib.
        if dropIns[name] == nil { dropIns[name] = path }
      }
    }
    return read(file, dropIns.sorted { $0.key < $1.key }.map(\.value))
  }

  /// The service of a file that is not in its place; drop-ins lie in a folder of its name.
  func loose(_ path: String) -> Unit? {
    read(
      path, root.looseFiles.filter { $0.hasPrefix(path + ".d/") && $0.hasSuffix(".conf") }.sorted())
  }

  private func read(_ path: String, _ dropIns: [String]) -> Unit? {
    var unit = SystemdUnit(file: root.shown(path))
    for file in [path] + dropIns {
      guard let snapshot = try? root.read(file) else { continue }
      unit.read(snapshot.bytes.bytes, file: root.shown(file))
    }
    var variables: [(name: String, value: PlacedText)] = []
    var isComplete = true
    var missing: [PlacedText] = []
    for (path, mayBeMissing) in unit.environmentFiles {
      let file = path.text
      guard let snapshot = try? root.read(file) else {
        // Of a copy nobody knows whether the file was there.
        if !root.isHost { isComplete = false }
        if !mayBeMissing { missing.append(path) }
        continue
      }
      variables += EnvironmentFile.variables(of: snapshot.bytes.bytes, file: root.shown(file))
    }
    let words = unit.command(variables)
    var run = unit.component(variables)
    if !isComplete { run?.hasHiddenEnvironment = true }
    return words.isEmpty
      ? nil
      : Unit(
        words: words, run: run, missingFiles: missing,
        environment: unit.environment(variables))
  }
}
