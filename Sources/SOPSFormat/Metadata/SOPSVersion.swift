/// The version of SOPS in a file's metadata, which SOPS wants to be one before it decrypts.
enum SOPSVersion {
  /// Whether a text is a semantic version, or one of SOPS 1.
  static func isValid(_ text: String) -> Bool {
    if text.hasPrefix("1.") { return true }
    let parts = (text.hasPrefix("v") ? text.utf8.dropFirst() : text.utf8[...])
      .split(separator: UInt8(ascii: "."), maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3 else { return false }
    let patch = parts[2].prefix { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "+") }
    return isNumber(parts[0]) && isNumber(parts[1]) && isNumber(patch)
      && parts[2].dropFirst(patch.count).allSatisfy(isWordByte)
  }

  private static func isNumber(_ text: Substring.UTF8View) -> Bool {
    !text.isEmpty && text.allSatisfy { (0x30...0x39).contains($0) }
      && (text.first != 0x30 || text.count == 1)
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
