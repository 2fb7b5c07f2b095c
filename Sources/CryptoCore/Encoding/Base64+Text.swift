extension Base64 {
  /// Whether every byte is of the alphabet, or `=`, wherever that stands.
  package static func isText(_ text: Span<UInt8>) -> Bool {
    unsafe text.withUnsafeBytes { bytes in
      var index = 0
      while index + 8 <= bytes.count {
        let word = unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        var invalid: UInt64 = 0
        _ = Base64Lanes.bits(of: word, invalid: &invalid)
        if invalid != 0 {
          for place in index..<index + 8 where unsafe !isCharacter(bytes[place]) { return false }
        }
        index += 8
      }
      while index < bytes.count {
        guard unsafe isCharacter(bytes[index]) else { return false }
        index += 1
      }
      return true
    }
  }

  private static func isCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"),
      UInt8(ascii: "="):
      true
    default: false
    }
  }
}
