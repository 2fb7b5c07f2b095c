internal import Glibc

/// The file of a unix socket that listens: removed at the end of its life, also by a signal.
struct SocketFile: ~Copyable, Sendable {
  private let path: String
  private let identity: Identity
  private let registration: SignalRelay.Registration

  private struct Identity: Equatable, Sendable {
    let device: UInt64
    let number: UInt64
  }

  /// Has a socket that is not bound yet get a file for its owner only: Linux takes the mode over.
  static func protect(_ descriptor: borrowing Descriptor, _ path: String) throws(PlatformError) {
    let number = descriptor.number
    try checked("protect", path: path) { fchmod(number, 0o600) }
  }

  /// Takes over the file that `bind` has just made.
  ///
  /// - Throws: `.changedUnderUs` when it is another, or open to others.
  init(_ path: String) throws(PlatformError) {
    var status = stat()
    guard let identity = SocketFile.identity(path), unsafe lstat(path, &status) == 0,
      status.st_mode & 0o077 == 0
    else { throw PlatformError(.changedUnderUs, "listen at", path: path) }
    self.path = path
    self.identity = identity
    registration = SignalRelay.beforeEnding { SocketFile.remove(path, identity) }
  }

  deinit { SocketFile.remove(path, identity) }

  /// Removes a socket that nobody listens at any more: what a killed server of this user has left.
  ///
  /// - Returns: Whether there was one.
  static func removeIfDead(_ path: String, _ address: SocketAddress) -> Bool {
    guard let identity = identity(path) else { return false }
    do throws(PlatformError) {
      _ = try StreamSocket.connect(to: [address], deadline: Deadline(after: .seconds(1)))
      return false
    } catch {
      guard error.code == .connectionRefused else { return false }
      return remove(path, identity)
    }
  }

  /// Which file it is; nil when it is no socket, or another user's.
  private static func identity(_ path: String) -> Identity? {
    var status = stat()
    guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK,
      status.st_uid == geteuid()
    else { return nil }
    return Identity(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
  }

  @discardableResult
  private static func remove(_ path: String, _ identity: Identity) -> Bool {
    guard self.identity(path) == identity else { return false }
    return unsafe unlink(path) == 0
  }
}
