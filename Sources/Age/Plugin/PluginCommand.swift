internal import CryptoCore

/// One message of the plugin protocol: a stanza whose body may be secret.
struct PluginCommand: ~Copyable {
  let type: String
  let arguments: [String]
  let body: WipedBuffer

  /// The body as a text for the user; nil when it is not UTF-8.
  var message: String? {
    guard let text = body.bytes.utf8Text else { return nil }
    return PluginText.shown(text)
  }

  /// The body as the reason of an error, on one line.
  var reason: String {
    guard let text = body.bytes.utf8Text, !text.isEmpty else { return "it does not say why" }
    return PluginText.shown(text, hasLines: false)
  }
}
