internal import CryptoCore
public import YAMLSource

extension SOPSFile {
  /// Where the first value stands that SOPS encrypted, in a text that `read` fails for: one line that
  /// a merge or a hand left is enough, and any other may be plaintext since.
  ///
  /// - Parameters:
  ///   - text: The text. Comments in it do not count.
  ///   - store: What the file is, by its name. A binary one counts if it begins as SOPS's do, or with
  ///     one of git's conflict markers.
  /// - Returns: nil when there is none.
  public static func valueOfDamaged(_ text: Span<UInt8>, store: SOPSStore) -> SourcePosition? {
    if let position = lostValue(in: text, store: store) { return position }
    switch store {
    case .dotenv, .ini: return nil
    case .binary where !isLikelyBinary(text): return nil
    case .yaml, .json, .binary: break
    }
    // What reads as YAML was looked through.
    guard text.contains(text: mark), (try? SourceTree.parse(text)) == nil else { return nil }
    var start = 0
    while start < text.count {
      var end = start
      while end < text.count, text[end] != 0x0a { end += 1 }
      if let place = value(in: start..<end, of: text) { return LinePosition.of(place, in: text) }
      start = end + 1
    }
    return nil
  }

  /// Where the first value of a line begins: behind a key, in a list or in quotes.
  private static func value(in line: Range<Int>, of text: Span<UInt8>) -> Int? {
    guard let first = line.first(where: { !isBlank(text[$0]) }), text[first] != UInt8(ascii: "#"),
      let bracket = line.last(where: { text[$0] == UInt8(ascii: "]") })
    else { return nil }
    for place in first..<bracket where text[place] == UInt8(ascii: "E") {
      guard text.extracting(place...).starts(with: mark) else { continue }
      if place == first || isInFront(text[place - 1]) { return place }
    }
    return nil
  }

  private static func isInFront(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: ":"), UInt8(ascii: ","),
      UInt8(ascii: "["), UInt8(ascii: "{"):
      true
    default: isBlank(byte)
    }
  }

  private static func isLikelyBinary(_ text: Span<UInt8>) -> Bool {
    let conflict: StaticString = "<<<<<<<"
    guard let first = text.indices.first(where: { !isBlank(text[$0]) }) else { return false }
    if text.extracting(first...).starts(with: conflict) { return true }
    guard text[first] == UInt8(ascii: "{"),
      let second = (first + 1..<text.count).first(where: { !isBlank(text[$0]) })
    else { return false }
    return text[second] == UInt8(ascii: "\"") || text.extracting(second...).starts(with: conflict)
  }

  private static func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0a, 0x0d].contains(byte) }
}
