internal import Glibc

/// A new, empty, locked file with a temporary name.
///
/// The lock lasts as long as the process and this value live; it tells the file from one that a
/// killed run left behind.
struct Temporary: ~Copyable, Sendable {
  let name: String
  /// The file as it was made: owner and group are those that the system gave it.
  let identity: FileIdentity
  private let folder: Folder
  private let descriptor: Descriptor

  var number: Int32 { descriptor.number }

  /// More tries than chance needs: 32^8 names, and the rare run that cleans up in the very moment
  /// between making and locking.
  private static let maximumAttempts = 16

  init(for target: WriteTarget, in folder: Folder) throws(PlatformError) {
    for _ in 0..<Temporary.maximumAttempts {
      let name = TemporaryName.make(for: target.name)
      guard let made = try Temporary.open(name, for: target, in: folder) else { continue }
      self.name = name
      self.folder = folder
      identity = made.identity
      descriptor = made.takeDescriptor()
      return
    }
    throw target.error(.locked)
  }

  private struct Made: ~Copyable {
    let identity: FileIdentity
    private let descriptor: Descriptor

    init(identity: FileIdentity, descriptor: consuming Descriptor) {
      self.identity = identity
      self.descriptor = descriptor
    }

    consuming func takeDescriptor() -> Descriptor { descriptor }
  }

  /// Nil when another run has the name, or took the file for a leftover.
  private static func open(
    _ name: String, for target: WriteTarget, in folder: Folder
  ) throws(PlatformError) -> Made? {
    TemporaryFiles.add(name, in: folder)
    do throws(PlatformError) {
      let flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
      let raw = try unsafe checkedPath("write", name, shownAs: target.shownPath) {
        unsafe openat(folder.number, $0, flags, 0o600)
      }
      let descriptor = Descriptor(owning: raw)
      // A file system without locks gives another error; its leftovers are never removed then.
      let isTaken = flock(raw, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
      let identity = try FileIdentity(descriptor: raw, path: target.shownPath)
      if !isTaken, identity.linkCount == 1 {
        return Made(identity: identity, descriptor: descriptor)
      }
      TemporaryFiles.remove(name, in: folder)
      return nil
    } catch {
      TemporaryFiles.remove(name, in: folder)
      if error.code == .alreadyExists { return nil }
      throw error
    }
  }

  /// To be called when the name is gone: nothing is left to clean up.
  func forget() { TemporaryFiles.remove(name, in: folder) }

  /// To be called when the file has become the target: another run may replace it now, although this
  /// one keeps it open until its whole group is done.
  func unlock() { flock(descriptor.number, LOCK_UN) }
}
