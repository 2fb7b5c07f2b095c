/// The version of SOPS in a file's metadata, which SOPS wants to be one before it decrypts.
enum SOPSVersion {
  /// Whether a text is a semantic version, or one of SOPS 1.
  static func isValid(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    if bytes.starts(with: "1.".utf8) { return true }
    var index = bytes.first == UInt8(ascii: "v") ? 1 : 0
    guard takeNumber(bytes, &index), take(UInt8(ascii: "."), bytes, &index),
      takeNumber(bytes, &index), take(UInt8(ascii: "."), bytes, &index),
      takeNumber(bytes, &index)
    else { return false }
    let rest = bytes[index...]
    return (rest.isEmpty || rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+"))
      && rest.allSatisfy(isWordByte)
  }

  private static func take(_ byte: UInt8, _ bytes: [UInt8], _ index: inout Int) -> Bool {
    guard index < bytes.count, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  /// Takes digits; a number of several does not begin with zero.
  private static func takeNumber(_ bytes: [UInt8], _ index: inout Int) -> Bool {
    let start = index
    while index < bytes.count, (0x30...0x39).contains(bytes[index]) { index += 1 }
    return index > start && (bytes[start] != 0x30 || index == start + 1)
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"), UInt8(ascii: "+"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }
}
