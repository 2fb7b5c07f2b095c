public import CryptoCore
public import YAMLSource

/// What was done to one unit.
public struct UnitOutcome: Sendable {
  /// What was done.
  public enum Action: Sendable {
    /// Sealed with a new data key.
    case sealed
    /// Sealed again with the data key it had; unchanged values kept their tokens.
    case resealed
    /// It was sealed already and left as it is.
    case alreadySealed
    /// Opened.
    case opened
    /// It was not sealed and left as it is.
    case notSealed
  }

  /// The unit's name, for instance "Secret default/db".
  public let label: String
  /// Where it begins.
  public let position: SourcePosition
  /// What was done.
  public let action: Action
  /// How many values and comments it has.
  public let entryCount: Int
  /// How many of them kept their tokens.
  public let keptCount: Int
}

/// A manifest after sealing or opening.
public struct ManifestOutput: ~Copyable, Sendable {
  /// The whole text.
  public var text: WipedBuffer
  /// What was done to each Secret, in order.
  public let units: [UnitOutcome]
  /// Whether any document is a Kubernetes object.
  public let isKubernetes: Bool
  /// Whether the text is another than the one given.
  public let isChanged: Bool

  /// A manifest that is left as it is.
  public static func untouched(_ source: Span<UInt8>) -> ManifestOutput {
    ManifestOutput(
      text: WipedBuffer(copying: source), units: [], isKubernetes: true, isChanged: false)
  }

  /// Gives the text to the caller.
  public consuming func takeText() -> WipedBuffer { text }
}
