internal import CryptoCore
internal import Manifest
internal import YAMLSource

/// A unit with the data key that its envelope commits to.
struct UnlockedUnit: ~Copyable {
  let dataKey: DataKey
  let verified: VerifiedUnit
}

/// A unit of which the key and the seal hold.
struct VerifiedUnit {
  let placed: PlacedUnit
  let envelope: Envelope
  let context: UnitContext
  let keys: UnitKeys
}

/// A unit of which the seal holds, with the source texts of its entries in one wiped buffer.
final class OpenedUnit {
  /// What a token stands for.
  private struct Text {
    let insertion: TokenInsertion
    let range: Range<Int>
  }

  let placed: PlacedUnit
  let envelope: Envelope
  let context: UnitContext
  /// Nil when they were not asked for: many opened units would take up the locked memory.
  let keys: UnitKeys?
  private let plaintext: PlaintextStore
  /// For every entry what its token stands for; nil for an alias.
  private let texts: [Text?]

  var unit: SecretUnit { placed.unit }

  /// Decrypts the tokens of all entries.
  init(
    _ verified: VerifiedUnit, source: Span<UInt8>, codec: inout TokenCodec, keepsKeys: Bool
  ) throws(EnvelopeError) {
    (placed, envelope, context) = (verified.placed, verified.envelope, verified.context)
    keys = keepsKeys ? verified.keys : nil
    var plaintext = WipedBuffer(capacity: max(256, placed.entryByteCount))
    var texts: [Text?] = []
    texts.reserveCapacity(placed.entries.count)
    var entryContext = EntryContext(context)
    for entry in placed.entries {
      guard let token = entry.token, entry.kind.isSealed else {
        texts.append(nil)
        continue
      }
      let start = plaintext.count
      do throws(EnvelopeError) {
        let insertion = try codec.open(
          source.extracting(token), keys: verified.keys, cipher: context.cipher,
          info: entryContext.info(of: entry), appendingTo: &plaintext)
        texts.append(Text(insertion: insertion, range: start..<plaintext.count))
      } catch {
        throw EnvelopeError(
          error.code, "\(ShownNames.one(entry.name)): \(error.message)",
          at: placed.position(of: entry, in: source), unit: placed.label)
      }
    }
    self.plaintext = PlaintextStore(plaintext)
    self.texts = texts
  }

  /// Whether the entry at `index` was sealed from the same source text and form.
  func isUnchanged(_ index: Int, source: Span<UInt8>, insertion: TokenInsertion) -> Bool {
    guard texts.indices.contains(index), let text = texts[index], text.insertion == insertion
    else { return false }
    return plaintext.lend(text.range) { ConstantTime.equal($0, source) }
  }

  /// Whether an entry was sealed from the same source text and form as one of another version.
  func isUnchanged(_ index: Int, asIn other: OpenedUnit, _ otherIndex: Int) -> Bool {
    guard texts.indices.contains(index), let text = texts[index] else { return false }
    return plaintext.lend(text.range) {
      other.isUnchanged(otherIndex, source: $0, insertion: text.insertion)
    }
  }

  /// A new token of the entry at `index` under other keys.
  func sealed(
    _ index: Int, keys: UnitKeys, cipher: CipherName, info: CanonicalBytes,
    codec: inout TokenCodec
  ) throws(EnvelopeError) -> [UInt8] {
    guard texts.indices.contains(index), let text = texts[index] else { return [] }
    var token = WipedBuffer(capacity: text.range.count * 2 + 128)
    try plaintext.lend(text.range) { source throws(EnvelopeError) in
      try codec.seal(
        source, form: text.insertion.form, keys: keys, cipher: cipher, info: info,
        appendingTo: &token)
    }
    return [UInt8](copying: token.bytes)
  }

  /// What stands in front of the token of the entry at `index`; nil for an alias.
  func insertion(of index: Int) -> TokenInsertion? {
    texts.indices.contains(index) ? texts[index]?.insertion : nil
  }

