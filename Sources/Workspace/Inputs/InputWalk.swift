internal import Platform

/// A walk through a folder: where it starts, by name and really.
struct InputWalk: Sendable {
  /// The folder, as paths in it begin.
  let base: String
  /// The same without symbolic links; nil when nobody asks for it.
  let realBase: String?
  /// The pattern that is looked for; nil for everything.
  let pattern: String?

  /// Where something lies within the folder.
  func relativePath(of path: String) -> String {
    let prefix = PathParts.join(base, "x").utf8.dropLast()
    guard path.utf8.starts(with: prefix) else { return path }
    return String(path.utf8.dropFirst(prefix.count)) ?? path
  }

  /// The real path of something found: a walk goes through no links.
  func realPath(of path: String) -> String? {
    realBase.map { PathParts.join($0, relativePath(of: path)) }
  }
}
