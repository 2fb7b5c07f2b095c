internal import Age
internal import CryptoCore
internal import Platform

/// How plugins reach the user: on the process's own terminal.
struct TerminalInteraction: PluginInteraction {
  func show(_ message: String, from plugin: String) -> Bool {
    Files.writeStandardError("age-plugin-\(plugin): \(message)\n")
    return true
  }

  func confirm(_ message: String, from plugin: String, yes: String, no: String?) -> Bool? {
    guard let no else {
      let prompt = "age-plugin-\(plugin): \(message) (press Enter for \"\(yes)\") "
      return (try? Terminal.readLine(prompt: prompt)).map { _ in true }
    }
    let question = "age-plugin-\(plugin): \(message) (1 for \"\(yes)\", 2 for \"\(no)\") "
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
    try? Terminal.readLine(prompt: "age-plugin-\(plugin): \(message) ")
  }

  func askSecret(_ message: String, from plugin: String) -> SecretBytes? {
    do { return try Terminal.readPassphrase(prompt: "age-plugin-\(plugin): \(message) ") } catch {
      return nil
    }
  }
}
