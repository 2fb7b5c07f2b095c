public import SOPSFormat

/// A recipient of SOPS files, as rules, flags and variables name it.
public struct SOPSRecipientName: Sendable, Equatable {
  /// The kind of key.
  public var backend: SOPSBackend
  /// An age recipient, a fingerprint, an ARN (with `+` and a role), a URL or a resource's name.
  public var name: String
  /// The profile of AWS's configuration to be used, if one was named.
  public var awsProfile: String?
  /// AWS's encryption context, `KEY:VALUE` separated by commas, if one was named.
  public var encryptionContext: String?

  /// Makes a name.
  public init(
    _ backend: SOPSBackend, _ name: String, awsProfile: String? = nil,
    encryptionContext: String? = nil
  ) {
    self.backend = backend
    self.name = name
    self.awsProfile = awsProfile
    self.encryptionContext = encryptionContext
  }
}

/// Access to keys of one or more kinds; further kinds are added in `SOPSKeys.backends`.
public protocol SOPSKeyBackend: Sendable {
  /// The kinds it is for.
  var kinds: [SOPSBackend] { get }

  /// What opens entries; asks and connects only when an entry is tried.
  var unwrappers: [any SOPSKeyUnwrapper] { get }

  /// What makes entries for a recipient of one of its kinds.
  ///
  /// - Throws: `.malformedConfiguration` when the name is none of this kind.
  func wrapper(for name: SOPSRecipientName) throws(SOPSError) -> any SOPSKeyWrapper

  /// What makes an entry anew for the recipient of one of its kinds that an entry is for.
  ///
  /// - Throws: `.malformedMetadata` when the entry names no recipient.
  func wrapper(renewing entry: SOPSKeyEntry) throws(SOPSError) -> any SOPSKeyWrapper
}

extension SOPSKeyBackend {
  /// The same for an entry whose recipient's name says everything.
  public func wrapper(renewing entry: SOPSKeyEntry) throws(SOPSError) -> any SOPSKeyWrapper {
    try wrapper(for: SOPSRecipientName(entry.backend, entry.recipient))
  }
}
