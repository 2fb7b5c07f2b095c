internal import CryptoCore

/// ASCII armor (c2sp.org/age; strict PEM of RFC 7468).
enum Armor {
  static let begin: StaticString = "-----BEGIN AGE ENCRYPTED FILE-----"
  static let end: StaticString = "-----END AGE ENCRYPTED FILE-----"

  /// The characters of a full line and the bytes they stand for.
  static let lineByteCounts = (characters: 64, bytes: 48)

  static func isWhitespace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }

  /// Whether a file is meant to be armored, be it wrongly.
  static func isLikely(_ file: Span<UInt8>) -> Bool {
    if file.starts(with: "age-encryption.org/") { return false }
    var start = 0
    while start < file.count, isWhitespace(file[start]) { start += 1 }
    if file.extracting(start...).starts(with: "-----") { return true }
    // Text before the armor: not accepted, but to be called by its name.
    for index in 0..<min(1024, file.count) where file.extracting(index...).starts(with: begin) {
      return true
    }
    return false
  }

  /// Appends the armored text of a whole file.
  static func encode(_ bytes: Span<UInt8>, appendingTo output: inout WipedBuffer) {
    output.append(begin)
    output.append(UInt8(ascii: "\n"))
    encodeLines(bytes, appendingTo: &output)
    output.append(end)
    output.append(UInt8(ascii: "\n"))
  }

  /// Appends the lines of bytes that start a line.
  static func encodeLines(_ bytes: Span<UInt8>, appendingTo output: inout WipedBuffer) {
    output.reserve(bytes.count / 48 * 65 + 66)
    var start = 0
    while start < bytes.count {
      let end = min(start + lineByteCounts.bytes, bytes.count)
      Base64.encode(bytes.extracting(start..<end), appendingTo: &output)
      output.append(UInt8(ascii: "\n"))
      start = end
    }
  }

  /// Appends the bytes of a whole armored file.
  ///
  /// - Throws: `.malformedArmor`.
  static func decode(_ text: Span<UInt8>, appendingTo output: inout WipedBuffer) throws(AgeError) {
    var decoder = ArmorDecoder()
    try decoder.decode(text, appendingTo: &output)
    try decoder.finish(appendingTo: &output)
  }
}
