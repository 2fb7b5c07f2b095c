internal import YAMLSource

extension FileScanner {
  /// Objects in a text that is no YAML as a whole are not larger, in bytes.
  private static var maximumObjectCount: Int { 1 << 20 }

  /// Looks for Secrets in what cannot be read as a document: templates, scripts, documentation.
  ///
  /// - Parameter onlyComments: Whether the rest has been read, and only comments have not.
  mutating func scanLoosely(
    _ bytes: Span<UInt8>, at place: Placement, isAnnotation: Bool, onlyComments: Bool
  ) {
    var next = 0
    var end = 0
    var cursor = PositionCursor()
    while let match = AnchorSearch.shared.next(in: bytes, from: &next) {
      guard case .secret = match.anchor, match.offset >= end,
        let field = KindField(bytes, value: match.offset)
      else { continue }
      let line = bytes.lineStart(of: field.start)
      looseBudget -= field.start - line
      if onlyComments, bytes[bytes.trimmed(line..<match.offset).lowerBound] != UInt8(ascii: "#") {
        continue
      }
      guard looseBudget > 0, !isFull else {
        add(
          ScanRules.unclearSecret, "too much that may be a Secret to be looked at",
          place.place(cursor.position(of: match.offset, in: bytes)))
        return
      }
      if field.isInFlow, place.depth < Self.maximumDepth,
        let object = object(bytes, around: field.start),
        let tree = try? SourceTree.parse(bytes.extracting(object), storage: &storage)
      {
        let base = place.place(cursor.position(of: object.lowerBound, in: bytes))
        scanTree(
          tree, bytes.extracting(object),
          at: Placement(
            base: base, keepsLines: place.keepsLines, margin: place.margin, depth: place.depth + 1),
          isAnnotation: isAnnotation)
        end = object.upperBound
      } else if let secret = LooseSecret(bytes, kind: field, budget: &looseBudget),
        secret.plaintextCount > 0
      {
        add(
          isAnnotation ? ScanRules.appliedConfiguration : ScanRules.secretInText,
          secret.summary, place.place(cursor.position(of: secret.firstOffset, in: bytes)))
      }
    }
  }

  /// The braces around a field of JSON.
  private mutating func object(_ bytes: Span<UInt8>, around start: Int) -> Range<Int>? {
    var depth = 0
    var lower = start
    defer { looseBudget -= start - lower }
    while lower > 0, start - lower < Self.maximumObjectCount {
      lower -= 1
      if bytes[lower] == UInt8(ascii: "}") { depth += 1 }
      guard bytes[lower] == UInt8(ascii: "{") else { continue }
      guard depth > 0 else { return end(of: lower, bytes).map { lower..<$0 } }
      depth -= 1
    }
    return nil
  }

  private mutating func end(of start: Int, _ bytes: Span<UInt8>) -> Int? {
    var (depth, index, isText) = (0, start, false)
    // To be parsed costs more.
    defer { looseBudget -= 8 * (index - start) }
    while index < bytes.count, index - start < Self.maximumObjectCount {
      switch bytes[index] {
      case UInt8(ascii: "\""): isText.toggle()
      case UInt8(ascii: "\\") where isText: index += 1
      case UInt8(ascii: "{") where !isText: depth += 1
      case UInt8(ascii: "}") where !isText:
        depth -= 1
        if depth == 0 { return index + 1 }
      default: break
      }
      index += 1
    }
    return nil
  }
}

/// `kind: Secret` in a text.
struct KindField {
  /// Where the key begins, without its quote.
  let start: Int
  let isQuoted: Bool
  /// Whether it stands in a mapping in flow style.
  let isInFlow: Bool

  /// The field whose value is a word at an offset; nil when it is another field's.
  init?(_ bytes: Span<UInt8>, value: Int) {
    var index = value
    func skipBlanks() { while index > 0, bytes[index - 1].isBlank { index -= 1 } }
    func skipQuote() -> Bool {
      guard index > 0, bytes[index - 1] == 0x22 || bytes[index - 1] == 0x27 else { return false }
      index -= 1
      return true
    }
    _ = skipQuote()
    skipBlanks()
    guard index > 0, bytes[index - 1] == UInt8(ascii: ":") else { return nil }
    index -= 1
    skipBlanks()
    let isQuoted = skipQuote()
    guard bytes.has("kind", at: index - 4), index == 4 || !bytes[index - 5].isWord else {
      return nil
    }
    start = index - 4
    self.isQuoted = isQuoted
    // The word is all of the value.
    var end = value + 6
    if end < bytes.count, bytes[end] == 0x22 || bytes[end] == 0x27 { end += 1 }
    while end < bytes.count, bytes[end].isBlank { end += 1 }
    let behind = end < bytes.count ? bytes[end] : 0x0a
    isInFlow = isQuoted || behind == UInt8(ascii: ",") || behind == UInt8(ascii: "}")
    guard isInFlow || behind.isLineBreak || behind == UInt8(ascii: "#") else { return nil }
  }
}
