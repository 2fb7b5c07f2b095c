internal import CryptoCore
internal import Manifest
internal import YAMLSource

/// A unit of which the seal holds, with the source texts of its entries in one wiped buffer.
struct OpenedUnit: ~Copyable {
  let envelope: Envelope
  let keys: UnitKeys
  private var plaintext = WipedBuffer()
  /// For every entry its form and its range in `plaintext`; nil for an alias.
  private var texts: [(form: UInt8, range: Range<Int>)?] = []

  init(envelope: Envelope, keys: UnitKeys) {
    self.envelope = envelope
    self.keys = keys
  }

  mutating func addAlias() { texts.append(nil) }

  /// Decrypts the next entry's token.
  mutating func add(
    _ token: Span<UInt8>, info: CanonicalBytes, codec: inout TokenCodec
  ) throws(EnvelopeError) {
    let start = plaintext.count
    let form = try codec.open(
      token, keys: keys, cipher: envelope.cipher, info: info, appendingTo: &plaintext)
    texts.append((form, start..<plaintext.count))
  }

  /// Whether the entry at `index` was sealed from the same source text and form.
  func isUnchanged(_ index: Int, source: Span<UInt8>, form: UInt8) -> Bool {
    guard texts.indices.contains(index), let text = texts[index], text.form == form else {
      return false
    }
    return ConstantTime.equal(plaintext.bytes.extracting(text.range), source)
  }

  /// Puts the source texts back and takes the envelope out; says whether any has a line break.
  func restore(
    in unit: SecretUnit, tree: SourceTree, source: Span<UInt8>, edits: inout SpliceEdits
  ) throws(EnvelopeError) -> Bool {
    var hasLineBreaks = false
    for (entry, text) in zip(unit.entries, texts) {
      guard let text else { continue }
      let bytes = plaintext.bytes.extracting(text.range)
      let range = try Self.replacedRange(
        of: entry, form: text.form, unit: unit, tree: tree, source: source)
      edits.replace(range, with: bytes)
      if !hasLineBreaks { hasLineBreaks = bytes.containsLineBreak }
    }
    do {
      try EnvelopeEditor.remove(
        from: unit, layout: envelope.layout, tree: tree, source: source, edits: &edits)
    } catch { throw EnvelopeError(error).located(unit.label, unit.position) }
    return hasLineBreaks
  }

  /// The token with what the encoder added in front of it (docs/format.md, section 4).
  private static func replacedRange(
    of entry: UnitEntry, form: UInt8, unit: SecretUnit, tree: SourceTree, source: Span<UInt8>
  ) throws(EnvelopeError) -> Range<Int> {
    let range = entry.contentRange
    guard let insertion = TokenInsertion(form: form), entry.kind == .value || form == 0 else {
      throw EnvelopeError(.malformedToken, "\(entry.name): unknown form", unit: unit.label)
    }
    let added = Array(insertion.text.utf8)
    let start = range.lowerBound - added.count
    guard start >= 0, source.extracting(start..<range.lowerBound).copied() == added else {
      throw EnvelopeError(
        .malformedToken, "\(entry.name): the text in front of the token was changed",
        at: tree.position(of: range.lowerBound, in: source), unit: unit.label)
    }
    return start..<range.upperBound
  }
}

extension TokenInsertion {
  /// The form byte of a token that needed this in front.
  var form: UInt8 {
    switch self {
    case .none: 0
    case .space: 1
    case .colonSpace: 2
    }
  }

  /// What a form byte says was put in front.
  init?(form: UInt8) {
    switch form {
    case 0: self = .none
    case 1: self = .space
    case 2: self = .colonSpace
    default: return nil
    }
  }

  /// The bytes in front of the token.
  var text: String {
    switch self {
    case .none: ""
    case .space: " "
    case .colonSpace: ": "
    }
  }
}

extension Span where Element == UInt8 {
  /// Whether there is a LF or CR.
  var containsLineBreak: Bool {
    for index in indices where self[index] == 0x0a || self[index] == 0x0d { return true }
    return false
  }
}
