internal import CryptoCore
internal import YAMLSource

/// Where a scalar is to stand.
struct ScalarPlace {
  let syntax: SourceSyntax
  let isInFlow: Bool
  /// How far a literal block's lines are indented; the mapping two spaces less.
  var indentation = 0
  var lineBreak = "\n"
  /// Whether a literal block can stand here: nothing is behind it in its last line, and the lines
  /// that follow do not become a part of it.
  var allowsLiteral = false
  /// Whether a line break follows that reads as a line feed.
  var isBeforeLineFeed = true
}

/// Writes a text as a scalar that reads as exactly this text.
struct ScalarWriter {
  let place: ScalarPlace
  let traits: TextTraits

  /// The style for a text, the existing one if it can hold it.
  func style(existing: ScalarStyle?) -> ScalarStyle {
    guard place.syntax == .yaml else { return .doubleQuoted }
    switch existing {
    case .doubleQuoted: return .doubleQuoted
    case .singleQuoted:
      return traits.isPrintable && !traits.hasLineFeed ? .singleQuoted : .doubleQuoted
    case .literal, .folded: if canBeLiteral { return .literal }
    case .plain: if traits.isPlain { return .plain }
    case .absent, nil: if traits.isPlain, !place.isInFlow { return .plain }
    }
    if traits.isPlain, !place.isInFlow { return .plain }
    return traits.hasLineFeed && canBeLiteral ? .literal : .doubleQuoted
  }

  private var canBeLiteral: Bool {
    guard place.allowsLiteral, !place.isInFlow, !traits.hasOnlyLineFeeds, traits.isPrintable,
      !traits.hasBlankAtLineEnd
    else { return false }
    // Without a line break behind it, the last line feed of the text would be missing; and more
    // than one would depend on the blank lines that follow.
    return traits.trailingLineFeedCount == 0
      || (traits.trailingLineFeedCount == 1 && place.isBeforeLineFeed)
  }

  /// Appends the scalar; a comment goes behind it, in a literal block behind the indicator.
  func append(
    _ text: Span<UInt8>, style: ScalarStyle, comment: Span<UInt8>, to output: inout WipedBuffer
  ) {
    switch style {
    case .plain: output.append(text)
    case .singleQuoted: appendSingleQuoted(text, to: &output)
    case .literal:
      output.append("|")
      if traits.beginsBlank { output.append("2") }
      if traits.trailingLineFeedCount == 0 { output.append("-") }
    case .doubleQuoted, .folded, .absent: appendDoubleQuoted(text, to: &output)
    }
    // libyaml takes a comment directly behind `|`; behind a plain scalar it would be a part of it.
    if !comment.isEmpty, comment[0] == UInt8(ascii: "#") { output.append(" ") }
    output.append(comment)
    if style == .literal { appendLines(of: text, to: &output) }
  }

  private func appendSingleQuoted(_ text: Span<UInt8>, to output: inout WipedBuffer) {
    output.append("'")
    for index in text.indices {
      output.append(text[index])
      if text[index] == UInt8(ascii: "'") { output.append("'") }
    }
    output.append("'")
  }

  private func appendLines(of text: Span<UInt8>, to output: inout WipedBuffer) {
    var start = 0
    while start < text.count {
      var end = start
      while end < text.count, text[end] != 0x0a { end += 1 }
      output.append(utf8: place.lineBreak)
      if end > start {
        output.append(repeating: 0x20, count: place.indentation)
        output.append(text.extracting(start..<end))
      }
      start = end + 1
    }
  }

  private func appendDoubleQuoted(_ text: Span<UInt8>, to output: inout WipedBuffer) {
    output.append("\"")
    var index = 0
    while index < text.count {
      // The traits exist, so the text is UTF-8.
      guard let (scalar, byteCount) = TextScalars.scalar(at: index, in: text) else { break }
      switch scalar {
      case "\"": output.append("\\\"")
      case "\\": output.append("\\\\")
      case "\n": output.append("\\n")
      case "\r": output.append("\\r")
      case "\t": output.append("\\t")
      case _ where TextScalars.isPrintable(scalar):
        output.append(text.extracting(index..<index + byteCount))
      default: appendEscape(scalar.value, to: &output)
      }
      index += byteCount
    }
    output.append("\"")
  }

  /// `\u` and four digits; all that is not printable is below 65,536.
  private func appendEscape(_ value: UInt32, to output: inout WipedBuffer) {
    output.append("\\u")
    for shift in [12, 8, 4, 0] as [UInt32] {
      let digit = UInt8(truncatingIfNeeded: value >> shift & 0xf)
      output.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }
}
