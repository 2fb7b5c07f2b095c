internal import Glibc

/// Finding files in folders: always in the same order, never through symbolic links to folders.
public enum FileTree {
  /// Something found.
  public enum Item: Sendable, Equatable {
    /// A regular file.
    case file(String)
    /// A symbolic link; it is not followed, whatever it leads to.
    case symbolicLink(String)
    /// A temporary file of ours: a run is at work, or was killed and left it.
    case temporary(String)
    /// A folder that cannot be read, or a name that is not UTF-8. The walk goes on.
    case problem(PlatformError)
  }

  /// The most folders within each other, against file systems that go in circles.
  public static let maximumDepth = 128

  /// Visits everything in a folder and the folders in it, sorted by name (bytes), depth first.
  ///
  /// `.git` is left out, and so are pipes, sockets and devices. Paths begin with `folder` as given.
  /// Only the names that `filter` wants of the folders on the way are held.
  ///
  /// - Parameter visit: returns false to stop.
  /// - Throws: when `folder` itself cannot be read.
  public static func walk(
    _ folder: String, filter: TreeFilter = TreeFilter(), visit: (Item) -> Bool
  ) throws(PlatformError) {
    let root = try Descriptor.open(folder, O_RDONLY | O_DIRECTORY, for: "list")
    let walk = TreeWalk(filter: filter)
    let entries = try walk.entries(of: root.number, folder)
    _ = walk.visit(root, folder, entries, depth: 1, visit)
  }

  /// Visits the files that a pattern describes, and problems on the way, in the order of `walk`.
  ///
  /// Symbolic links are told as such, except where the pattern has no wildcards.
  ///
  /// - Throws: `.invalidName` for a malformed pattern; when the folder it starts in cannot be read.
  ///   A folder that is not there holds no matches and is no error.
  public static func expand(
    _ pattern: String, filter: TreeFilter = TreeFilter(), visit: (Item) -> Bool
  ) throws(PlatformError) {
    guard GlobPattern.isPattern(pattern) else {
      if Files.exists(pattern) { _ = visit(.file(pattern)) }
      return
    }
    let glob = try GlobPattern(pattern)
    do throws(PlatformError) {
      try walk(glob.base, filter: filter) { item in
        switch item {
        case .file(let path), .symbolicLink(let path): glob.matches(path) ? visit(item) : true
        case .temporary: true
        case .problem: visit(item)
        }
      }
    } catch  where error.code == .notFound {
      return
    }
  }
}
