internal import Glibc

extension FileIdentity {
  /// The user whom this process works for, as `owner` names users.
  public static var currentUser: UInt32 { geteuid() }

  /// Whether only this user and root can have made the file.
  ///
  /// For root, the user who called sudo counts too: it is their files that root then works on.
  public var isOwnedByUserOrRoot: Bool {
    let user = geteuid()
    if owner == user || owner == 0 { return true }
    guard user == 0, let caller = Environment.value("SUDO_UID") else { return false }
    return UInt32(caller) == owner
  }

  /// Whether a file in a folder can be relied on like the folder itself.
  ///
  /// Besides the user's own and root's: for root, a file of the folder's owner, where nobody else can
  /// put files: a container that works as root on somebody's checkout.
  public func isTrusted(in folder: FileIdentity) -> Bool {
    isOwnedByUserOrRoot
      || (geteuid() == 0 && owner == folder.owner && !folder.isWritableByAll)
  }

  /// Whether every user of the machine may write into the file.
  public var isWritableByAll: Bool { permissions & S_IWOTH != 0 }
}
