internal import Platform

/// The files, folders and patterns that a command was given.
public struct InputPaths: Sendable {
  /// What a walk comes upon.
  public enum Finding: Sendable {
    /// A manifest to be worked on.
    case item(InputItem)
    /// Something that is passed over, although it may be a manifest.
    case skipped(path: String, reason: String)
    /// A temporary file that a run which was killed may have left, with plaintext in it.
    case leftover(path: String)
    /// Something that cannot be read. The walk goes on.
    case problem(WorkspaceError)
  }

  /// The paths, each once.
  private let paths: [String]
  /// Nil for a single path, which cannot meet others.
  private let places: InputPlaces?
  /// The folder that results go to, without symbolic links.
  private var output: String?
  private var leftovers = Leftovers.passedOver
  /// What standard input is called, when somebody said so.
  private let standardInputName: String?

  private enum Leftovers {
    case passedOver, told, removed
  }

  /// Takes paths as the user gave them.
  ///
  /// - Parameter standardInputName: the path that standard input stands for; of it the name counts.
  /// - Throws: `.usage` for none, and for standard input beside other paths.
  public init(
    _ paths: [String], standardInputName: String? = nil
  ) throws(WorkspaceError) {
    self.standardInputName = standardInputName
    guard !paths.isEmpty else { throw WorkspaceError(.usage, "no file or folder was named") }
    guard paths.count == 1 || !paths.contains("-") else {
      throw WorkspaceError(.usage, "'-' (standard input) goes alone")
    }
    guard paths.count > 1 else {
      self.paths = paths
      places = nil
      return
    }
    var places = InputPlaces()
    self.paths = paths.filter { places.add($0) }
    self.places = places
  }

  /// Whether it is standard input.
  public var isStandardInput: Bool { paths == ["-"] }

  /// Whether it is standard input, and nobody said what that is called.
  public var isNameless: Bool { isStandardInput && standardInputName == nil }

  /// Whether it is one file or standard input, by its name alone.
  public var isSingleFile: Bool {
    guard paths.count == 1, let path = paths.first else { return false }
    if path == "-" { return true }
    return !GlobPattern.isPattern(path) && (try? Files.identity(of: path))?.kind != .directory
  }

  /// The same paths when the results go to a folder: it is left out of walks.
  func writing(to folder: String) -> InputPaths {
    var paths = self
    paths.output = ResolvedPath.folder(folder)
    return paths
  }

  /// Refuses inputs whose results would have the same place in a folder.
  ///
  /// - Throws: `.usage`, said of the second of them.
  func checkPlaces(in folder: String) throws(WorkspaceError) {
    // Within one path no two results have the same place.
    guard places != nil else { return }
    var failure: WorkspaceError?
    var outputs: Set<PathKey> = []
    writing(to: folder).forEach { finding in
      failure = collision(finding, in: folder, &outputs)
      return failure == nil
    }
    if let failure { throw failure }
  }

  /// Whether a folder that is there lies within one that is searched, so that its files are left out
  /// when results go there.
  public func leavesOut(outputFolder folder: String) -> Bool {
    guard let real = try? Files.realPath(folder) else { return false }
    return paths.contains { path in
      let isFile = (try? Files.identity(of: path)).map { $0.kind != .directory } ?? false
      guard path != "-", !isFile else { return false }
      let base = GlobPattern.isPattern(path) ? (try? GlobPattern(path).base) ?? path : path
      guard let searched = try? Files.realPath(base) else { return false }
      return PathKey(real) != PathKey(searched)
        && real.utf8.starts(with: (searched == "/" ? searched : searched + "/").utf8)
    }
  }

  /// The same paths, with the temporary files that are found in folders.
  func tellingLeftovers() -> InputPaths {
    var paths = self
    paths.leftovers = .told
    return paths
  }

  /// The same paths; temporary files that killed runs left in the folders are removed on the way.
  func removingLeftovers() -> InputPaths {
    var paths = self
    paths.leftovers = .removed
    return paths
  }

  /// Visits every manifest once, in order, folders depth first and sorted by name.
  ///
  /// In folders and by patterns only names ending in `.yaml`, `.yml`, `.json`, `.env` and `.ini` count,
  /// and never the policy or SOPS's rules. Memory does not grow with the number of files that are found.
  ///
  /// - Parameter visit: returns false to stop.
  public func forEach(_ visit: (Finding) -> Bool) {
    for path in paths where !walk(path, visit) { return }
  }

  private func collision(
    _ finding: Finding, in folder: String, _ outputs: inout Set<PathKey>
  ) -> WorkspaceError? {
    guard case .item(let item) = finding,
      !outputs.insert(PathKey(item.relativePath)).inserted
    else { return nil }
    let place = escapedForTerminal(PathParts.join(folder, item.relativePath))
    return WorkspaceError(
      .usage, "two inputs would be written to '\(place)'; this is the second", path: item.path,
      hints: ["name the folder that both are in, and their paths in it are kept"])
  }

