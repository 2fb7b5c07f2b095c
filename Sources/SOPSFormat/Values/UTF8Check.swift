/// Whether bytes are UTF-8 (RFC 3629), and what they mean.
enum UTF8Check {
  static func isValid(_ bytes: Span<UInt8>) -> Bool {
    var index = 0
    while index < bytes.count {
      guard let (_, width) = scalar(at: index, in: bytes) else { return false }
      index += width
    }
    return true
  }

  /// The scalar at a place and its length in bytes; nil when there is none.
  static func scalar(
    at index: Int, in bytes: Span<UInt8>
  ) -> (scalar: Unicode.Scalar, width: Int)? {
    let first = bytes[index]
    if first < 0x80 { return (Unicode.Scalar(first), 1) }
    let width: Int
    var value: UInt32
    switch first {
    case 0xc2...0xdf: (width, value) = (2, UInt32(first & 0x1f))
    case 0xe0...0xef: (width, value) = (3, UInt32(first & 0x0f))
    case 0xf0...0xf4: (width, value) = (4, UInt32(first & 0x07))
    default: return nil
    }
    guard index + width <= bytes.count else { return nil }
    for offset in 1..<width {
      let byte = bytes[index + offset]
      guard byte & 0xc0 == 0x80 else { return nil }
      value = value << 6 | UInt32(byte & 0x3f)
    }
    guard width == 2 || value >= (width == 3 ? 0x800 : 0x10000), let scalar = Unicode.Scalar(value)
    else { return nil }
    return (scalar, width)
  }
}
