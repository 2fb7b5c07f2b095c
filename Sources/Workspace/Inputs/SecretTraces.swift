/// Whether a text that cannot be read as a manifest could hold a Secret to other programs.
enum SecretTraces {
  /// Whether the word is in it, or bytes that can stand for any word.
  static func areIn(_ source: Span<UInt8>) -> Bool {
    let word = Array("Secret".utf8)
    for index in source.indices {
      switch source[index] {
      // UTF-16 and UTF-32.
      case 0: return true
      case word[0]: if begins(source, at: index, word) { return true }
      case UInt8(ascii: "\\"): if isEscapedLetter(source, behind: index) { return true }
      default: break
      }
    }
    return false
  }

  private static func begins(_ source: Span<UInt8>, at start: Int, _ word: [UInt8]) -> Bool {
    guard source.count - start >= word.count else { return false }
    for offset in word.indices where source[start + offset] != word[offset] { return false }
    return true
  }

  /// Of the escapes of YAML and JSON, those that letters hide behind: `\x53`, `\u0053`,
  /// `\U00000053`, and a line break that is left out.
  private static func isEscapedLetter(_ source: Span<UInt8>, behind index: Int) -> Bool {
    guard index + 1 < source.count else { return false }
    switch source[index + 1] {
    case UInt8(ascii: "x"), UInt8(ascii: "u"), UInt8(ascii: "U"), 0x0a, 0x0d: return true
    default: return false
    }
  }
}
