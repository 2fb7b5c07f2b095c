/// Merges whom a Secret is sealed for (docs/git.md, "Recipients").
///
/// Both sides' additions stay, and what one side took out stays out. Only for versions whose seals
/// hold: `to` lines of others would let anyone who can write to the repository in.
struct RecipientMerge {
  /// What becomes of the recipients of our side, for people.
  struct RecipientChange {
    /// Whom their side lets in.
    let joined: [RecipientDescription]
    /// Whom their side takes out.
    let left: [RecipientDescription]

    fileprivate init(joined: [RecipientLine], left: [RecipientLine]) {
      self.joined = joined.map(\.recipient)
      self.left = left.map(\.recipient)
    }

    /// The change when theirs takes the place of ours.
    init(from ours: Envelope, to theirs: Envelope) {
      let (old, new) = (RecipientMerge.lines(ours), RecipientMerge.lines(theirs))
      self.init(
        joined: theirs.recipients.filter { old[Key($0)] == nil },
        left: ours.recipients.filter { new[Key($0)] == nil })
    }

    /// One sentence for each; their side chose the names, so the keys are told too.
    var notes: [String] {
      [("lets", joined, "in"), ("takes", left, "out")].filter { !$0.1.isEmpty }.map {
        "the merge \($0.0) \(ShownNames.list($0.1.map(\.labelWithKey))) \($0.2)"
      }
    }
  }

  /// The side whose cipher and scope count, and whose data key unless there has to be a new one.
  let keyVersion: MergeVersion
  /// Why there has to be a new data key; nil when that side's serves.
  let newKeyReason: String?
  /// Whom to seal for: a line under that side's key, or nil where a key has to be wrapped.
  let recipients: [(recipient: RecipientDescription, line: RecipientLine?)]
  /// What the merge changes for us.
  let change: RecipientChange

  private struct Key: Hashable {
    let text: String
    /// Passphrases look alike; each is its own.
    let wrap: [UInt8]

    init(_ line: RecipientLine) {
      text = line.recipient.key
      wrap = line.recipient.isPassphrase ? line.wrap : []
    }
  }

  /// - Throws: `.wrapFailed`, with the reason, when nobody but a person can decide.
  init(base: Envelope?, ours: Envelope, theirs: Envelope) throws(EnvelopeError) {
    keyVersion = try Self.keyVersion(base, ours, theirs)
    let keyEnvelope = keyVersion == .ours ? ours : theirs
    let (old, left, right) = (Self.lines(base), Self.lines(ours), Self.lines(theirs))
    let removed = Set(old.keys.filter { left[$0] == nil || right[$0] == nil })
    let kept = Self.lines(keyEnvelope)
    let former =
      base?.commitment == keyEnvelope.commitment
      ? nil : removed.compactMap { kept[$0]?.recipient.label }.min()
    if let former {
      newKeyReason = "one side took \(former) out, who has the key that the other made"
    } else if keyVersion == .theirs {
      newKeyReason = "their side made one, which values of our side are not sealed with"
    } else {
      newKeyReason = nil
    }
    let needsKey = newKeyReason != nil
    var seen: Set<Key> = []
    var recipients: [(RecipientDescription, RecipientLine?)] = []
    for line in ours.recipients + theirs.recipients {
      let key = Key(line)
      guard !removed.contains(key), seen.insert(key).inserted else { continue }
      let known = Self.line(key, old, ours, left, theirs, right, keyEnvelope)
      recipients.append((line.recipient, needsKey ? nil : known))
    }
    guard !recipients.isEmpty else {
      throw EnvelopeError(.wrapFailed, "the two sides took out all recipients between them")
    }
    self.recipients = recipients.map { (recipient: $0.0, line: $0.1) }
    change = RecipientChange(
      joined: theirs.recipients.filter { left[Key($0)] == nil && !removed.contains(Key($0)) },
      left: ours.recipients.filter { removed.contains(Key($0)) })
  }

  /// The side that made a new key, else ours.
  private static func keyVersion(
    _ base: Envelope?, _ ours: Envelope, _ theirs: Envelope
  ) throws(EnvelopeError) -> MergeVersion {
    let isOurs = ours.commitment == theirs.commitment || ours.commitment != base?.commitment
    let (key, other) = isOurs ? (ours, theirs) : (theirs, ours)
    // The other side's cipher or scope counts unless it is the old one.
    let isSame = key.cipher == other.cipher && key.scope == other.scope
    guard isSame || (other.cipher == base?.cipher && other.scope == base?.scope) else {
      throw EnvelopeError(.wrapFailed, "the two sides chose different ciphers or scopes")
    }
    return isOurs ? .ours : .theirs
  }

  private static func lines(_ envelope: Envelope?) -> [Key: RecipientLine] {
    var lines: [Key: RecipientLine] = [:]
    for line in envelope?.recipients ?? [] { lines[Key(line)] = line }
    return lines
  }

  /// The line of a recipient that holds the key that is gone on with; the changed one of two.
  private static func line(
    _ key: Key, _ old: [Key: RecipientLine], _ ours: Envelope, _ left: [Key: RecipientLine],
    _ theirs: Envelope, _ right: [Key: RecipientLine], _ keyEnvelope: Envelope
  ) -> RecipientLine? {
    let isLeft = ours.commitment == keyEnvelope.commitment
    let isRight = theirs.commitment == keyEnvelope.commitment
    let (first, second) = (isLeft ? left[key] : nil, isRight ? right[key] : nil)
    if let first, let second { return first == old[key] ? second : first }
    return first ?? second
  }
}
