/// A text from outside (a file name, a field of a document) as it may be shown on a terminal.
///
/// Control characters, terminal escapes, invisible and direction-changing characters and line
/// breaks become `\n`, `\t` or `\u{1b}`; `\` and `'` get a backslash, so that the result is
/// unambiguous between single quotes. Everything else stays.
public func escapedForTerminal(_ text: String) -> String {
  let isPlain = text.utf8.allSatisfy { (0x20..<0x7F).contains($0) && $0 != 0x5C && $0 != 0x27 }
  if isPlain { return text }
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\\": result += "\\\\"
    case "'": result += "\\'"
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\t": result += "\\t"
    case _ where scalar.isShowable: result.unicodeScalars.append(scalar)
    default: result += "\\u{" + String(scalar.value, radix: 16) + "}"
    }
  }
  return result
}

extension Unicode.Scalar {
  /// Whether it is no control, invisible or direction-changing character.
  public var isShowable: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate,
      .unassigned:
      false
    default:
      true
    }
  }
}
