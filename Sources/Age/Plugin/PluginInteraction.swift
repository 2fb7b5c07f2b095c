public import CryptoCore

/// How plugins reach the user.
///
/// Texts come from the plugin: control characters except line feeds are escaped in them, so that
/// they can be shown on a terminal.
public protocol PluginInteraction: Sendable {
  /// Shows a message; false when there is no way to.
  func show(_ message: String, from plugin: String) -> Bool
  /// Lets the user choose; nil when there is no way to.
  ///
  /// - Parameters:
  ///   - yes: What the one choice is called.
  ///   - no: What the other is called, if there is another.
  func confirm(_ message: String, from plugin: String, yes: String, no: String?) -> Bool?
  /// Asks for a text that is no secret; nil when there is no way to.
  func askPublic(_ message: String, from plugin: String) -> String?
  /// Asks for a secret, such as a PIN; nil when there is no way to.
  func askSecret(_ message: String, from plugin: String) -> SecretBytes?
}
