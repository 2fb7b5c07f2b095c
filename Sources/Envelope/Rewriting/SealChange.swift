/// What is done to Secrets that are sealed already.
public enum SealChange: Sendable {
  /// The data key is wrapped for others; every value keeps its token.
  ///
  /// Who could open it before may have kept the data key: only `rotate` shuts them out.
  case rewrap
  /// A new data key; every value gets a new token.
  ///
  /// With a time, Secrets whose data key was made then or later are left: a run that was cut short
  /// goes on where it was, and a schedule looks at the age of keys. A date behind `orAfter` cannot
  /// be true, so these are not left.
  case rotate(madeBefore: SealTime?, orAfter: SealTime? = nil)
  /// A new data key for what somebody could open, and nobody of those among its recipients.
  ///
  /// Other Secrets are left; so are those of which an earlier run changed the key.
  case revoke(RevokedKeys)
}

/// Who is to open nothing any more.
public struct RevokedKeys: Sendable {
  /// The recipients, as `RecipientDescription.key` has them.
  public let recipients: Set<String>
  /// What commits to data keys that they could have.
  public let commitments: Set<[UInt8]>

  /// Names them.
  public init(recipients: Set<String>, commitments: Set<[UInt8]>) {
    self.recipients = recipients
    self.commitments = commitments
  }

  /// Whether a Secret needs a new data key.
  func concern(_ envelope: Envelope) -> Bool {
    commitments.contains(envelope.commitment)
      || envelope.recipients.contains { recipients.contains($0.recipient.key) }
  }

  /// The target without them.
  ///
  /// - Throws: `.noRecipients` when nobody would be left.
  func removed(from target: SealTarget) throws(EnvelopeError) -> SealTarget {
    var left = target
    left.recipients.removeAll { recipients.contains($0.recipient.key) }
    guard !left.recipients.isEmpty else {
      throw EnvelopeError(.noRecipients, "there would be nobody left who can open it")
    }
    return left
  }
}
