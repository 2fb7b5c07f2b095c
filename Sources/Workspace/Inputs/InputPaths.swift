internal import Platform

/// The files, folders and patterns that a command was given.
public struct InputPaths: Sendable {
  /// What a walk comes upon.
  public enum Finding: Sendable {
    /// A manifest to be worked on.
    case item(InputItem)
    /// Something that cannot be read. The walk goes on.
    case problem(WorkspaceError)
  }

  /// The paths, without those that lie within others of them.
  private let paths: [String]

  /// Takes paths as the user gave them.
  ///
  /// - Throws: `.usage` for none, and for standard input beside other paths.
  public init(_ paths: [String]) throws(WorkspaceError) {
    guard !paths.isEmpty else { throw WorkspaceError(.usage, "no file or folder was named") }
    guard paths.count == 1 || !paths.contains("-") else {
      throw WorkspaceError(.usage, "'-' (standard input) goes alone")
    }
    self.paths = InputPaths.withoutOverlaps(paths)
  }

  /// Whether it is one file or standard input, by its name alone.
  public var isSingleFile: Bool {
    guard paths.count == 1, let path = paths.first else { return false }
    if path == "-" { return true }
    return !GlobPattern.isPattern(path) && (try? Files.identity(of: path))?.kind != .directory
  }

  /// Visits every manifest, in order, folders depth first and sorted by name.
  ///
  /// In folders and by patterns only names ending in `.yaml`, `.yml` and `.json` count, and never the
  /// policy. Memory does not grow with the number of files.
  ///
  /// - Parameter visit: returns false to stop.
  public func forEach(_ visit: (Finding) -> Bool) {
    for path in paths where !walk(path, visit) { return }
  }

  private func walk(_ path: String, _ visit: (Finding) -> Bool) -> Bool {
    if path == "-" {
      return visit(.item(InputItem(path: "-", relativePath: "-", isNamed: true)))
    }
    do throws(PlatformError) {
      // A file may have a name that reads like a pattern.
      if let found = try? Files.identity(of: path) {
        guard found.kind == .directory else {
          return visit(
            .item(
              InputItem(path: path, relativePath: PathParts(path).name, isNamed: true)))
        }
        return try walkFolder(path, visit)
      }
      guard GlobPattern.isPattern(path) else {
        _ = try Files.identity(of: path)
        return true
      }
      return try walkPattern(path, visit)
    } catch {
      return visit(.problem(WorkspaceError(reading: error)))
    }
  }

  private func walkFolder(
    _ folder: String, _ visit: (Finding) -> Bool
  ) throws(PlatformError) -> Bool {
    var goesOn = true
    try FileTree.walk(folder) { found in
      goesOn = InputPaths.pass(found, from: folder, visit)
      return goesOn
    }
    return goesOn
  }

  private func walkPattern(
    _ pattern: String, _ visit: (Finding) -> Bool
  ) throws(PlatformError) -> Bool {
    var goesOn = true
    var isEmpty = true
    try FileTree.expand(pattern) { found in
      isEmpty = false
      goesOn = InputPaths.pass(found, from: ".", visit)
      return goesOn
    }
    guard !isEmpty else {
      return visit(
        .problem(
          WorkspaceError(
            .noInput, "no file matches '\(escapedForTerminal(pattern))'",
            hints: ["** stands for any number of folders; quote it from the shell"])))
    }
    return goesOn
  }

  private static func pass(
    _ found: FileTree.Item, from base: String, _ visit: (Finding) -> Bool
  ) -> Bool {
    switch found {
    case .file(let path):
      guard isManifestName(path) else { return true }
      return visit(
        .item(InputItem(path: path, relativePath: relative(path, to: base), isNamed: false)))
    case .symbolicLink: return true
    case .problem(let error): return visit(.problem(WorkspaceError(reading: error)))
    }
  }

  private static func isManifestName(_ path: String) -> Bool {
    let name = PathParts(path).name.lowercased()
    guard name != Policy.fileName else { return false }
    return name.hasSuffix(".yaml") || name.hasSuffix(".yml") || name.hasSuffix(".json")
  }

  private static func relative(_ path: String, to base: String) -> String {
    let prefix = PathParts.join(base, "x").utf8.dropLast()
    if path.utf8.starts(with: prefix) { return String(path.utf8.dropFirst(prefix.count)) ?? path }
    return path.hasPrefix("/") ? String(path.drop { $0 == "/" }) : path
  }

  /// Leaves out a path that is named twice or lies in a folder that is named too, so that no file is
  /// worked on twice at the same time.
  private static func withoutOverlaps(_ paths: [String]) -> [String] {
    guard paths.count > 1 else { return paths }
    var folders: Set<String> = []
    var named: Set<String> = []
    let resolved = paths.map { try? Files.realPath($0) }
    for (path, real) in zip(paths, resolved) {
      if let real, (try? Files.identity(of: path))?.kind == .directory { folders.insert(real) }
    }
    return zip(paths, resolved).filter { _, real in
      guard let real else { return true }
      guard named.insert(real).inserted else { return false }
      var place = real
      while place != "/" {
        place = PathParts(place).folder
        if folders.contains(place) { return false }
      }
      return true
    }.map(\.0)
  }
}
