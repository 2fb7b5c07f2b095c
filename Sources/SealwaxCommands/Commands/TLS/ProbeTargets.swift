internal import CryptoCore
internal import Platform
internal import TransportSecurity
internal import Workspace

/// The targets that a user names: as arguments, in files, on standard input.
enum ProbeTargets {
  private static let maximumCount = 10_000
  private static let maximumByteCount = 4 << 20

  /// All of them, each once, in order.
  ///
  /// - Parameter lists: files with a target on each line; `#` begins a comment.
  static func read(_ arguments: [String], lists: [String]) throws(WorkspaceError) -> [ProbeTarget] {
    var targets: [ProbeTarget] = []
    var known: Set<ProbeTarget> = []
    func add(_ text: String, path: String?, line: Int) throws(WorkspaceError) {
      do throws(ProbeTarget.Problem) {
        let target = try ProbeTarget(text)
        if known.insert(target).inserted { targets.append(target) }
      } catch {
        let shown = escapedForTerminal(String(text.prefix(300)))
        let place = path == nil ? "" : "line \(line): "
        throw WorkspaceError(
          path == nil ? .usage : .malformed, "\(place)'\(shown)': \(error.message)", path: path,
          hints: ["a target is HOST:PORT, https://HOST, [IPV6]:PORT or unix:PATH"])
      }
      guard targets.count <= maximumCount else {
        throw WorkspaceError(.usage, "more than \(maximumCount) targets")
      }
    }
    for argument in arguments {
      guard argument == "-" else {
        try add(argument, path: nil, line: 0)
        continue
      }
      for (line, text) in try lines("-") { try add(text, path: "-", line: line) }
    }
    for path in lists {
      for (line, text) in try lines(path) { try add(text, path: path, line: line) }
    }
    guard !targets.isEmpty else {
      throw WorkspaceError(
        .usage, "there is nothing to probe",
        hints: ["name targets, or a file with targets by --from"])
    }
    return targets
  }

  private static func lines(
    _ path: String
  ) throws(WorkspaceError) -> [(number: Int, text: String)] {
    let text: String
    do throws(PlatformError) {
      if path == "-" {
        let bytes = try Files.readStandardInput(limit: maximumByteCount)
        text = String(decoding: Array(copying: bytes.bytes), as: UTF8.self)
      } else {
        let file = try Files.read(path, limit: maximumByteCount)
        text = String(decoding: Array(copying: file.bytes.bytes), as: UTF8.self)
      }
    } catch {
      throw WorkspaceError(reading: error).at(path)
    }
    var found: [(Int, String)] = []
    // Some editors begin a file with a byte-order mark.
    let lines = text.trimmingPrefix("\u{feff}").split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      let target = line.prefix { $0 != "#" }.filter { !$0.isWhitespace }
      if !target.isEmpty { found.append((index + 1, target)) }
    }
    return found
  }
}
