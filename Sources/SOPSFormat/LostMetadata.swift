internal import CryptoCore
public import YAMLSource

extension SOPSFile {
  static let mark: StaticString = "ENC[AES256_GCM,data:"

  /// Where the first value stands that SOPS encrypted, in a text that has no metadata of SOPS: a bad
  /// merge or a hand has taken these away, and nobody can open the value without them.
  ///
  /// - Parameters:
  ///   - text: A text that `read` does not take for a SOPS file.
  ///   - store: What the file is, by its name. A binary one is looked at if it is JSON.
  /// - Returns: nil when there is no value that is one as a whole, or the text cannot be read.
  public static func lostValue(in text: Span<UInt8>, store: SOPSStore) -> SourcePosition? {
    // Its bracket is rare, and letters are not.
    guard text.contains(text: "[AES256_GCM,data:") else { return nil }
    switch store {
    case .yaml, .json: return valueOfTree(text)
    case .binary: return SOPSStore(guessing: text) == .json ? valueOfTree(text) : nil
    case .dotenv, .ini: return valueOfLine(text)
    }
  }

  private static func valueOfTree(_ text: Span<UInt8>) -> SourcePosition? {
    guard let tree = try? SourceTree.parse(text) else { return nil }
    for id in tree.nodes {
      let node = tree[id]
      guard case .scalar = node.kind, isEncrypted(text.extracting(node.contentRange)) else {
        continue
      }
      return tree.position(of: node.contentRange.lowerBound, in: text)
    }
    return nil
  }

  /// Behind the first `=` of a line, be there blanks around it.
  private static func valueOfLine(_ text: Span<UInt8>) -> SourcePosition? {
    var (start, line) = (0, 1)
    while start < text.count {
      var end = start
      var value: Int?
      while end < text.count, text[end] != 0x0a {
        if value == nil, text[end] == UInt8(ascii: "=") { value = end + 1 }
        end += 1
      }
      if let value, !isComment(text[start]) {
        let range = trimmed(value..<end, in: text)
        if isEncrypted(text.extracting(range)) {
          var column = 1
          for index in start..<range.lowerBound where text[index] & 0xc0 != 0x80 { column += 1 }
          return SourcePosition(offset: range.lowerBound, line: line, column: column)
        }
      }
      start = end + 1
      line += 1
    }
    return nil
  }

  private static func isComment(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "#") || byte == UInt8(ascii: ";")
  }

  private static func trimmed(_ range: Range<Int>, in text: Span<UInt8>) -> Range<Int> {
    var (lower, upper) = (range.lowerBound, range.upperBound)
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d }
    while lower < upper, isBlank(text[lower]) { lower += 1 }
    while upper > lower, isBlank(text[upper - 1]) { upper -= 1 }
    return lower..<upper
  }

  private static func isEncrypted(_ scalar: Span<UInt8>) -> Bool {
    var text = scalar
    if text.count > 1, text[0] == 0x22 || text[0] == 0x27 {
      text = text.extracting(1..<(text.count - 1))
    }
    return text.starts(with: mark) && text[text.count - 1] == UInt8(ascii: "]")
  }
}
