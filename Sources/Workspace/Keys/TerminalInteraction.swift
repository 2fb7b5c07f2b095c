internal import Age
internal import CryptoCore
internal import Platform

/// How plugins reach the user: on the process's own terminal.
struct TerminalInteraction: PluginInteraction {
  func show(_ message: String, from plugin: String) -> Bool {
    Files.writeStandardError(Self.said(message, by: plugin) + "\n")
    return true
  }

  /// Every line says whose it is: none can pass for one of this program's.
  private static func said(_ message: String, by plugin: String) -> String {
    message.split(separator: "\n", omittingEmptySubsequences: false)
      .map { "age-plugin-\(plugin): \($0)" }.joined(separator: "\n")
  }

  func confirm(_ message: String, from plugin: String, yes: String, no: String?) -> Bool? {
    guard let no else {
      let prompt = Self.said(message, by: plugin) + " (press Enter for \"\(yes)\") "
      return (try? Terminal.readLine(prompt: prompt)).map { _ in true }
    }
    let question = Self.said(message, by: plugin) + " (1 for \"\(yes)\", 2 for \"\(no)\") "
    for _ in 0..<3 {
      switch try? Terminal.readLine(prompt: question) {
      case "1": return true
      case "2": return false
      case .some: continue
      case nil: return nil
      }
    }
    return nil
  }

  func askPublic(_ message: String, from plugin: String) -> String? {
    try? Terminal.readLine(prompt: Self.said(message, by: plugin) + " ")
  }

  func askSecret(_ message: String, from plugin: String) -> SecretBytes? {
    do { return try Terminal.readPassphrase(prompt: Self.said(message, by: plugin) + " ") } catch {
      return nil
    }
  }
}
