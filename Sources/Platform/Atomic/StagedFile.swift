internal import CPlatform
internal import Glibc
internal import Synchronization

/// A temporary file beside its target, on the way to replace it; removed unless it gets there.
///
/// The temporary is locked as long as it is ours, which tells it from one that a killed run left.
final class StagedFile: Sendable {
  let target: WriteTarget
  let folder: Folder
  private let expectation: WriteExpectation
  private let options: WriteOptions
  private let replaced: FileIdentity?
  private let opened: OpenedFile?
  private let temporary: Temporary
  private let observer: WriteStepObserver?
  private let isDone = Atomic<Bool>(false)

  /// The most bytes given to one write call.
  private static let chunkByteCount = 1 << 20

  /// What was just found at a target.
  enum Found {
    case file(FileIdentity)
    case nothing
    /// Nobody has looked.
    case unknown

    /// Whether a file of that name is written without looking further: it is no link or folder.
    var isPlain: Bool {
      switch self {
      case .file(let identity): identity.kind == .regular
      case .nothing: true
      case .unknown: false
      }
    }
  }

  /// - Parameter opened: What was found at the target, open.
  init(
    _ target: WriteTarget, in folder: Folder, expecting expectation: WriteExpectation,
    _ options: WriteOptions, found: Found = .unknown, opened: OpenedFile? = nil,
    observer: WriteStepObserver?
  ) throws(PlatformError) {
    observer?(.begun)
    switch found {
    case .file(let identity):
      try target.check(identity, in: folder, expecting: expectation, options)
      replaced = identity
    case .nothing:
      if case .unchanged = expectation { throw target.error(.changedUnderUs) }
      replaced = nil
    case .unknown: replaced = try target.examine(in: folder, expecting: expectation, options)
    }
    let temporary = try Temporary(for: target, in: folder)
    self.target = target
    self.folder = folder
    self.expectation = expectation
    self.options = options
    self.opened = opened
    self.observer = observer
    self.temporary = temporary
    observer?(.temporaryMade)
  }

  deinit { abandon() }

  /// Appends to the temporary file.
  func write(_ bytes: Span<UInt8>) throws(PlatformError) {
    var offset = 0
    while offset < bytes.count {
      let end = min(offset + StagedFile.chunkByteCount, bytes.count)
      let chunk = bytes.extracting(offset..<end)
      try Files.writeAll(chunk, to: temporary.number, named: target.shownPath)
      observer?(.partWritten)
      offset = end
    }
  }

  /// Writes at a place of the temporary file; any number of threads may, side by side.
  func write(_ bytes: Span<UInt8>, at offset: Int) throws(PlatformError) {
    try Files.writeAll(bytes, to: temporary.number, at: offset, named: target.shownPath)
  }

  /// Sets owner and permissions and starts the way to the disk, without waiting.
  func complete() throws(PlatformError) {
    observer?(.written)
    var mode = options.mode & 0o7777
    var isAsMade = true
    if let replaced {
      mode = replaced.permissions
      mode &= ~removedPermissions(toMatch: replaced, &isAsMade)
      if options.hidesFromOthers { mode &= ~UInt32(S_IRWXG | S_IRWXO) }
    }
    if !isAsMade || mode != temporary.identity.permissions {
      try checked("write", path: target.shownPath) { fchmod(temporary.number, mode_t(mode)) }
    }
    observer?(.attributesSet)
    // Only a hint: errors show when syncing.
    if !folder.isInMemory { _ = sealwax_start_writeback(temporary.number) }
  }

  /// Keeps owner, group and access lists where possible; says which permissions must go because
  /// they would now be someone else's.
  ///
  /// - Parameter isAsMade: Becomes false when the file's own permissions may have changed by this.
  private func removedPermissions(
    toMatch replaced: FileIdentity, _ isAsMade: inout Bool
  ) -> UInt32 {
    var removed: UInt32 = 0
    let made = temporary.identity
    if made.owner != replaced.owner || made.group != replaced.group {
      isAsMade = false
      if fchown(temporary.number, replaced.owner, replaced.group) != 0 {
        removed |= UInt32(S_ISUID)
        if made.group != replaced.group,
          fchown(temporary.number, uid_t.max, replaced.group) != 0
        {
          removed |= UInt32(S_ISGID | S_IRWXG)
        }
      }
    }
    let copied: Int32
    if let opened, opened.identity.isSameVersion(as: replaced) {
      copied = sealwax_copy_attributes(nil, opened.number, temporary.number)
    } else {
      let path = PathParts.join(folder.path, target.name)
      copied = unsafe sealwax_copy_attributes(path, -1, temporary.number)
    }
    if copied != 0 { isAsMade = false }
    if copied < 0 { removed |= UInt32(S_IRWXG) }
    return removed
  }