  /// Lends the source text of the entry at `index`; empty for an alias.
  func withText<Result: ~Copyable, Failure: Error>(
    of index: Int, _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let range = texts.indices.contains(index) ? texts[index]?.range : nil
    return try plaintext.lend(range ?? 0..<0, body)
  }

  /// Puts the source texts back and takes the envelope out.
  ///
  /// - Returns: Whether every text means the same wherever it stands, so that the result need not
  ///   be read again.
  func restore(
    _ source: Span<UInt8>, edits: inout SpliceEdits
  ) throws(EnvelopeError) -> Bool {
    var areIndependent = true
    for (entry, text) in zip(placed.entries, texts) {
      guard let text else { continue }
      let range = try replacedRange(of: entry, text.insertion, source: source)
      plaintext.lend(text.range) { bytes in
        edits.replace(range, with: bytes)
        areIndependent =
          areIndependent && text.insertion == .none
          && SourceText.isIndependent(bytes, kind: entry.kind, syntax: placed.tree.syntax)
      }
    }
    do {
      try EnvelopeEditor.remove(
        from: unit, layout: envelope.layout, tree: placed.tree, source: source, edits: &edits)
    } catch { throw EnvelopeError(error).located(placed.label, placed.start) }
    return areIndependent
  }

  /// Puts the source texts back and leaves the envelope; false, and nothing done, where the text
  /// around a token was changed.
  func restoreTexts(_ source: Span<UInt8>, edits: inout SpliceEdits) -> Bool {
    var ranges: [(Range<Int>, Range<Int>)] = []
    for (entry, text) in zip(placed.entries, texts) {
      guard let text else { continue }
      guard let range = try? replacedRange(of: entry, text.insertion, source: source) else {
        return false
      }
      ranges.append((range, text.range))
    }
    for (range, text) in ranges { plaintext.lend(text) { edits.replace(range, with: $0) } }
    return true
  }

  /// The token with what the encoder added in front of it (docs/format.md, section 4).
  private func replacedRange(
    of entry: UnitEntry, _ insertion: TokenInsertion, source: Span<UInt8>
  ) throws(EnvelopeError) -> Range<Int> {
    let range = entry.contentRange
    guard insertion != .none else { return range }
    let added = Array(insertion.text.description.utf8)
    let start = range.lowerBound - added.count
    guard entry.kind == .value, start >= 0,
      [UInt8](copying: source.extracting(start..<range.lowerBound)) == added
    else {
      throw EnvelopeError(
        .malformedToken,
        "\(ShownNames.one(entry.name)): the text in front of the token was changed",
        at: placed.position(of: entry, in: source), unit: placed.label)
    }
    return start..<range.upperBound
  }

  /// Whether a unit of the restored text is this one: the same entries with the same source texts.
  func isRestored(as other: PlacedUnit, in text: Span<UInt8>, from source: Span<UInt8>) -> Bool {
    guard unit.identity == other.unit.identity, unit.typeName == other.unit.typeName,
      unit.entries.count == other.unit.entries.count
    else { return false }
    for (index, (before, after)) in zip(unit.entries, other.unit.entries).enumerated() {
      guard before.kind == after.kind, before.name == after.name else { return false }
      let found = text.extracting(after.contentRange)
      let isSame =
        before.kind.isSealed
        ? withText(of: index) { ConstantTime.equal($0, found) }
        : ConstantTime.equal(source.extracting(before.contentRange), found)
      guard isSame else { return false }
    }
    return true
  }
}

/// The plaintext of a unit; it never changes, and is wiped when the unit goes.
private struct PlaintextStore: ~Copyable {
  private let buffer: WipedBuffer

  init(_ buffer: consuming WipedBuffer) { self.buffer = buffer }

  borrowing func lend<Result: ~Copyable, Failure: Error>(
    _ range: Range<Int>, _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(buffer.bytes.extracting(range))
  }
}
