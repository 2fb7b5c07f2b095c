/// Reads the elements of DER (X.690) one after the other: definite lengths in the shortest form, tags
/// below 31.
struct DERReader: ~Escapable {
  static let boolean: UInt8 = 0x01
  static let integer: UInt8 = 0x02
  static let objectIdentifier: UInt8 = 0x06
  static let utcTime: UInt8 = 0x17
  static let generalizedTime: UInt8 = 0x18
  static let sequence: UInt8 = 0x30

  struct Element {
    /// The first byte.
    let tag: UInt8
    /// Where the content is in the reader's bytes.
    let content: Range<Int>

    var isConstructed: Bool { tag & 0x20 != 0 }
  }

  private let bytes: Span<UInt8>
  private var position = 0

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>) { self.bytes = bytes }

  var isAtEnd: Bool { position >= bytes.count }

  /// The next element; nil when there is none or it is not DER.
  @_lifetime(self: copy self)
  mutating func next() -> Element? {
    guard position + 2 <= bytes.count, bytes[position] & 0x1f != 0x1f else { return nil }
    let tag = bytes[position]
    let first = bytes[position + 1]
    var start = position + 2
    var length = Int(first)
    if first >= 0x80 {
      let count = Int(first & 0x7f)
      // Four bytes are 4 GiB; none is an indefinite length.
      guard (1...4).contains(count), start + count <= bytes.count, bytes[start] != 0 else {
        return nil
      }
      length = 0
      for _ in 0..<count {
        length = length << 8 | Int(bytes[start])
        start += 1
      }
      guard length >= 0x80 else { return nil }
    }
    guard length <= bytes.count - start else { return nil }
    position = start + length
    return Element(tag: tag, content: start..<start + length)
  }
}
