/// The Unicode scalars of bytes that may be UTF-8.
enum TextScalars {
  /// The scalar at an offset and its length in bytes; nil when the bytes are no UTF-8 (RFC 3629).
  static func scalar(
    at offset: Int, in bytes: Span<UInt8>
  ) -> (scalar: Unicode.Scalar, byteCount: Int)? {
    let first = bytes[offset]
    if first < 0x80 { return (Unicode.Scalar(first), 1) }
    let (byteCount, least): (Int, UInt32) =
      switch first {
      case 0xc2...0xdf: (2, 0x80)
      case 0xe0...0xef: (3, 0x800)
      case 0xf0...0xf4: (4, 0x1_0000)
      default: (0, 0)
      }
    guard byteCount > 0, offset + byteCount <= bytes.count else { return nil }
    var value = UInt32(first) & (0x7f >> UInt32(byteCount))
    for index in offset + 1..<offset + byteCount {
      guard bytes[index] & 0xc0 == 0x80 else { return nil }
      value = value << 6 | UInt32(bytes[index] & 0x3f)
    }
    guard value >= least, let scalar = Unicode.Scalar(value) else { return nil }
    return (scalar, byteCount)
  }

  /// Whether a scalar stands for itself in a quoted or block scalar of YAML, read as one line.
  static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x20...0x7e: true
    case 0x2028, 0x2029, 0xfeff, 0xfffe, 0xffff: false
    default: scalar.value >= 0xa0
    }
  }
}
