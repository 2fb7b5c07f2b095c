public import CryptoCore

/// Values that are searched for, in every form, and the tables of the search; texts stay in locked
/// memory.
///
/// A filter of the hashes of windows, one or two for each text, takes time proportional to what is
/// searched, however many values there are; what it lets through is compared byte by byte
/// (`KnownValueSearch`). Hashes are made with a number of this run, so that the tables say little of
/// the values.
public final class KnownValues: Sendable {
  /// Collects values.
  public struct Builder: ~Copyable, Sendable {
    private var bytes = WipedBuffer()
    private var texts: [Text] = []
    private var valueCount = 0

    /// How much the forms of all values take, in bytes.
    public var byteCount: Int { bytes.count }

    /// Nothing yet.
    public init() {}

    /// Adds a value; its number is how many were added before.
    ///
    /// - Parameter value: At least `minimumByteCount` bytes; of a long one the beginning counts.
    public mutating func add(_ value: Span<UInt8>) {
      precondition(value.count >= minimumByteCount, "a value that is too short")
      let number = valueCount
      valueCount += 1
      let first = texts.count
      ValueForms.forEach(of: value.extracting(..<min(value.count, maximumByteCount))) {
        form, text in
        let isKnown = texts[first...].contains { known in
          ConstantTime.equal(bytes.bytes.extracting(known.range), text)
        }
        guard !isKnown, text.count >= minimumByteCount else { return }
        texts.append(
          Text(value: number, form: form, range: bytes.count..<bytes.count + text.count))
        bytes.append(text)
      }
    }

    /// Makes the tables.
    ///
    /// - Throws: `CryptoError` when no locked memory is to be had.
    public consuming func build() throws(CryptoError) -> KnownValues {
      try KnownValues(SecretBytes(copying: bytes.bytes), texts)
    }
  }

  /// A text that stands for a value.
  struct Text: Sendable {
    let value: Int
    let form: ValueForm
    let range: Range<Int>
  }

  /// A window of a text by which it is found.
  struct Anchor: Sendable {
    let text: Int
    /// Where in the text.
    let offset: Int
  }

  /// The shortest value, in bytes.
  public static let minimumByteCount = 4
  /// How much of a long value is searched for, in bytes.
  public static let maximumByteCount = 1024
  /// The widest window, in bytes.
  private static let widestWindow = 8

  /// How wide windows are, in bytes.
  let window: Int
  let texts: [Text]
  private let secret: SecretBytes
  private let multiplier: UInt64
  private let shift: UInt64
  /// A bit for each hash that a window has.
  private let filter: [UInt64]
  /// Where the anchors of a hash begin in `anchors`.
  private let starts: [UInt32]
  private let anchors: [Anchor]

  private init(_ secret: consuming SecretBytes, _ texts: [Text]) {
    let window = texts.map(\.range.count).min().map { min($0, Self.widestWindow) } ?? 8
    self.window = window
    self.texts = texts
    multiplier = RandomBytes.array(count: 8).reduce(0) { $0 << 8 | UInt64($1) } | 1
    let anchors = Self.anchors(of: texts, window, secret.bytes)
    var bits: UInt64 = 16
    while bits < 22, 1 << bits < anchors.count * 24 { bits += 1 }
    shift = 64 - bits
    var hashes: [(hash: Int, anchor: Anchor)] = []
    for anchor in anchors {
      let start = texts[anchor.text].range.lowerBound + anchor.offset
      var value: UInt64 = 0
      for index in start..<start + window { value = value << 8 | UInt64(secret.bytes[index]) }
      hashes.append((Int(value.multipliedFullWidth(by: multiplier).low >> shift), anchor))
    }
    hashes.sort { $0.hash < $1.hash }
    var filter = [UInt64](repeating: 0, count: 1 << (bits - 6))
    var starts = [UInt32](repeating: 0, count: 1 << bits + 1)
    for (hash, _) in hashes {
      filter[hash >> 6] |= 1 << UInt64(hash & 63)
      starts[hash + 1] += 1
    }
    for index in 1..<starts.count { starts[index] += starts[index - 1] }
    self.filter = filter
    self.starts = starts
    self.anchors = hashes.map(\.anchor)
    self.secret = secret
  }

  /// Windows with as many different bytes as there are, on one line where lines may be indented;
  /// two for what may be wrapped, so that a line break can be in one of them only.
  private static func anchors(
    of texts: [Text], _ window: Int, _ secret: Span<UInt8>
  ) -> [Anchor] {
    texts.enumerated().flatMap { number, text -> [Anchor] in
      let bytes = secret.extracting(text.range)
      if text.form.isWrapped {
        let second = bytes.count >= 2 * window ? [Anchor(text: number, offset: window)] : []
        return [Anchor(text: number, offset: 0)] + second
      }
      var best = (offset: 0, variety: -1)
      for offset in 0...min(bytes.count - window, 255) {
        let found = variety(of: bytes.extracting(offset..<offset + window))
        if found > best.variety { best = (offset, found) }
      }
      return [Anchor(text: number, offset: best.offset)]
    }
  }

  /// How many different bytes there are; none where a line ends.
  private static func variety(of bytes: Span<UInt8>) -> Int {
    for index in bytes.indices where bytes[index] == 0x0a || bytes[index] == 0x0d { return 0 }
    return variety(of: bytes, upTo: bytes.count)
  }

  /// How many different bytes there are, at most `maximum`, where it counts; no copy is made.
  public static func variety(of bytes: Span<UInt8>, upTo maximum: Int) -> Int {
    var count = 0
    for index in 0..<min(bytes.count, maximumByteCount) where count < maximum {
      var isNew = true
      for earlier in 0..<index where bytes[earlier] == bytes[index] {
        isNew = false
        break
      }
      if isNew { count += 1 }
    }
    return count
  }

  /// Calls `body` with every anchor whose window may end at a place, and where its window begins.
  func forEachCandidate(
    in text: Span<UInt8>, _ body: (_ anchor: Anchor, _ start: Int) -> Void
  ) {
    guard !anchors.isEmpty, text.count >= window else { return }
    let bits = self.filter
    let filter = bits.span
    let mask: UInt64 = window == 8 ? .max : 1 << UInt64(window * 8) - 1
    let (multiplier, shift) = (multiplier, shift)
    var value: UInt64 = 0
    for index in 0..<window - 1 { value = value << 8 | UInt64(text[index]) }
    for index in window - 1..<text.count {
      value = (value << 8 | UInt64(text[index])) & mask
      let hash = Int(
        truncatingIfNeeded: value.multipliedFullWidth(by: multiplier).low >> shift)
      guard filter[hash >> 6] >> UInt64(hash & 63) & 1 != 0 else { continue }
      for number in Int(starts[hash])..<Int(starts[hash + 1]) {
        body(anchors[number], index - window + 1)
      }
    }
  }

  /// Lends the bytes of a text.
  func withText<Result>(_ text: Text, _ body: (Span<UInt8>) -> Result) -> Result {
    Self.lend(secret, text.range, body)
  }

  private static func lend<Result>(
    _ secret: borrowing SecretBytes, _ range: Range<Int>, _ body: (Span<UInt8>) -> Result
  ) -> Result {
    body(secret.bytes.extracting(range))
  }
}
