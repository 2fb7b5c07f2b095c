internal import Glibc

/// A folder that appears with all of its files or not at all.
///
/// Its files are written into a folder beside it, `.NAME.sealwax-XXXXXXXX.tmp`, which takes its name
/// at the end. What was not committed is overwritten and removed; a killed run leaves that folder,
/// which is never taken for input.
public struct NewFolder: ~Copyable {
  private let path: String
  private let temporary: String
  private let folder: Folder
  private var isCommitted = false

  /// Begins a folder that only its owner can enter.
  ///
  /// - Throws: `.alreadyExists` when there is something else than an empty folder, ...
  public init(at path: String) throws(PlatformError) {
    let parts = PathParts(path)
    let name = parts.name.isEmpty || parts.name == "." || parts.name == ".." ? nil : parts.name
    guard let name else { throw PlatformError(.invalidName, "create", path: path) }
    if let found = try? Files.linkIdentity(of: path) {
      guard found.kind == .directory, try Self.isEmpty(path) else {
        throw PlatformError(.alreadyExists, "create", path: path)
      }
    }
    try Files.makeFolder(parts.folder, mode: 0o700)
    let temporary = PathParts.join(parts.folder, TemporaryName.make(for: name))
    try unsafe checkedPath("create", temporary, shownAs: path) { unsafe mkdir($0, 0o700) }
    let folder: Folder
    do throws(PlatformError) { folder = try Folder(temporary) } catch {
      _ = unsafe rmdir(temporary)
      throw error
    }
    self.path = path
    self.temporary = temporary
    self.folder = folder
  }

  private static func isEmpty(_ path: String) throws(PlatformError) -> Bool {
    var count = 0
    let folder = try Folder(path)
    try unsafe FolderListing.forEach(in: folder.number, path: path) { _, _ in count += 1 }
    return count == 0
  }

  deinit {
    guard !isCommitted else { return }
    Wiping.removeContents(of: folder.number)
    _ = unsafe rmdir(temporary)
  }

  /// Writes a new file that only its owner can read.
  ///
  /// - Parameter name: without a slash.
  /// - Throws: `.alreadyExists`, `.invalidName`, `.noSpace`, ...
  public func write(_ bytes: Span<UInt8>, named name: String) throws(PlatformError) {
    guard !name.utf8.contains(UInt8(ascii: "/")) else {
      throw PlatformError(.invalidName, "write", path: name)
    }
    let shown = PathParts.join(path, name)
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let raw = try unsafe checkedPath("write", name, shownAs: shown) {
      unsafe openat(folder.number, $0, flags, 0o600)
    }
    let file = Descriptor(owning: raw)
    try Files.writeAll(bytes, to: file.number, named: shown)
    if !folder.isInMemory { try checked("write", path: shown) { fsync(file.number) } }
  }

  /// Gives the folder its name.
  ///
  /// - Throws: `.alreadyExists` when something has taken it in the meantime, ...
  public consuming func commit() throws(PlatformError) {
    try folder.sync()
    try unsafe checkedPath("create", temporary, shownAs: path) { unsafe rename($0, path) }
    isCommitted = true
    try Folder(PathParts(path).folder).sync()
  }
}
