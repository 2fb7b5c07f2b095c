/// Text of a file made fit for a message: no control or format characters, no great length.
enum Printable {
  /// In Unicode scalars.
  private static let maximumLength = 80

  static func text(_ text: String) -> String {
    var result = ""
    for (index, scalar) in text.unicodeScalars.enumerated() {
      guard index < maximumLength else { return result + "..." }
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
        .paragraphSeparator:
        result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
