internal import CryptoCore

/// A value of YAML written as one word, of which no letter means anything to a reader of YAML.
///
/// In the place of another such word, behind which its line ends, it is read as the value it stands
/// for, and nothing around it is read in another way.
enum PlainWord {
  /// Whether a text is such a word, and read as a value of this type with this canonical text.
  static func holds(_ word: Span<UInt8>, _ text: Span<UInt8>, _ type: ScalarType) -> Bool {
    guard isWord(word) else { return false }
    if type == .string {
      return YAMLScalarResolver.isString(word) && ConstantTime.equal(word, text)
    }
    var read = WipedBuffer(capacity: text.count)
    return YAMLScalarResolver.append(word, to: &read) == .scalar(type)
      && ConstantTime.equal(read.bytes, text)
  }

  /// Whether there are no other characters in a text than a word may have.
  static func isWord(_ text: Span<UInt8>) -> Bool {
    guard !text.isEmpty, text[0] != UInt8(ascii: "-") else { return false }
    for index in text.indices {
      switch text[index] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        0x30...0x39, UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "-"):
        continue
      default: return false
      }
    }
    return true
  }
}