  private func walk(_ path: String, _ visit: (Finding) -> Bool) -> Bool {
    if path == "-" {
      let name = standardInputName.map { PathParts($0).name } ?? path
      return visit(.item(InputItem(path: path, relativePath: name, isNamed: true)))
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
      return visit(.problem(WorkspaceError(reading: error).at(error.path ?? path)))
    }
  }

  private func walkFolder(
    _ folder: String, _ visit: (Finding) -> Bool
  ) throws(PlatformError) -> Bool {
    let walk = inputWalk(from: folder)
    var goesOn = true
    try FileTree.walk(folder, filter: filter(for: walk)) { found in
      goesOn = pass(found, of: walk, visit)
      return goesOn
    }
    return goesOn
  }

  private func walkPattern(
    _ pattern: String, _ visit: (Finding) -> Bool
  ) throws(PlatformError) -> Bool {
    let walk = inputWalk(from: try GlobPattern(pattern).base, pattern: pattern)
    var goesOn = true
    var isEmpty = true
    try FileTree.expand(pattern, filter: filter(for: walk)) { found in
      if case .file = found { isEmpty = false }
      goesOn = pass(found, of: walk, visit)
      return goesOn
    }
    guard goesOn, isEmpty else { return goesOn }
    return visit(
      .problem(
        WorkspaceError(
          .noInput, "no file matches '\(escapedForTerminal(pattern))'",
          hints: ["** stands for any number of folders; quote it from the shell"])))
  }

  private func inputWalk(from base: String, pattern: String? = nil) -> InputWalk {
    // Asked for only where something can be in the way.
    let isAlone = places == nil && output == nil
    return InputWalk(
      base: base, realBase: isAlone ? nil : try? Files.realPath(base), pattern: pattern)
  }

  private func filter(for walk: InputWalk) -> TreeFilter {
    var filter = TreeFilter()
    filter.wantsFile = InputPaths.isManifestName
    guard walk.realBase != nil else { return filter }
    filter.entersFolder = { path in
      guard let real = walk.realPath(of: path) else { return true }
      let isOutput = output.map { PathKey($0) == PathKey(real) } ?? false
      return !isOutput && places?.isNamed(real) != true
    }
    return filter
  }

  private func pass(
    _ found: FileTree.Item, of walk: InputWalk, _ visit: (Finding) -> Bool
  ) -> Bool {
    switch found {
    case .file(let path):
      if isVisitedElsewhere(path, walk) { return true }
      return visit(
        .item(InputItem(path: path, relativePath: walk.relativePath(of: path), isNamed: false)))
    case .symbolicLink(let path):
      guard !isVisitedElsewhere(path, walk), let reason = InputPaths.reasonToTell(link: path, walk)
      else { return true }
      return visit(.skipped(path: path, reason: reason))
    case .temporary(let path):
      switch leftovers {
      case .passedOver: return true
      case .told: return visit(.leftover(path: path))
      case .removed: AtomicFile.removeLeftover(at: path)
      }
      return true
    case .problem(let error):
      return visit(.problem(WorkspaceError(reading: error).at(error.path ?? walk.base)))
    }
  }

  private func isVisitedElsewhere(_ path: String, _ walk: InputWalk) -> Bool {
    guard let places, let real = walk.realPath(of: path) else { return false }
    return places.visitsElsewhere(real, foundBy: walk.pattern)
  }

  /// Why a link is passed over, where a manifest may be behind it.
  private static func reasonToTell(link path: String, _ walk: InputWalk) -> String? {
    if isManifestName(PathParts(path).name) { return "a symbolic link, which is not followed" }
    guard walk.pattern == nil, (try? Files.identity(of: path))?.kind == .directory else {
      return nil
    }
    return "a symbolic link to a folder, which is not followed"
  }

  /// Whether a name is that of a kind of file that only SOPS encrypts.
  static func isFlatName(_ name: String) -> Bool {
    let name = name.lowercased()
    return name.hasSuffix(".env") || name.hasSuffix(".ini")
  }

  static func isManifestName(_ name: String) -> Bool {
    let bytes = name.utf8.span
    if bytes.endsInAnyCase(with: ".yaml") || bytes.endsInAnyCase(with: ".yml")
      || bytes.endsInAnyCase(with: ".json")
    {
      return !bytes.isInAnyCase(Policy.fileName) && !bytes.isInAnyCase(SOPSConfiguration.fileName)
    }
    // SOPS has files of these kinds, too.
    return bytes.endsInAnyCase(with: ".env") || bytes.endsInAnyCase(with: ".ini")
  }
}

extension Span where Element == UInt8 {
  /// Whether the bytes end with an ending in ASCII, in small or capital letters.
  fileprivate func endsInAnyCase(with ending: String) -> Bool {
    let ending = ending.utf8.span
    let start = count - ending.count
    guard start >= 0 else { return false }
    for index in ending.indices {
      let byte = self[start + index]
      let isCapital = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      guard (isCapital ? byte | 0x20 : byte) == ending[index] else { return false }
    }
    return true
  }

  fileprivate func isInAnyCase(_ name: String) -> Bool {
    count == name.utf8.count && endsInAnyCase(with: name)
  }
}
