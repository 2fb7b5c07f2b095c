public import CryptoCore
internal import Platform
internal import Synchronization

/// The committed versions (HEAD) of files, read through one `git cat-file` for each repository.
///
/// Only helps to keep ciphertext of unchanged values, so whatever goes wrong means "none".
public final class GitHead: Sendable {
  /// How many repositories are kept open.
  private static let maximumRepositoryCount = 8

  /// The latest used comes last.
  private let repositories = Mutex<[CommittedFiles]>([])
  private let limit: Int

  /// - Parameter limit: the largest file, in bytes.
  public init(limit: Int) { self.limit = limit }

  /// The version of a file in HEAD of the repository that it is in; nil when there is none, or no git.
  ///
  /// Of a symbolic link it is the file that it leads to.
  public func contents(of path: String) -> WipedBuffer? {
    // A line break cannot be asked for in git's protocol.
    guard let whole = (try? Files.realPath(path)) ?? ResolvedPath.file(path),
      !whole.utf8.contains(0x0a), let root = GitHead.root(of: PathParts(whole).folder)
    else { return nil }
    let prefix = root == "/" ? "/" : root + "/"
    guard let name = String(whole.utf8.dropFirst(prefix.utf8.count)) else { return nil }
    return repository(at: root).contents(of: name, limit: limit)
  }

  private func repository(at root: String) -> CommittedFiles {
    repositories.withLock { repositories in
      let known = repositories.firstIndex { $0.root == root }.map { repositories.remove(at: $0) }
      let repository = known ?? CommittedFiles(root: root)
      repositories.append(repository)
      if repositories.count > GitHead.maximumRepositoryCount { repositories.removeFirst() }
      return repository
    }
  }

  private static func root(of folder: String) -> String? {
    var place = folder
    while !Files.exists(PathParts.join(place, ".git")) {
      guard place != "/" else { return nil }
      place = PathParts(place).folder
    }
    return place
  }
}
