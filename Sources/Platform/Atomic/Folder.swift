internal import CPlatform
internal import Glibc
internal import Synchronization

/// An open folder that files are written into; closed with its last user.
final class Folder: Sendable {
  let path: String
  /// Whether a crash of the machine empties it anyway, so that waiting for a disk is in vain.
  let isInMemory: Bool
  /// The device and the number of the folder.
  let identity: FileIdentity
  private let descriptor: Descriptor
  private let isKnownNotNew = Atomic<Bool>(false)

  /// Whether no file that was written into it was there before.
  var seemsNew: Bool { !isKnownNotNew.load(ordering: .relaxed) }

  /// To be called when one was.
  func noteThatItIsNotNew() { isKnownNotNew.store(true, ordering: .relaxed) }

  var number: Int32 { descriptor.number }

  init(_ path: String) throws(PlatformError) {
    self.path = path
    descriptor = try Descriptor.open(path, O_RDONLY | O_DIRECTORY, for: "open folder")
    identity = try FileIdentity(descriptor: descriptor.number, path: path)
    isInMemory = sealwax_storage_kind(descriptor.number) > 0
  }

  /// Waits until the names in the folder are on disk.
  func sync() throws(PlatformError) {
    if isInMemory { return }
    try checked("write folder", path: path) { fsync(number) }
  }

  /// Waits until everything written to the folder's file system is on disk.
  func syncFileSystem() throws(PlatformError) {
    if isInMemory { return }
    try checked("write to the disk of", path: path) { sealwax_sync_file_system(number) }
  }

  /// Removes temporary files that a killed run left behind.
  ///
  /// A living run holds a lock on each of its own, so they are told apart; files of other users are
  /// left alone. Failing to remove one is no error: they are never taken for input.
  func removeStaleTemporaries() {
    guard let names = try? FolderListing.names(in: number, path: path, where: TemporaryName.matches)
    else { return }
    for name in names { removeTemporary(name, ifStaleIn: number) }
  }
}

extension AtomicFile {
  /// The names of temporary files in a folder; none where it cannot be read.
  public static func leftovers(in folder: String) -> [String] {
    guard let open = try? Descriptor.open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW) else {
      return []
    }
    let names = try? FolderListing.names(
      in: open.number, path: folder, where: TemporaryName.matches)
    return names ?? []
  }

  /// Removes a temporary file if a killed run of this user left it behind; see `TemporaryName`.
  ///
  /// Does nothing to one that a living run still writes, and fails without a word: what stays is
  /// never taken for input.
  public static func removeLeftover(at path: String) {
    guard TemporaryName.matches(PathParts(path).name) else { return }
    removeTemporary(path, ifStaleIn: AT_FDCWD)
  }
}

private func removeTemporary(_ name: String, ifStaleIn folder: Int32) {
  let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
  guard let raw = try? unsafe checkedPath("open", name, { unsafe openat(folder, $0, flags) })
  else { return }
  let file = Descriptor(owning: raw)
  guard let found = try? FileIdentity(descriptor: file.number, path: name),
    found.kind == .regular, found.linkCount == 1, found.owner == geteuid(),
    flock(file.number, LOCK_EX | LOCK_NB) == 0
  else { return }
  _ = try? unsafe checkedPath("remove", name) { unsafe unlinkat(folder, $0, 0) }
}
