public import Manifest

/// Whom and how to seal for.
public struct SealTarget: Sendable {
  /// Who can open; at least one.
  public var recipients: [any KeyWrapper]
  /// The cipher of the values.
  public var cipher: CipherName
  /// How much of the identity is bound.
  public var scope: SealScope

  /// Makes a target.
  public init(
    recipients: [any KeyWrapper], cipher: CipherName = .aes256GCM, scope: SealScope = .strict
  ) {
    self.recipients = recipients
    self.cipher = cipher
    self.scope = scope
  }
}

/// How a manifest is to be sealed.
public struct SealSettings: Sendable {
  /// Whom and how to seal for; nil takes it from the earlier version of each Secret, which must
  /// then open.
  public var target: SealTarget?
  /// What time it is, for new data keys.
  public var now: SealTime
  /// Who signs, if anybody.
  public var signer: SigningIdentity?
  /// Whose signatures the earlier version must have; empty requires none.
  ///
  /// Who seals knows the data key, and recipients are public: without this, somebody who can write
  /// to a repository can put a version there of which they know the key, and read what is sealed
  /// with that key afterwards.
  public var trustedSigners: [SignatureVerifier]
  /// Whether a Secret that the earlier version does not have may be one that was renamed: the one
  /// at the same place whose name is gone.
  ///
  /// Right for the text of an editor, which began as the earlier version. Otherwise it is a guess,
  /// by which a Secret could get the recipients or the key of another one.
  public var followsRenames: Bool
  /// Whether to seal although an annotation repeats the values in the clear.
  public var allowsPlaintextElsewhere: Bool
  /// Which fields of objects beside Secrets are sealed; nil takes those that the earlier version of
  /// the same object has sealed.
  public var fields: FieldChoice?

  /// Makes settings.
  public init(
    _ target: SealTarget?, now: SealTime, signer: SigningIdentity? = nil,
    trustedSigners: [SignatureVerifier] = [], followsRenames: Bool = false,
    allowsPlaintextElsewhere: Bool = false
  ) {
    self.target = target
    self.now = now
    self.signer = signer
    self.trustedSigners = trustedSigners
    self.followsRenames = followsRenames
    self.allowsPlaintextElsewhere = allowsPlaintextElsewhere
  }
}
