internal import Platform

/// Where several paths lead, so that nothing is worked on twice, and nothing named is left out.
///
/// What is named itself is visited as such, and left out where a folder or pattern comes upon it;
/// folders come before patterns, and patterns before those behind them. Holds only what was named.
struct InputPlaces: Sendable {
  private struct Pattern: Sendable {
    let text: String
    let glob: GlobPattern
    let realBase: String
  }

  /// Real paths of what is named; for symbolic links also their own.
  private var named: Set<PathKey> = []
  private var folders: Set<PathKey> = []
  private var patterns: [Pattern] = []

  /// Takes a path; returns false when the same was there before.
  mutating func add(_ path: String) -> Bool {
    guard let real = try? Files.realPath(path) else { return addPattern(path) }
    guard named.insert(PathKey(real)).inserted else { return false }
    if let link = ResolvedPath.unfollowed(path) { named.insert(PathKey(link)) }
    if (try? Files.identity(of: path))?.kind == .directory { folders.insert(PathKey(real)) }
    return true
  }

  private mutating func addPattern(_ path: String) -> Bool {
    guard GlobPattern.isPattern(path), let glob = try? GlobPattern(path) else { return true }
    guard !patterns.contains(where: { PathKey($0.text) == PathKey(path) }) else { return false }
    if let realBase = try? Files.realPath(glob.base) {
      patterns.append(Pattern(text: path, glob: glob, realBase: realBase))
    }
    return true
  }

  /// Whether a real path was named.
  func isNamed(_ real: String) -> Bool { named.contains(PathKey(real)) }

  /// Whether another of the paths is the one that visits a file.
  ///
  /// - Parameter pattern: the pattern that found it; nil for a folder.
  func visitsElsewhere(_ real: String, foundBy pattern: String?) -> Bool {
    if named.contains(PathKey(real)) { return true }
    // Folders do not meet: each leaves out those that are named.
    guard let pattern else { return false }
    if isInFolder(real) { return true }
    for earlier in patterns {
      if PathKey(earlier.text) == PathKey(pattern) { return false }
      if InputPlaces.finds(real, earlier) { return true }
    }
    return false
  }

  private func isInFolder(_ real: String) -> Bool {
    var place = real
    while place != "/" {
      let parts = PathParts(place)
      // No walk goes into it.
      if parts.name == ".git" { return false }
      place = parts.folder
      if folders.contains(PathKey(place)) { return true }
    }
    return false
  }

  private static func finds(_ real: String, _ pattern: Pattern) -> Bool {
    let walk = InputWalk(base: pattern.realBase, realBase: nil, pattern: nil)
    let relative = walk.relativePath(of: real)
    guard relative != real, !relative.utf8.split(separator: 0x2f).contains(where: isGit) else {
      return false
    }
    return pattern.glob.matches(PathParts.join(pattern.glob.base, relative))
  }

  private static func isGit(_ name: Substring.UTF8View) -> Bool { Substring(name) == ".git" }
}
