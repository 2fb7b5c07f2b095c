internal import CryptoCore
internal import Platform

/// Texts that come from plugins.
enum PluginText {
  /// A text as it may be shown: control characters are escaped.
  ///
  /// - Parameter hasLines: Whether line feeds stay.
  static func shown(_ text: String, hasLines: Bool = true) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "'", "\\": result.unicodeScalars.append(scalar)
      case "\n" where hasLines: result.unicodeScalars.append(scalar)
      default: result += escapedForTerminal(String(scalar))
      }
    }
    return result
  }

  /// The text that an argument of a command has in base64; nil when it has none.
  static func decode(_ argument: String) -> String? {
    var bytes = WipedBuffer()
    do {
      try Base64.decode(Array(argument.utf8).span, padding: false, appendingTo: &bytes)
    } catch { return nil }
    return bytes.bytes.utf8Text.map { shown($0) }
  }
}
