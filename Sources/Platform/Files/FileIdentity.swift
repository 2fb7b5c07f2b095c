internal import Glibc

/// What a file is, and which one: enough to tell whether it is still the one that was read.
public struct FileIdentity: Hashable, Sendable {
  /// A point in time, as the file system keeps it.
  public struct Timestamp: Hashable, Sendable {
    /// Seconds since 1970.
    public let seconds: Int
    /// Nanoseconds within the second.
    public let nanoseconds: Int
  }

  /// The kinds of file.
  public enum Kind: Sendable {
    case regular, directory, symbolicLink, pipe, socket, device
  }

  /// The device number of the file system.
  public let device: UInt64
  /// The file's number in its file system.
  public let inode: UInt64
  /// Bytes; as it was when looked at.
  public let size: Int
  /// The last change of the contents.
  public let modified: Timestamp
  /// The last change of the contents, the owner, the permissions or the number of names.
  public let changed: Timestamp
  /// Type and permission bits, as in `st_mode`.
  public let mode: UInt32
  /// The owner.
  public let owner: UInt32
  /// The group.
  public let group: UInt32
  /// How many names (hard links) the file has.
  ///
  /// Replacing one leaves the others with the old contents.
  public let linkCount: Int

  /// The kind of file.
  public var kind: Kind {
    switch mode & S_IFMT {
    case S_IFREG: .regular
    case S_IFDIR: .directory
    case S_IFLNK: .symbolicLink
    case S_IFIFO: .pipe
    case S_IFSOCK: .socket
    default: .device
    }
  }

  /// The permission bits alone, such as 0o644.
  public var permissions: UInt32 { mode & 0o7777 }

  /// Whether it is the same version of the same file as before: no byte and no attribute has changed,
  /// or only other names of it have gone.
  func isSameVersion(as before: FileIdentity) -> Bool {
    device == before.device && inode == before.inode && size == before.size
      && modified == before.modified && (changed == before.changed || hasLostNames(since: before))
  }

  /// Whether there are fewer names than before, which is what its other change can be.
  private func hasLostNames(since before: FileIdentity) -> Bool {
    linkCount < before.linkCount && mode == before.mode && owner == before.owner
      && group == before.group
  }

  init(_ status: stat) {
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    size = Int(status.st_size)
    modified = Timestamp(status.st_mtim)
    changed = Timestamp(status.st_ctim)
    mode = status.st_mode
    owner = status.st_uid
    group = status.st_gid
    linkCount = Int(clamping: status.st_nlink)
  }

  init(descriptor: Int32, path: String) throws(PlatformError) {
    var status = stat()
    try checked("read", path: path) { unsafe fstat(descriptor, &status) }
    self.init(status)
  }

  /// The file `name` in an open folder; a symbolic link is not followed.
  init(folder: Int32, name: String, path: String) throws(PlatformError) {
    var status = stat()
    try unsafe checkedPath("read", name, shownAs: path) {
      unsafe fstatat(folder, $0, &status, AT_SYMLINK_NOFOLLOW)
    }
    self.init(status)
  }
}

extension FileIdentity.Timestamp {
  init(_ time: timespec) {
    seconds = time.tv_sec
    nanoseconds = time.tv_nsec
  }
}
