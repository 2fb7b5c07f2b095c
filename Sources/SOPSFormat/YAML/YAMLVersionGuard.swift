internal import CryptoCore
internal import YAMLSource

/// The version of YAML that a text says it is in: SOPS's parser takes 1.1 alone.
enum YAMLVersionGuard {
  /// - Parameter start: Where a document begins, its directives included.
  static func check(_ source: Span<UInt8>, from start: Int) throws(SOPSError) {
    var index = start
    while index < source.count {
      var end = index
      while end < source.count, source[end] != 0x0a, source[end] != 0x0d { end += 1 }
      let line = source.extracting(index..<end)
      guard end == index || line[0] == UInt8(ascii: "%") || line[0] == UInt8(ascii: "#") else {
        return
      }
      if line.starts(with: "%YAML"), !says11(line.extracting(5..<line.count)) {
        throw SOPSError(
          .syntax, "SOPS takes YAML 1.1 only: take the line away",
          at: LinePosition.of(index, in: source))
      }
      index = end + 1
    }
  }

  private static func says11(_ rest: Span<UInt8>) -> Bool {
    var word: [UInt8] = []
    for index in rest.indices {
      if rest[index] == UInt8(ascii: "#") { break }
      if rest[index] != 0x20, rest[index] != 0x09 { word.append(rest[index]) }
    }
    return word == Array("1.1".utf8)
  }
}
