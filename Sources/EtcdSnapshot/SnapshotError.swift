public import Platform

/// Why a snapshot cannot be read, or not be trusted.
///
/// Holds no byte of a stored value. Two errors are equal when their codes are.
public struct SnapshotError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kinds of failure; more may be added.
  public enum Code: String, Sendable {
    /// The file is no bbolt database.
    case notDatabase
    /// It is one, and no etcd's.
    case notEtcd
    /// A page is not as it has to be.
    case damagedPage
    /// The SHA-256 at the end is not that of the file.
    case wrongDigest
    /// It would take more memory than this program gives to it.
    case tooLarge
    /// Another program changed the file while it was read.
    case changedUnderUs
    /// The operating system failed; see `platform`.
    case platform
  }

  /// The kind of failure.
  public let code: Code
  /// What is wrong: lower case, no full stop.
  public let message: String
  /// The page that it was found on.
  public let page: UInt64?
  /// What the operating system said.
  public let platform: PlatformError?

  init(_ code: Code, _ message: String, page: UInt64? = nil, platform: PlatformError? = nil) {
    self.code = code
    self.message = message
    self.page = page
    self.platform = platform
  }

  init(_ error: PlatformError) {
    self.init(.platform, error.description, platform: error)
  }

  static func damaged(_ page: UInt64, _ message: String) -> SnapshotError {
    SnapshotError(.damagedPage, message, page: page)
  }

  public static func == (left: SnapshotError, right: SnapshotError) -> Bool {
    left.code == right.code
  }

  /// One line in lower case.
  public var description: String { page.map { "page \($0): \(message)" } ?? message }
}
