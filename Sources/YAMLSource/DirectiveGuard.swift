internal import CryptoCore

/// Counts directives: libyaml compares each with all others of its document.
enum DirectiveGuard {
  static func check(
    _ bytes: Span<UInt8>, from base: Int, limit: Int
  ) throws(ReadProblem) {
    var count = 0
    var last = base
    var index = base
    while let found = bytes.firstIndex(of: UInt8(ascii: "%"), from: index) {
      index = found + 1
      guard found == base || LineBreaks.length(before: found, from: base, in: bytes) > 0 else {
        continue
      }
      if hasDocumentStart(last..<found, in: bytes) { count = 0 }
      last = found
      count += 1
      guard count <= limit else {
        throw ReadProblem(
          .tooManyDirectives, "a document has more than \(limit) directives", at: found)
      }
    }
  }

  /// Whether a line of the range begins with `---`.
  private static func hasDocumentStart(_ range: Range<Int>, in bytes: Span<UInt8>) -> Bool {
    var index = range.lowerBound
    while index < range.upperBound {
      let length = LineBreaks.length(at: index, in: bytes)
      index += max(1, length)
      if length > 0, index + 3 <= range.upperBound, bytes[index] == UInt8(ascii: "-"),
        bytes[index + 1] == UInt8(ascii: "-"), bytes[index + 2] == UInt8(ascii: "-")
      {
        return true
      }
    }
    return false
  }
}
