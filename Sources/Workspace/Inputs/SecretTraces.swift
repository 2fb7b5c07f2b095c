internal import CryptoCore
internal import Manifest

/// Whether a text could hold a Secret, or another object of which the policy has fields sealed.
enum SecretTraces {
  private static let secret = "Secret"
  private static let key = Array("kind".utf8)

  /// Whether a text that cannot be read as a manifest could hold one to other programs: the name of
  /// a kind is in it, or bytes that can stand for any name.
  ///
  /// In other letters than its own a name counts behind `kind:` alone: it is a word of many texts.
  ///
  /// - Parameter fields: Which kinds there are beside Secrets.
  static func areIn(_ source: Span<UInt8>, fields: FieldChoice = .none) -> Bool {
    contains([secret] + fields.rules.map(\.kind), source) { start, word in
      isSame(source, start, word) || isBehindKey(source, start)
    }
  }

  /// Whether a text has to be read to know that there is no Secret in it, be it one that Kubernetes
  /// would not take for how it says so.
  static func mayBeIn(_ source: Span<UInt8>) -> Bool {
    contains([secret], source) { _, _ in true }
  }

  /// Whether one of some words counts, of those that are in the text in whatever letters.
  private static func contains(
    _ words: [String], _ source: Span<UInt8>, where counts: (Int, [UInt8]) -> Bool
  ) -> Bool {
    let words = words.map { Array($0.utf8) }
    var begins = [Bool](repeating: false, count: 256)
    for first in words.compactMap(\.first) { begins[Int(lower(first))] = true }
    for index in source.indices {
      switch source[index] {
      // UTF-16 and UTF-32.
      case 0: return true
      case UInt8(ascii: "\\"): if isEscapedLetter(source, behind: index) { return true }
      case let byte where begins[Int(lower(byte))]:
        for word in words where isInLetters(source, index, word) && counts(index, word) {
          return true
        }
      default: break
      }
    }
    return false
  }

  private static func isSame(_ source: Span<UInt8>, _ start: Int, _ word: [UInt8]) -> Bool {
    guard source.count - start >= word.count else { return false }
    for offset in word.indices where source[start + offset] != word[offset] { return false }
    return true
  }

  private static func isInLetters(_ source: Span<UInt8>, _ start: Int, _ word: [UInt8]) -> Bool {
    guard source.count - start >= word.count else { return false }
    for offset in word.indices where lower(source[start + offset]) != lower(word[offset]) {
      return false
    }
    return true
  }

  private static func lower(_ byte: UInt8) -> UInt8 {
    (0x41...0x5a).contains(byte) ? byte | 0x20 : byte
  }

  /// Whether `kind:`, in whatever letters, is all that stands before, quotes and blanks aside.
  private static func isBehindKey(_ source: Span<UInt8>, _ start: Int) -> Bool {
    var end = skipped(source, start)
    guard end > 0, source[end - 1] == UInt8(ascii: ":") else { return false }
    end = skipped(source, end - 1)
    return end >= key.count && isInLetters(source, end - key.count, key)
  }

  /// Where quotes and blanks before a place begin.
  private static func skipped(_ source: Span<UInt8>, _ end: Int) -> Int {
    var end = end
    while end > 0, [0x20, 0x09, 0x22, 0x27].contains(source[end - 1]) { end -= 1 }
    return end
  }

  /// Of the escapes of YAML and JSON, those that letters hide behind: `\x53`, `\u0053`,
  /// `\U00000053`, and a line break that is left out.
  static func isEscapedLetter(_ source: Span<UInt8>, behind index: Int) -> Bool {
    guard index + 1 < source.count else { return false }
    switch source[index + 1] {
    case UInt8(ascii: "x"), UInt8(ascii: "u"), UInt8(ascii: "U"), 0x0a, 0x0d: return true
    default: return false
    }
  }
}
