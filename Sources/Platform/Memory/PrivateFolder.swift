internal import CPlatform
public import CryptoCore
internal import Glibc
internal import Synchronization

/// A folder for plaintext files that only this user can enter and that is nowhere but in memory.
///
/// Its files are overwritten and removed by `remove`, with the value, and before a signal ends the
/// process. What a killed process left is removed when the next folder is made.
///
/// Call `remove` at the end, in a `defer`: the language may let go of a value after its last use, while
/// a child still needs the folder.
public final class PrivateFolder: Sendable {
  /// The folder's absolute path.
  public let path: String
  /// Whether it is in memory; false only when a disk was allowed.
  public let isInMemory: Bool
  /// Whether the system could write its memory to a swap device.
  public let mayBeSwapped: Bool
  private let place: PrivatePlace
  /// Who gets the files; nil for us.
  private let owner: LocalUser?
  private let registration: SignalRelay.Registration
  private let isRemoved = Atomic<Bool>(false)

  /// Makes a folder, the first that is possible of: XDG_RUNTIME_DIR, `/run/user/UID`, `/dev/shm`;
  /// with `allowingDisk` also TMPDIR and `/tmp`.
  ///
  /// - Parameter owner: who gets the files that are made in it, and nothing but them; then the folder
  ///   is in `/dev/shm`, where other users can get to. Nil for us.
  /// - Throws: `.noMemoryFileSystem` when there are only disks.
  public convenience init(
    allowingDisk: Bool = false, for owner: LocalUser? = nil
  ) throws(PlatformError) {
    var memory = owner == nil ? ["/run/user/\(geteuid())", "/dev/shm"] : ["/dev/shm"]
    if owner == nil, let runtime = Environment.value("XDG_RUNTIME_DIR") {
      memory.insert(runtime, at: 0)
    }
    let disk = [Environment.value("TMPDIR"), "/tmp"].compactMap { $0 }
    try self.init(
      candidates: memory.map { ($0, false) } + (allowingDisk ? disk.map { ($0, true) } : []),
      for: owner)
  }

  init(
    candidates: [(path: String, mayBeDisk: Bool)], for owner: LocalUser? = nil
  ) throws(PlatformError) {
    for candidate in candidates where candidate.path.utf8.first == UInt8(ascii: "/") {
      guard let place = PrivatePlace(in: candidate.path, mayBeDisk: candidate.mayBeDisk)
      else { continue }
      self.place = place
      self.owner = owner
      path = place.path
      isInMemory = place.storageKind > 0
      mayBeSwapped = place.storageKind == 1 && PrivatePlace.systemSwaps()
      registration = SignalRelay.beforeEnding { place.wipe() }
      if owner != nil { try place.share() }
      return
    }
    throw PlatformError(.noMemoryFileSystem, "make a private folder")
  }

  deinit { remove() }

  /// The path of a file in the folder.
  public func path(of name: String) -> String { PathParts.join(path, name) }

  /// Writes a new file into the folder.
  ///
  /// - Parameters:
  ///   - name: without a slash.
  ///   - mode: permissions; the umask does not apply.
  /// - Throws: `.alreadyExists`, `.invalidName`, `.noSpace`, ...
  public func write(
    _ bytes: Span<UInt8>, named name: String, mode: UInt32 = 0o600
  ) throws(PlatformError) {
    guard !name.utf8.contains(UInt8(ascii: "/")), name != ".", name != ".." else {
      throw PlatformError(.invalidName, "write", path: name)
    }
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let raw = try unsafe checkedPath("write", name) {
      unsafe openat(place.number, $0, flags, 0o600)
    }
    let file = Descriptor(owning: raw)
    try checked("write", path: name) { fchmod(file.number, mode_t(mode)) }
    try Files.writeAll(bytes, to: file.number, named: name)
    if let owner {
      try checked("give away", path: name) { fchown(file.number, owner.identifier, owner.group) }
    }
  }

  /// Makes a named pipe in the folder, and gives bytes to the first that reads it.
  ///
  /// A thread of its own waits for the reader, if need be until the process ends.
  ///
  /// - Throws: `.alreadyExists`, `.invalidName`, ...
  public func offer(
    _ bytes: consuming WipedBuffer, throughPipeNamed name: String
  ) throws(PlatformError) {
    guard !name.utf8.contains(UInt8(ascii: "/")), name != ".", name != ".." else {
      throw PlatformError(.invalidName, "make", path: name)
    }
    _ = try checked("make", path: name) { unsafe mkfifoat(place.number, name, 0o600) }
    if let owner {
      _ = try checked("give away", path: name) {
        unsafe fchownat(
          place.number, name, owner.identifier, owner.group, AT_SYMLINK_NOFOLLOW)
      }
    }
    let offer = PipeOffer(bytes, path: path(of: name))
    Parallel.inBackground { offer.serve() }
  }

  /// Overwrites and removes all files in the folder, and the folder.
  ///
  /// Done once.
  public func remove() {
    if isRemoved.exchange(true, ordering: .relaxed) { return }
    place.wipe()
  }
}

/// Bytes for whoever reads a named pipe.
private final class PipeOffer: Sendable {
  private let bytes: WipedBuffer
  private let path: String

  init(_ bytes: consuming WipedBuffer, path: String) {
    self.bytes = bytes
    self.path = path
  }

  /// Waits for a reader and writes; one that goes away early gets no more.
  func serve() {
    guard let pipe = try? Descriptor.open(path, O_WRONLY | O_NOFOLLOW, for: "write") else { return }
    PipeOffer.write(bytes, to: pipe.number, path)
  }

  private static func write(_ bytes: borrowing WipedBuffer, to number: Int32, _ name: String) {
    try? Files.writeAll(bytes.bytes, to: number, named: name)
  }
}
