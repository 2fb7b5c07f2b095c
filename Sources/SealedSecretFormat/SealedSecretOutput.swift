public import CryptoCore
public import YAMLSource

/// What was done to one object.
public struct SealedSecretOutcome: Sendable {
  /// What was done.
  public enum Action: String, Sendable {
    /// A Secret became a SealedSecret.
    case sealed
    /// A SealedSecret became a Secret.
    case unsealed
    /// Values of a SealedSecret were added or replaced.
    case merged
    /// Values of a SealedSecret were sealed for another certificate.
    case reencrypted
    /// It was left as it is.
    case unchanged
    /// A Secret in plaintext was left as it is.
    case plaintext
  }

  /// What it was: `Secret` or `SealedSecret`.
  public let kind: String
  /// Its namespace in the text that was given, empty when it named none.
  public let namespace: String
  /// Its name.
  public let name: String
  /// Where it begins in the text that was given.
  public let position: SourcePosition
  /// What was done.
  public let action: Action
  /// How many values it has.
  public let valueCount: Int
  /// How many of them were sealed or opened now.
  public let changedCount: Int
  /// The lines of the given text with comments on values, which a SealedSecret has no place for.
  public internal(set) var droppedCommentLines: [Int] = []
}

/// A manifest after sealing or unsealing.
public struct SealedSecretOutput: ~Copyable, Sendable {
  /// The whole text.
  public let text: WipedBuffer
  /// What was done to each object, in order.
  public let outcomes: [SealedSecretOutcome]
  /// Whether the text is another than the one given.
  public let isChanged: Bool

  /// Gives the text to the caller.
  public consuming func takeText() -> WipedBuffer { text }

  /// A manifest that is left as it is.
  static func untouched(_ source: Span<UInt8>) -> SealedSecretOutput {
    SealedSecretOutput(text: WipedBuffer(copying: source), outcomes: [], isChanged: false)
  }
}
