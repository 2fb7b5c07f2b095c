internal import CryptoCore

/// Texts as YAML scalars that every reader takes for texts, and that do nothing to a terminal.
enum YAMLText {
  /// Words that YAML 1.1 or 1.2 takes for something else, in lower case.
  private static let words: [[UInt8]] = [
    "y", "n", "yes", "no", "on", "off", "true", "false", "null",
  ].map { Array($0.utf8) }

  /// Appends a text, which must be UTF-8, plain where that is safe, else in double quotes.
  static func append(_ text: Span<UInt8>, to output: inout WipedBuffer) {
    if isPlain(text) {
      output.append(text)
      return
    }
    output.append(0x22)
    var index = 0
    while index < text.count {
      index += appendCharacter(text, index, to: &output)
    }
    output.append(0x22)
  }

  private static func isPlain(_ text: Span<UInt8>) -> Bool {
    guard text.count > 0, isLetter(text[0]) || text[0] == 0x5f || text[0] == 0x2f else {
      return false
    }
    for index in text.indices {
      let byte = text[index]
      let isSafe =
        isLetter(byte) || (0x30...0x39).contains(byte) || [0x2d, 0x2e, 0x2f, 0x5f].contains(byte)
      if !isSafe { return false }
    }
    return !words.contains { word in
      word.count == text.count && word.indices.allSatisfy { word[$0] == text[$0] | 0x20 }
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
  }

  /// Appends a character as it stands in double quotes; how many bytes it took.
  private static func appendCharacter(
    _ text: Span<UInt8>, _ index: Int, to output: inout WipedBuffer
  ) -> Int {
    let byte = text[index]
    switch byte {
    case 0x22: output.append("\\\"")
    case 0x5c: output.append("\\\\")
    case 0x0a: output.append("\\n")
    case 0x0d: output.append("\\r")
    case 0x09: output.append("\\t")
    case 0x00..<0x20, 0x7f: escape(UInt32(byte), to: &output)
    case 0x20..<0x7f: output.append(byte)
    default: return appendWide(text, index, to: &output)
    }
    return 1
  }

  /// Appends a character of several bytes; one that is not to be seen as an escape.
  private static func appendWide(
    _ text: Span<UInt8>, _ index: Int, to output: inout WipedBuffer
  ) -> Int {
    let first = text[index]
    let count = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
    guard first >= 0xc2, first < 0xf5, index + count <= text.count else {
      escape(0xfffd, to: &output)
      return 1
    }
    var value = UInt32(first) & (count == 2 ? 0x1f : count == 3 ? 0x0f : 0x07)
    for offset in 1..<count { value = value << 6 | UInt32(text[index + offset] & 0x3f) }
    guard let scalar = Unicode.Scalar(value) else {
      escape(0xfffd, to: &output)
      return count
    }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
      escape(value, to: &output)
    default:
      output.append(text.extracting(index..<index + count))
    }
    return count
  }

  private static func escape(_ value: UInt32, to output: inout WipedBuffer) {
    output.append(value > 0xffff ? "\\U" : "\\u")
    for place in (0..<(value > 0xffff ? 8 : 4)).reversed() {
      let digit = UInt8(truncatingIfNeeded: value >> (4 * UInt32(place))) & 15
      output.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
    }
  }
}
