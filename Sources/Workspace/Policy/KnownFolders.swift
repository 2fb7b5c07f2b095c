internal import Platform
internal import Synchronization

/// Absolute paths of files, as `ResolvedPath.file` finds them, for many files of few folders: each
/// folder is looked up once, and so is a file that is asked for several times while it is worked on.
final class KnownFolders: Sendable {
  private struct Folder {
    /// Without symbolic links.
    let path: String
    /// Whether it was yet to be made when it was looked up first: nothing in it is a link then.
    let isNew: Bool
  }

  private let folders = Mutex<[PathKey: Folder]>([:])
  private let latest = Mutex<[PathKey: String]>([:])

  /// A bound for trees with very many folders.
  private static let keptFolderCount = 4096
  /// More files than there are workers.
  private static let keptFileCount = 64

  /// The absolute path of a file, also of one that is yet to be made; nil when there is none.
  func file(_ path: String) -> String? {
    if let known = latest.withLock({ $0[PathKey(path)] }) { return known }
    guard let found = find(path) else { return nil }
    note(path, isAt: found)
    return found
  }

  /// Has the next look-ups of a file answered without a look at it.
  ///
  /// - Parameter place: What `file` would find.
  func note(_ path: String, isAt place: String) {
    latest.withLock { latest in
      if latest.count >= Self.keptFileCount { latest.removeAll(keepingCapacity: true) }
      latest[PathKey(path)] = place
    }
  }

  /// Whether a folder was yet to be made when it was looked up first.
  func isNew(_ folder: String) -> Bool {
    let known = folders.withLock { $0[PathKey(folder)] }
    return (known ?? lookUp(folder))?.isNew == true
  }

  private func find(_ path: String) -> String? {
    guard path.utf8.last != UInt8(ascii: "/") else { return ResolvedPath.file(path) }
    let parts = PathParts(path)
    let known = folders.withLock { $0[PathKey(parts.folder)] }
    if known?.isNew != true, !hasPlaceOfItsOwn(path) { return ResolvedPath.file(path) }
    guard let folder = known ?? lookUp(parts.folder) else { return nil }
    return PathParts.join(folder.path, parts.name)
  }

  private func lookUp(_ path: String) -> Folder? {
    let found: Folder
    do throws(PlatformError) {
      found = Folder(path: try Files.realPath(path), isNew: false)
    } catch {
      guard let place = ResolvedPath.folder(path) else { return nil }
      found = Folder(path: place, isNew: error.code == .notFound)
    }
    folders.withLock { folders in
      if folders.count >= Self.keptFolderCount { folders = [:] }
      folders[PathKey(path)] = found
    }
    return found
  }

  /// Whether a file is, or will be, where its folder is: a link leads elsewhere.
  private func hasPlaceOfItsOwn(_ path: String) -> Bool {
    do throws(PlatformError) {
      return try Files.linkIdentity(of: path).kind == .regular
    } catch {
      return error.code == .notFound
    }
  }
}
