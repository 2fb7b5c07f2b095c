internal import CryptoCore

extension PluginConnection {
  /// Answers a message that both state machines have; false when it is not one of them.
  mutating func answer(
    _ command: borrowing PluginCommand, _ interaction: (any PluginInteraction)?
  ) throws(AgeError) -> Bool {
    guard ["msg", "confirm", "request-public", "request-secret"].contains(command.type) else {
      return false
    }
    guard let interaction, let message = command.message else {
      try send("fail")
      return true
    }
    switch command.type {
    case "msg":
      try send(interaction.show(message, from: plugin) ? "ok" : "fail")
    case "confirm":
      try confirm(command, message, interaction)
    case "request-public":
      if let answer = interaction.askPublic(message, from: plugin) {
        try send("ok", body: Array(answer.utf8).span)
      } else {
        try send("fail")
      }
    default:
      if let answer = interaction.askSecret(message, from: plugin) {
        try send("ok", body: answer.bytes)
      } else {
        try send("fail")
      }
    }
    return true
  }

  private mutating func confirm(
    _ command: borrowing PluginCommand, _ message: String, _ interaction: any PluginInteraction
  ) throws(AgeError) {
    let choices = command.arguments.map { PluginText.decode($0) }
    guard (1...2).contains(choices.count), let yes = choices[0],
      let answer = interaction.confirm(
        message, from: plugin, yes: yes, no: choices.count > 1 ? choices[1] : nil)
    else { return try send("fail") }
    try send("ok", [answer ? "yes" : "no"])
  }
}