  /// Waits until the bytes are on disk.
  func sync() throws(PlatformError) {
    if folder.isInMemory { return }
    try checked("write", path: target.shownPath) { fsync(temporary.number) }
    observer?(.synced)
  }

  /// Puts the file in its place, if that is still as expected.
  ///
  /// Two runs are kept apart by a lock on the file that is replaced: the second finds it changed.
  func publish() throws(PlatformError) {
    let lock = try lockTarget()
    if try !publishAsNew() {
      _ = try target.examine(in: folder, expecting: expectation, options, before: replaced)
      observer?(.checked)
      try rename(exclusively: expectation == .absent)
    }
    isDone.store(true, ordering: .relaxed)
    temporary.forget()
    // Where nothing waits for a disk it is closed at once, and unlocked by that.
    if !folder.isInMemory { temporary.unlock() }
    observer?(.renamed)
    _ = consume lock
  }

  /// Where nothing was, the rename itself is the look that nothing is: false when something is, and
  /// where the file system has no such rename.
  private func publishAsNew() throws(PlatformError) -> Bool {
    guard replaced == nil, expectation == .anything else { return false }
    observer?(.checked)
    do throws(PlatformError) {
      try unsafe checkedPath("write", temporary.name, shownAs: target.shownPath) {
        unsafe sealwax_rename(folder.number, $0, target.name, 1)
      }
      return true
    } catch {
      guard [EEXIST, EINVAL, ENOSYS, EOPNOTSUPP].contains(error.errno) else { throw error }
      return false
    }
  }

  private func rename(exclusively: Bool) throws(PlatformError) {
    do throws(PlatformError) {
      try unsafe checkedPath("write", temporary.name, shownAs: target.shownPath) {
        unsafe sealwax_rename(folder.number, $0, target.name, exclusively ? 1 : 0)
      }
    } catch  where exclusively && error.errno == EINVAL {
      // A file system that cannot rename exclusively: make a second name, which is exclusive too.
      try unsafe checkedPath("write", temporary.name, shownAs: target.shownPath) {
        unsafe linkat(folder.number, $0, folder.number, target.name, 0)
      }
      unsafe unlinkat(folder.number, temporary.name, 0)
    }
  }

  /// Locks the file that will be replaced; nil when there is none or it cannot be locked at all.
  private func lockTarget() throws(PlatformError) -> OpenedFile? {
    guard let replaced else { return nil }
    if let opened, opened.identity.isSameVersion(as: replaced) {
      try lock(opened.number)
      return opened
    }
    let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
    let raw = unsafe openat(folder.number, target.name, flags)
    guard raw >= 0 else { return nil }
    let file = OpenedFile(Descriptor(owning: raw), replaced, isDirect: true)
    try lock(raw)
    return file
  }

  private func lock(_ raw: Int32) throws(PlatformError) {
    for _ in 0..<StagedFile.lockAttempts {
      if flock(raw, LOCK_EX | LOCK_NB) == 0 { return }
      // Other errors: a file system without locks. The check alone has to do.
      guard errno == EWOULDBLOCK || errno == EINTR else { return }
      usleep(StagedFile.lockPauseMicroseconds)
    }
    throw target.error(.locked)
  }

  /// Another run of ours holds the lock for the time of a rename; one second is a stranger.
  private static let lockAttempts = 100
  private static let lockPauseMicroseconds: UInt32 = 10_000

  /// Tells the observer that the folder is on disk.
  func observeFolderSync() { observer?(.folderSynced) }

  /// Removes the temporary file, unless it has become the target.
  func abandon() {
    if isDone.exchange(true, ordering: .relaxed) { return }
    unsafe unlinkat(folder.number, temporary.name, 0)
    temporary.forget()
  }
}
