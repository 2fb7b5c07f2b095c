internal import CryptoCore
internal import Manifest
internal import YAMLSource

/// Which source texts mean the same wherever a scalar can stand.
///
/// The seal covers tokens, not the layout around them: who reformats a sealed manifest can put a
/// token where its text would read as something else, such as `a, b` in a flow mapping. A restored
/// text is read again to find that out, unless all its source texts are of the kinds below.
enum SourceText {
  static func isIndependent(
    _ text: Span<UInt8>, kind: EntryKind, syntax: SourceSyntax
  ) -> Bool {
    switch kind {
    case .alias, .empty: return true
    case .comment: return isPrintable(text)
    case .value: break
    }
    guard let first = text.first, let last = text.last else { return false }
    switch first {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      guard text.count >= 2, last == first, first == UInt8(ascii: "\"") || syntax == .yaml else {
        return false
      }
      let inner = text.extracting(1..<text.count - 1)
      return isPrintable(inner) && !contains(inner, first, UInt8(ascii: "\\"))
    default: return syntax == .yaml && isPlainWord(text)
    }
  }

  /// Printable ASCII: no line break, nothing that is one to some parsers.
  private static func isPrintable(_ text: Span<UInt8>) -> Bool {
    for index in text.indices where !(0x20...0x7e).contains(text[index]) { return false }
    return true
  }

  private static func contains(_ text: Span<UInt8>, _ first: UInt8, _ second: UInt8) -> Bool {
    for index in text.indices where text[index] == first || text[index] == second { return true }
    return false
  }

  /// Letters, digits and what Base64 needs besides: no indicator, no blank.
  private static func isPlainWord(_ text: Span<UInt8>) -> Bool {
    if Base64.isText(text), text.first != UInt8(ascii: "=") { return true }
    for index in text.indices {
      switch text[index] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"),
        UInt8(ascii: "_"):
        continue
      case UInt8(ascii: "="), UInt8(ascii: "."):
        guard index > 0 else { return false }  // `=` and `...` alone mean something
      default: return false
      }
    }
    return true
  }
}

extension Span where Element == UInt8 {
  /// The first byte, or nil.
  var first: UInt8? { isEmpty ? nil : self[0] }
  /// The last byte, or nil.
  var last: UInt8? { isEmpty ? nil : self[count - 1] }
}
