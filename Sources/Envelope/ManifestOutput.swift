public import CryptoCore
public import Manifest
public import YAMLSource

/// What was done to one unit.
public struct UnitOutcome: Sendable {
  /// What was done.
  public enum Action: Sendable {
    /// Sealed with a new data key.
    case sealed
    /// Sealed again with the data key it had; unchanged values kept their tokens.
    case resealed
    /// Its data key was wrapped for other recipients; every value kept its token.
    case rewrapped
    /// It got a new data key, and every value a new token.
    case rotated
    /// It was sealed already and left as it is.
    case alreadySealed
    /// Opened.
    case opened
    /// It was not sealed and left as it is.
    case notSealed
  }

  /// Why a unit got a new data key, and all its values new tokens.
  public enum NewKeyReason: Sendable {
    /// No earlier version was given, or it does not have this Secret.
    case noEarlierVersion
    /// The earlier version of this Secret is not sealed.
    case earlierVersionNotSealed
    /// None of the secrets at hand opens the earlier version.
    case noIdentity
    /// It is to be sealed for others than the earlier version.
    case recipientsChanged
    /// It is to be sealed with another cipher or scope, or the bound name has changed.
    case contextChanged
  }

  /// What the unit is known by.
  public let identity: UnitIdentity
  /// The unit's name, for instance "Secret default/db".
  public var label: String { identity.label }
  /// Where it begins.
  public let position: SourcePosition
  /// Its number among the objects of the text; 0 where that is not told.
  public let place: Int
  /// What was done.
  public let action: Action
  /// Why it got a new data key; nil unless `action` is `.sealed`.
  public let newKeyReason: NewKeyReason?
  /// How many values and comments it has.
  public let entryCount: Int
  /// How many of them kept their tokens.
  public let keptCount: Int
  /// The cipher of its values; nil when it has no envelope.
  public let cipher: CipherName?
  /// What the values are bound to; nil when it has no envelope.
  public let scope: SealScope?
  /// Whom it is, or was, sealed for.
  public let recipients: [RecipientDescription]
  /// Whom it is sealed for now and was not before, when it was rewritten.
  public let addedRecipients: [RecipientDescription]
  /// Whom it was sealed for before and is no longer, when it was rewritten.
  public let removedRecipients: [RecipientDescription]
  /// Signatures of the earlier version that no longer hold and were dropped.
  public let droppedSigners: [SignatureVerifier]
  /// What was accepted when it was resealed; nil otherwise.
  public internal(set) var changes: SealChanges?
  /// The same in words.
  public var accepted: String? { changes?.summary ?? fileNote }
  private var fileNote: String?
  /// Whether it is a whole file of another format.
  public let isFile: Bool
  /// Values under `data` that were sealed although Kubernetes will not take them: no Base64.
  public internal(set) var notBase64: [(name: String, position: SourcePosition)] = []
  /// The lines of the plaintext with comments that the new form has no place for.
  public var droppedCommentLines: [Int] = []

  init(
    _ unit: PlacedUnit, _ action: Action, newKeyReason: NewKeyReason? = nil, keptCount: Int = 0,
    envelope: Envelope? = nil, previous: Envelope? = nil, droppedSigners: [SignatureVerifier] = []
  ) {
    identity = unit.unit.identity
    position = unit.start
    place = unit.unit.place
    self.action = action
    self.newKeyReason = newKeyReason
    entryCount = unit.shownCount
    self.keptCount = keptCount
    cipher = envelope?.cipher
    scope = envelope?.scope
    recipients = envelope?.recipients.map(\.recipient) ?? []
    if let before = previous?.recipients.map(\.recipient) {
      let (old, new) = (Set(before.map(\.key)), Set(recipients.map(\.key)))
      addedRecipients = recipients.filter { !old.contains($0.key) }
      removedRecipients = before.filter { !new.contains($0.key) }
    } else {
      (addedRecipients, removedRecipients) = ([], [])
    }
    self.droppedSigners = droppedSigners
    isFile = false
  }

  /// What was done to an object of another format, which has neither envelope nor recipients.
  public init(
    _ action: Action, identity: UnitIdentity, position: SourcePosition, entryCount: Int,
    keptCount: Int = 0
  ) {
    self.identity = identity
    self.position = position
    place = 0
    self.action = action
    newKeyReason = nil
    self.entryCount = entryCount
    self.keptCount = keptCount
    (cipher, scope) = (nil, nil)
    recipients = []
    addedRecipients = []
    removedRecipients = []
    droppedSigners = []
    isFile = false
  }

  /// What was done to a whole file of another format, which counts as one unit.
  ///
  /// - Parameters:
  ///   - previous: Whom it was for before, when that may have changed.
  ///   - accepted: What was accepted, in words.
  public init(
    file identity: UnitIdentity, _ action: Action, entryCount: Int, keptCount: Int = 0,
    recipients: [RecipientDescription] = [], previous: [RecipientDescription]? = nil,
    accepted: String? = nil
  ) {
    self.identity = identity
    position = SourcePosition(offset: 0, line: 1, column: 1)
    place = 0
    self.action = action
    newKeyReason = nil
    self.entryCount = entryCount
    self.keptCount = keptCount
    (cipher, scope) = (nil, nil)
    self.recipients = recipients
    if let previous {
      let (old, new) = (Set(previous.map(\.key)), Set(recipients.map(\.key)))
      addedRecipients = recipients.filter { !old.contains($0.key) }
      removedRecipients = previous.filter { !new.contains($0.key) }
    } else {
      (addedRecipients, removedRecipients) = ([], [])
    }
    droppedSigners = []
    fileNote = accepted
    isFile = true
  }
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
  /// Whether the text can be a document among others, in one stream.
  public var isDocument = true
  /// What whoever made it has to say about it, fit for a terminal.
  public var warning: String?
  /// Which fields of which objects were opened, to read the text again.
  public internal(set) var fields = FieldChoice.none

  /// What another format made of a manifest.
  public init(
    text: consuming WipedBuffer, units: [UnitOutcome], isKubernetes: Bool, isChanged: Bool
  ) {
    self.text = text
    self.units = units
    self.isKubernetes = isKubernetes
    self.isChanged = isChanged
  }

  /// A whole file of another format.
  public init(file text: consuming WipedBuffer, _ unit: UnitOutcome, isChanged: Bool) {
    self.init(text: text, units: [unit], isKubernetes: true, isChanged: isChanged)
  }

  /// A manifest that is left as it is.
  public static func untouched(_ source: Span<UInt8>) -> ManifestOutput {
    ManifestOutput(
      text: WipedBuffer(copying: source), units: [], isKubernetes: true, isChanged: false)
  }

  /// Gives the text to the caller.
  public consuming func takeText() -> WipedBuffer { text }
}
