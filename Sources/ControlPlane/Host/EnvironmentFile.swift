/// A file of `NAME=value` lines, as systemd's EnvironmentFile= reads it.
public enum EnvironmentFile {
  /// The variables of a text, in order; lines that are none are passed over.
  ///
  /// - Parameter file: What places call it.
  public static func variables(
    of text: Span<UInt8>, file: String
  ) -> [(name: String, value: PlacedText)] {
    var variables: [(name: String, value: PlacedText)] = []
    for line in LogicalLine.lines(of: text) {
      let trimmed = line.text.drop { $0 == " " || $0 == "\t" }
      guard let first = trimmed.first, first != "#", first != ";",
        let equals = trimmed.firstIndex(of: "=")
      else { continue }
      let name = trimmed[..<equals].filter { $0 != " " && $0 != "\t" }
      let value = String(trimmed[trimmed.index(after: equals)...])
      let place = line.place(file, offset: line.text.count - trimmed.count)
      variables.append((name, PlacedText(unquoted(value), at: place)))
    }
    return variables
  }

  /// A value without the quotes around it, and without blanks at its ends.
  private static func unquoted(_ text: String) -> String {
    let trimmed = text.drop(while: \.isWhitespace)
    guard let quote = trimmed.first, quote == "\"" || quote == "'" else {
      var value = trimmed
      while value.last?.isWhitespace ?? false { value.removeLast() }
      return String(value)
    }
    let inner = trimmed.dropFirst()
    return String(inner[..<(inner.lastIndex(of: quote) ?? inner.endIndex)])
  }
}
