/// On what terms a Secret that both sides changed is sealed again.
public struct MergeSettings: Sendable {
  /// Whose signatures it must have on both sides; empty requires none.
  public var trustedSigners: [SignatureVerifier] = []
  /// Whom it must not be sealed for, by the keys of recipients.
  public var forbidden: Set<String> = []
  /// Who signs the merge, if anybody.
  public var signer: SigningIdentity?
  /// What time it is, for new data keys.
  public var now: SealTime

  /// Terms that ask for nothing.
  public init(now: SealTime) { self.now = now }
}
