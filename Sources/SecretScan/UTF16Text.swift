internal import CryptoCore

/// Texts in UTF-16, which YAML allows, and editors of Windows write.
enum UTF16Text {
  /// The text in UTF-8; nil unless the bytes begin with a byte order mark of UTF-16.
  static func utf8(of bytes: Span<UInt8>) -> WipedBuffer? {
    guard bytes.count >= 4, bytes.count.isMultiple(of: 2) else { return nil }
    let isLittle: Bool
    switch (bytes[0], bytes[1]) {
    case (0xff, 0xfe): isLittle = true
    case (0xfe, 0xff): isLittle = false
    default: return nil
    }
    var result = WipedBuffer(capacity: bytes.count)
    var index = 2
    while index + 1 < bytes.count {
      let unit = unit(bytes, index, isLittle)
      index += 2
      var scalar = UInt32(unit)
      if UTF16.isLeadSurrogate(unit), index + 1 < bytes.count {
        let second = self.unit(bytes, index, isLittle)
        if UTF16.isTrailSurrogate(second) {
          scalar = 0x10000 + (UInt32(unit) - 0xd800) << 10 + (UInt32(second) - 0xdc00)
          index += 2
        }
      }
      let encoded = UTF8.encode(Unicode.Scalar(scalar) ?? "\u{fffd}")
      for byte in encoded ?? UTF8.encodedReplacementCharacter { result.append(byte) }
    }
    return result
  }

  private static func unit(_ bytes: Span<UInt8>, _ index: Int, _ isLittle: Bool) -> UInt16 {
    let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
    return isLittle ? second << 8 | first : first << 8 | second
  }
}
