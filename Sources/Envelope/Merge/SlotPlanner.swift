internal import CryptoCore
internal import Manifest
internal import YAMLSource

/// Decides value by value, and writes the versions with words in the place of tokens.
struct SlotPlanner: ~Copyable {
  private(set) var slots: [MergeSlot] = []
  private var places = PerVersion<[(range: Range<Int>, slot: Int, version: MergeVersion?)]>([])
  private let macKey: SymmetricKey<HMACSHA256>

  init(in arena: SecretArena) throws(EnvelopeError) {
    do { macKey = try SymmetricKey<HMACSHA256>.random(in: arena) } catch {
      throw EnvelopeError(crypto: error)
    }
  }

  /// A version's text with words.
  func skeleton(
    _ version: MergeVersion, _ texts: borrowing MergeTexts, _ words: SlotWords
  ) throws(EnvelopeError) -> WipedBuffer {
    var edits = SpliceEdits()
    for place in places[version] {
      edits.replace(place.range, with: words.word(place.slot, place.version).span)
    }
    return try texts.lend(version) { source throws(EnvelopeError) in
      try ManifestSealer.apply(edits, to: source)
    }
  }

  private mutating func add(_ slot: MergeSlot, at ranges: PerVersion<Range<Int>?>) {
    var isSplit = false
    if case .split = slot.decision { isSplit = true }
    for version in MergeVersion.allCases {
      guard let range = ranges[version] else { continue }
      places[version].append((range, slots.count, isSplit ? version : nil))
    }
    slots.append(slot)
  }

  /// Plans a Secret, unless its text is merged as it stands.
  mutating func plan(
    _ trio: UnitTrio, _ index: Int, _ decision: UnitDecision, _ texts: borrowing MergeTexts,
    codec: inout TokenCodec
  ) throws(EnvelopeError) {
    if case .raw = decision { return }
    planEnvelope(trio, index, decision, texts)
    try planValues(trio, decision, texts, &codec)
    try planComments(trio, decision, texts, &codec)
  }

  private mutating func planEnvelope(
    _ trio: UnitTrio, _ index: Int, _ decision: UnitDecision, _ texts: borrowing MergeTexts
  ) {
    var ranges = PerVersion<Range<Int>?>(nil)
    var contents = PerVersion<[UInt8]?>(nil)
    for version in MergeVersion.allCases {
      guard let unit = trio.units[version] else { continue }
      let range = texts.lend(version) {
        EnvelopeEditor.range(of: unit.annotation, tree: unit.placed.tree, source: $0)
      }
      ranges[version] = range
      contents[version] = texts.copy(range, of: version)
    }
    var slotDecision = MergeSlot.Decision.envelope(index)
    if case .split = decision { slotDecision = .split }
    add(
      MergeSlot(decision: slotDecision, texts: contents, unit: trio.label, entry: ""), at: ranges)
  }

  private mutating func planValues(
    _ trio: UnitTrio, _ decision: UnitDecision, _ texts: borrowing MergeTexts,
    _ codec: inout TokenCodec
  ) throws(EnvelopeError) {
    var names: [String] = []
    var numbers: [String: PerVersion<Int?>] = [:]
    for version in MergeVersion.allCases {
      for (number, entry) in (trio.units[version]?.placed.entries ?? []).enumerated()
      where entry.kind == .value {
        if numbers[entry.name] == nil { names.append(entry.name) }
        numbers[entry.name, default: PerVersion(nil)][version] = number
      }
    }
    for name in names {
      guard let found = numbers[name] else { continue }
      let value = MergedValue(trio: trio, numbers: found)
      var ranges = PerVersion<Range<Int>?>(nil)
      var contents = PerVersion<[UInt8]?>(nil)
      for version in MergeVersion.allCases {
        guard let entry = value.entry(version), let number = found[version] else { continue }
        ranges[version] = entry.contentRange
        contents[version] = try trio.text(
          of: number, in: version, under: decision, texts, codec: &codec)
      }
      let chosen = value.choice(texts)
      let slotDecision: MergeSlot.Decision
      switch chosen {
      case .version(let version): slotDecision = .text(contents[version] ?? [])
      case .conflict: slotDecision = .conflict
      case .split: slotDecision = .split
      }
      add(
        MergeSlot(decision: slotDecision, texts: contents, unit: trio.label, entry: name),
        at: ranges)
    }
  }

  /// Comments merge as text does: equal ones have the same word, and each its own token.
  private mutating func planComments(
    _ trio: UnitTrio, _ decision: UnitDecision, _ texts: borrowing MergeTexts,
    _ codec: inout TokenCodec
  ) throws(EnvelopeError) {
    var found: [CommentClass: CommentMembers] = [:]
    var classes: [CommentClass] = []
    // Tokens of the base are of no use when both sides have others.
    for version in [MergeVersion.ours, .theirs, .base] {
      guard let unit = trio.units[version] else { continue }
      for (number, entry) in unit.placed.entries.enumerated() where entry.kind == .comment {
        let key = CommentClass(
          name: entry.name, text: fingerprint(of: number, entry, unit, version, texts))
        if found[key] == nil { classes.append(key) }
        let text = try trio.text(of: number, in: version, under: decision, texts, codec: &codec)
        found[key, default: CommentMembers()].add(entry.contentRange, text, version)
      }
    }
    for key in classes {
      guard let members = found[key] else { continue }
      for version in MergeVersion.allCases {
        for range in members.ranges[version] {
          places[version].append((range, slots.count, nil))
        }
      }
      slots.append(
        MergeSlot(
          decision: .comments(members.texts), texts: PerVersion(nil), unit: trio.label,
          entry: key.name))
    }
  }

  /// What is the same for equal comments: a MAC of the text, or without a key the token.
  private func fingerprint(
    of number: Int, _ entry: UnitEntry, _ unit: MergeUnit, _ version: MergeVersion,
    _ texts: borrowing MergeTexts
  ) -> [UInt8] {
    guard let opened = unit.opened else {
      return texts.copy(entry.token ?? entry.contentRange, of: version)
    }
    return opened.withText(of: number) { text in
      [UInt8](copying: HMACSHA256.authenticate(text, key: macKey).bytes)
    }
  }
}

/// Comments of one mapping that are equal.
private struct CommentClass: Hashable {
  let name: String
  /// A MAC of the text, or without a key the token.
  let text: [UInt8]
}

/// Where equal comments stand, and their tokens, each once.
private struct CommentMembers {
  private(set) var ranges = PerVersion<[Range<Int>]>([])
  private(set) var texts: [[UInt8]] = []
  private var known: Set<[UInt8]> = []

  mutating func add(_ range: Range<Int>, _ text: [UInt8], _ version: MergeVersion) {
    ranges[version].append(range)
    if version != .base || texts.isEmpty, known.insert(text).inserted { texts.append(text) }
  }
}
