internal import CPlatform
internal import CryptoCore
internal import Glibc

/// A folder that was made for plaintext, locked while its process lives.
final class PrivatePlace: Sendable {
  let path: String
  /// As `sealwax_storage_kind` has it: 0 a disk, 1 tmpfs, 2 ramfs.
  let storageKind: Int32
  private let name: String
  private let parent: Descriptor
  private let folder: Descriptor

  var number: Int32 { folder.number }

  private static let prefix = "sealwax-"
  private static let randomCount = 12

  /// Nil when the folder `parentPath` cannot hold it, or not safely.
  init?(in parentPath: String, mayBeDisk: Bool) {
    guard let parent = try? Descriptor.open(parentPath, O_RDONLY | O_DIRECTORY) else { return nil }
    let kind = sealwax_storage_kind(parent.number)
    guard kind > 0 || mayBeDisk, PrivatePlace.isSafe(parent.number, parentPath) else { return nil }
    PrivatePlace.removeStale(in: parent.number, parentPath)
    for _ in 0..<4 {
      let name = PrivatePlace.makeName()
      guard let folder = PrivatePlace.make(name, in: parent.number) else { continue }
      self.parent = parent
      self.folder = folder
      self.name = name
      storageKind = kind
      path = PathParts.join(parentPath, name)
      return
    }
    return nil
  }

  private static func makeName() -> String {
    let digits = Array("0123456789abcdef")
    return prefix + String(RandomBytes.array(count: randomCount).map { digits[Int($0 & 15)] })
  }

  /// Nobody but us and root may be able to rename what is in the parent folder.
  private static func isSafe(_ parent: Int32, _ path: String) -> Bool {
    guard let identity = try? FileIdentity(descriptor: parent, path: path) else { return false }
    let isShared = identity.permissions & UInt32(S_IWGRP | S_IWOTH) != 0
    return (identity.owner == 0 || identity.owner == geteuid())
      && (!isShared || identity.permissions & 0o1000 != 0)
  }

  private static func make(_ name: String, in parent: Int32) -> Descriptor? {
    guard unsafe mkdirat(parent, name, 0o700) == 0, let folder = open(name, in: parent) else {
      return nil
    }
    // The umask may have taken more than it should.
    guard fchmod(folder.number, 0o700) == 0, flock(folder.number, LOCK_EX | LOCK_NB) == 0,
      let identity = try? FileIdentity(descriptor: folder.number, path: name),
      identity.owner == geteuid(), identity.linkCount > 0
    else { return nil }
    return folder
  }

  private static func open(_ name: String, in parent: Int32) -> Descriptor? {
    let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    guard let raw = try? unsafe checkedPath("open", name, { unsafe openat(parent, $0, flags) })
    else { return nil }
    return Descriptor(owning: raw)
  }

  /// Removes the folders of processes that were killed: theirs are not locked any more.
  private static func removeStale(in parent: Int32, _ path: String) {
    let names = try? FolderListing.names(in: parent, path: path) { name in
      name.hasPrefix(prefix) && name.utf8.count == prefix.utf8.count + randomCount
    }
    for name in names ?? [] {
      guard let folder = open(name, in: parent),
        let identity = try? FileIdentity(descriptor: folder.number, path: name),
        identity.owner == geteuid(), [0o700, sharedMode].contains(identity.permissions),
        flock(folder.number, LOCK_EX | LOCK_NB) == 0
      else { continue }
      Wiping.removeContents(of: folder.number)
      unsafe unlinkat(parent, name, AT_REMOVEDIR)
    }
  }

  /// The permissions of a folder in which another user may open the files that are theirs.
  private static let sharedMode: UInt32 = 0o711

  /// Lets other users open what is theirs in the folder, by its name.
  func share() throws(PlatformError) {
    try checked("share", path: path) { fchmod(folder.number, mode_t(PrivatePlace.sharedMode)) }
  }

  /// Removes everything; to be called again when it fails does no harm.
  func wipe() {
    Wiping.removeContents(of: folder.number)
    unsafe unlinkat(parent.number, name, AT_REMOVEDIR)
  }

  /// Whether the system has a swap device in use.
  static func systemSwaps() -> Bool {
    guard let snapshot = try? Files.read("/proc/swaps", limit: 1 << 16) else { return true }
    let bytes = snapshot.bytes.bytes
    var lines = 0
    for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") { lines += 1 }
    return lines > 1
  }
}
