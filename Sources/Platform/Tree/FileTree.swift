internal import Glibc

/// Finding files in folders: always in the same order, never through symbolic links to folders.
public enum FileTree {
  /// Something found.
  public enum Item: Sendable, Equatable {
    /// A regular file.
    case file(String)
    /// A symbolic link; it is not followed, whatever it leads to.
    case symbolicLink(String)
    /// A folder that cannot be read, or a name that is not UTF-8. The walk goes on.
    case problem(PlatformError)
  }

  /// The most folders within each other, against file systems that go in circles.
  public static let maximumDepth = 128

  /// Visits everything in a folder and the folders in it, sorted by name (bytes), depth first.
  ///
  /// `.git` and our own temporary files are left out, and so are pipes, sockets and devices. Paths
  /// begin with `folder` as given. Only the names of the folders on the way are held.
  ///
  /// - Parameter visit: returns false to stop.
  /// - Throws: when `folder` itself cannot be read.
  public static func walk(
    _ folder: String, visit: (Item) -> Bool
  ) throws(PlatformError) {
    let root = try Descriptor.open(folder, O_RDONLY | O_DIRECTORY, for: "list")
    let entries = try entries(of: root.number, folder)
    _ = walk(root, folder, entries, depth: 1, visit)
  }

  /// Visits the files that a pattern describes, and problems on the way, in the order of `walk`.
  ///
  /// Symbolic links are left out, except where the pattern has no wildcards.
  ///
  /// - Throws: `.invalidName` for a malformed pattern; when the folder it starts in cannot be read.
  ///   A folder that is not there holds no matches and is no error.
  public static func expand(
    _ pattern: String, visit: (Item) -> Bool
  ) throws(PlatformError) {
    guard GlobPattern.isPattern(pattern) else {
      if Files.exists(pattern) { _ = visit(.file(pattern)) }
      return
    }
    let glob = try GlobPattern(pattern)
    do throws(PlatformError) {
      try walk(glob.base) { item in
        switch item {
        case .file(let path): glob.matches(path) ? visit(item) : true
        case .symbolicLink: true
        case .problem: visit(item)
        }
      }
    } catch  where error.code == .notFound {
      return
    }
  }

  private struct Entry {
    let name: String
    let isReadable: Bool
    var kind: Int32
  }

  private static func entries(
    of folder: Int32, _ path: String
  ) throws(PlatformError) -> [Entry] {
    var entries: [Entry] = []
    try unsafe FolderListing.forEach(in: folder, path: path) { bytes, kind in
      let name = unsafe String(validating: bytes, as: UTF8.self)
      if name == ".git" || name.map(TemporaryName.matches) == true { return }
      let shown = unsafe name ?? String(decoding: bytes, as: UTF8.self)
      entries.append(Entry(name: shown, isReadable: name != nil, kind: kind))
    }
    return entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  /// Returns false when the visitor wants no more.
  private static func walk(
    _ folder: borrowing Descriptor, _ path: String, _ entries: [Entry], depth: Int,
    _ visit: (Item) -> Bool
  ) -> Bool {
    for entry in entries {
      let entryPath = PathParts.join(path, entry.name)
      guard entry.isReadable else {
        let error = PlatformError(.invalidName, "read", path: entryPath)
        if visit(.problem(error)) { continue }
        return false
      }
      let goesOn =
        switch kind(of: entry, in: folder.number) {
        case Int32(DT_REG): visit(.file(entryPath))
        case Int32(DT_LNK): visit(.symbolicLink(entryPath))
        case Int32(DT_DIR): descend(folder, entry.name, entryPath, depth: depth, visit)
        default: true
        }
      if !goesOn { return false }
    }
    return true
  }

  /// Some file systems do not tell the kind in the listing.
  private static func kind(of entry: Entry, in folder: Int32) -> Int32 {
    guard entry.kind == Int32(DT_UNKNOWN) else { return entry.kind }
    switch (try? FileIdentity(folder: folder, name: entry.name, path: entry.name))?.kind {
    case .regular: return Int32(DT_REG)
    case .directory: return Int32(DT_DIR)
    case .symbolicLink: return Int32(DT_LNK)
    default: return entry.kind
    }
  }

  private static func descend(
    _ parent: borrowing Descriptor, _ name: String, _ path: String, depth: Int,
    _ visit: (Item) -> Bool
  ) -> Bool {
    do throws(PlatformError) {
      guard depth < maximumDepth else { throw PlatformError(.tooLarge, "list", path: path) }
      let number = parent.number
      let raw = try unsafe checkedPath("list", name, shownAs: path) {
        unsafe openat(number, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      }
      let folder = Descriptor(owning: raw)
      let entries = try entries(of: raw, path)
      return walk(folder, path, entries, depth: depth + 1, visit)
    } catch {
      return visit(.problem(error))
    }
  }
}
