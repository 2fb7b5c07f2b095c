internal import CryptoCore
internal import Glibc

/// A user of this machine, as `/etc/passwd` and `/etc/group` have them (passwd(5), group(5)).
///
/// Directories elsewhere are not asked: the C library would load modules for that.
public struct LocalUser: Sendable {
  /// The name.
  public let name: String
  /// The number.
  public let identifier: UInt32
  /// The number of the user's own group.
  public let group: UInt32
  /// All groups that the user is in, the own one first.
  public let groups: [UInt32]
  /// The home folder.
  public let home: String

  private static let maximumByteCount = 16 << 20
  /// As many groups as Linux takes (NGROUPS_MAX).
  private static let maximumGroupCount = 65_536

  /// Whether this process may start others as other users.
  public static var canBecomeOthers: Bool { geteuid() == 0 }

  /// The name of the user whose process this is; nil when the file has none.
  public static var ownName: String? {
    let own = String(getuid())
    for line in (try? lines(of: "/etc/passwd")) ?? [] {
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      if fields.count == 7, fields[2] == own { return String(fields[0]) }
    }
    return nil
  }

  /// Looks a user up by name; nil when there is none.
  ///
  /// - Throws: when one of the files cannot be read.
  public static func find(_ name: String) throws(PlatformError) -> LocalUser? {
    try find(name, users: lines(of: "/etc/passwd"), groups: lines(of: "/etc/group"))
  }

  static func find(_ name: String, users: [Substring], groups: [Substring]) -> LocalUser? {
    let entries = users.lazy.map { $0.split(separator: ":", omittingEmptySubsequences: false) }
    guard !name.isEmpty, let fields = entries.first(where: { $0.count == 7 && $0[0] == name }),
      let identifier = UInt32(fields[2]), let group = UInt32(fields[3]),
      // To the system calls the highest number means "as it is".
      identifier != UInt32.max, group != UInt32.max
    else { return nil }
    var found = [group]
    for line in groups {
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      guard fields.count == 4, let number = UInt32(fields[2]), !found.contains(number),
        fields[3].split(separator: ",").contains(where: { $0 == name })
      else { continue }
      found.append(number)
    }
    return LocalUser(
      name: name, identifier: identifier, group: group,
      groups: Array(found.prefix(maximumGroupCount)), home: String(fields[5]))
  }

  private static func lines(of path: String) throws(PlatformError) -> [Substring] {
    let file = try Files.read(path, limit: maximumByteCount)
    let bytes = file.bytes.bytes
    return String(decoding: Array(copying: bytes), as: UTF8.self).split(separator: "\n")
  }
}
