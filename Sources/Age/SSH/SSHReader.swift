/// Reads the data types of SSH (RFC 4251, section 5) from bytes that are given with each call.
struct SSHReader {
  private var offset = 0

  /// A big-endian number of 4 bytes; nil at the end.
  mutating func number(in bytes: Span<UInt8>) -> UInt32? {
    guard bytes.count - offset >= 4 else { return nil }
    var value: UInt32 = 0
    for index in offset..<(offset + 4) { value = value << 8 | UInt32(bytes[index]) }
    offset += 4
    return value
  }

  /// Where the bytes of a string are; nil when it is longer than what there is.
  mutating func string(in bytes: Span<UInt8>) -> Range<Int>? {
    var next = self
    guard let count = next.number(in: bytes).flatMap({ Int(exactly: $0) }),
      bytes.count - next.offset >= count
    else { return nil }
    let range = next.offset..<(next.offset + count)
    offset = range.upperBound
    return range
  }

  /// The short text of a string.
  mutating func text(in bytes: Span<UInt8>) -> String? {
    guard let range = string(in: bytes), range.count <= 256 else { return nil }
    return bytes.extracting(range).utf8Text
  }

  /// Where the bytes of a positive number are, without leading zeros.
  mutating func positive(in bytes: Span<UInt8>) -> Range<Int>? {
    guard let range = string(in: bytes), !range.isEmpty, bytes[range.lowerBound] < 0x80 else {
      return nil
    }
    let start = range.first { bytes[$0] != 0 }
    return start.map { $0..<range.upperBound }
  }

  /// Where everything that was not read yet is.
  func rest(of bytes: Span<UInt8>) -> Range<Int> { offset..<bytes.count }
}

extension [UInt8] {
  /// Appends a string as SSH writes it.
  mutating func appendSSH(string: [UInt8]) {
    for shift in [24, 16, 8, 0] { append(UInt8(truncatingIfNeeded: string.count >> shift)) }
    append(contentsOf: string)
  }

  /// Appends a positive number, big-endian without leading zeros, as SSH writes it.
  mutating func appendSSH(positive number: [UInt8]) {
    appendSSH(string: (number.first ?? 0) < 0x80 ? number : [0] + number)
  }
}
