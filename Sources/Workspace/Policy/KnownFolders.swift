internal import Platform
internal import Synchronization

/// Absolute paths of files, as `ResolvedPath.file` finds them, for many files of few folders: each
/// folder is looked up once.
final class KnownFolders: Sendable {
  private let known = Mutex<[PathKey: String]>([:])

  /// The absolute path of a file; nil when there is none.
  func file(_ path: String) -> String? {
    // A link leads elsewhere, and what is not there yet has no place of its own.
    guard (try? Files.linkIdentity(of: path))?.kind == .regular else {
      return ResolvedPath.file(path)
    }
    let parts = PathParts(path)
    if let folder = known.withLock({ $0[PathKey(parts.folder)] }) {
      return PathParts.join(folder, parts.name)
    }
    guard let folder = try? Files.realPath(parts.folder) else { return ResolvedPath.file(path) }
    known.withLock { known in
      // A bound for trees with very many folders.
      if known.count >= 4096 { known = [:] }
      known[PathKey(parts.folder)] = folder
    }
    return PathParts.join(folder, parts.name)
  }
}
