internal import CryptoCore
internal import Platform

/// A walk through a folder: where it starts, by name and really.
struct InputWalk: Sendable {
  /// The folder, as paths in it begin.
  let base: String
  /// The same without symbolic links; nil when nobody asks for it.
  let realBase: String?
  /// The pattern that is looked for; nil for everything.
  let pattern: String?

  /// What stands in front of relative paths; nothing does in those of `.`.
  private let prefix: String

  init(base: String, realBase: String?, pattern: String?) {
    (self.base, self.realBase, self.pattern) = (base, realBase, pattern)
    prefix = String(PathParts.join(base, "x").unicodeScalars.dropLast())
  }

  /// Where something lies within the folder; the path itself when it lies elsewhere.
  func relativePath(of path: String) -> String {
    let bytes = path.utf8.span
    let count = prefix.utf8.count
    guard bytes.count >= count, bytes.extracting(..<count).isSame(as: prefix.utf8.span) else {
      return path
    }
    return String(copying: bytes.extracting(count...))
  }

  /// The real path of something found: a walk goes through no links.
  func realPath(of path: String) -> String? {
    realBase.map { PathParts.join($0, relativePath(of: path)) }
  }
}
