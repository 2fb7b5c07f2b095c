import CryptoCore
import Foundation
import Synchronization
import Testing

@testable import Age

@Suite struct PluginTests {
  init() { PluginScript.install }

  /// Notes what is asked.
  final class Interaction: PluginInteraction {
    let log = Mutex<[String]>([])

    private func note(_ text: String) { log.withLock { $0.append(text) } }

    func show(_ message: String, from plugin: String) -> Bool {
      note("\(plugin) shows \(message)")
      return true
    }

    func confirm(_ message: String, from plugin: String, yes: String, no: String?) -> Bool? {
      note("\(plugin) confirms \(message) \(yes)/\(no ?? "-")")
      return no != nil
    }

    func askPublic(_ message: String, from plugin: String) -> String? { "slot 2" }

    func askSecret(_ message: String, from plugin: String) -> SecretBytes? {
      try? secretBytes(String(repeating: "1234", count: 30))
    }
  }

  private func recipientText(_ name: String) -> String {
    let key: [UInt8] = [1, 2, 3]
    return Bech32.publicText(key.span, humanReadablePart: "age1" + name)
  }

  private func identityText(_ name: String) -> [UInt8] {
    var text = WipedBuffer()
    let key: [UInt8] = [1, 2, 3]
    Bech32.encode(
      key.span, humanReadablePart: "AGE-PLUGIN-\(name)-", isUpperCase: true, appendingTo: &text)
    return Array(copying: text.bytes)
  }

  private func identity(
    _ name: String, _ interaction: (any PluginInteraction)? = nil
  ) throws -> ParsedIdentity {
    let parsed = try parseIdentities(
      Array("# a comment\r\n".utf8) + identityText(name) + Array("\r\n".utf8),
      interaction: interaction)
    return try #require(parsed.first)
  }

  @Test(arguments: ["good", "chatty", "labels"])
  func pluginsWrapAndUnwrap(_ name: String) throws {
    let interaction = Interaction()
    let recipient = try RecipientParser.parse(recipientText(name), interaction: interaction)
    let identity = try identity(name, interaction)
    #expect(identity.kind == .plugin && identity.line == 2)
    let file = try DecryptionPath.whole.encrypt([7, 8], [recipient])
    let outcome = try DecryptionPath.whole.decrypt(
      file, [X25519Identity.generate(), identity.identity])
    #expect(outcome.bytes == [7, 8])
    let said = interaction.log.withLock { $0 }
    guard name == "chatty" else {
      #expect(said.isEmpty)
      return
    }
    let once = [
      "chatty shows touch \\u{1b}[31mthe key\nnow", "chatty confirms really? go on/skip",
      "chatty confirms sure? go on/-",
    ]
    #expect(said == once + once)
  }

  @Test func anIdentityServesAsARecipient() throws {
    let text = identityText("good")
    let identity = try PluginIdentity(text.span)
    let file = try DecryptionPath.whole.encrypt([1], [identity])
    #expect(try DecryptionPath.whole.decrypt(file, [identity]).bytes == [1])
  }

  @Test(arguments: [
    ("refuses", "the key is\\u{7} locked"), ("dies", "ended before"), ("silent", "did not wrap"),
    ("lines", "failed: one\\nsealwax: error: two"), ("many", "it sent too much"),
    ("large", "it sent too much"), ("babbles", "broke the protocol"), ("missing", "not on PATH"),
    ("chatty", "ended before"), ("endless", "it sent more than 1,000 messages"),
    ("nonsense", "it sent too much"),
  ])
  func failuresOfPluginsAreTold(_ name: String, _ reason: String) throws {
    let recipient = try PluginRecipient(recipientText(name))
    do {
      _ = try DecryptionPath.whole.encrypt([1], [recipient])
      Issue.record("\(name) wraps")
    } catch let error as AgeError {
      #expect(error.code == .pluginFailed)
      #expect(error.message.contains(reason), "\(error.message)")
    }
  }

  @Test func aFailingPluginLeavesOthersTheirTurn() throws {
    let native = try X25519Identity.generate()
    let file = try DecryptionPath.whole.encrypt([5], [native.recipient])
    for name in ["refuses", "dies", "missing", "stranger"] {
      let plugin = try identity(name).identity
      #expect(try DecryptionPath.whole.decrypt(file, [plugin, native]).bytes == [5])
      let alone = try DecryptionPath.whole.decrypt(file, [plugin])
      #expect(alone.error?.code == (name == "stranger" ? .noMatch : .pluginFailed))
    }
  }

  @Test func labelsOfPluginsCount() throws {
    let quantumSafe = try PluginRecipient(recipientText("labels"))
    let hybrid = try HybridIdentity.generate()
    let file = try DecryptionPath.whole.encrypt([5], [quantumSafe, hybrid.recipient])
    #expect(try DecryptionPath.whole.decrypt(file, [hybrid]).bytes == [5])
    #expect(throws: AgeError(.incompatibleRecipients, "")) {
      try DecryptionPath.whole.encrypt([5], [quantumSafe, X25519Identity.generate().recipient])
    }
  }

  @Test(arguments: ["../evil", "a b", "a/b", "", "a\u{7}"])
  func namesCannotLeadOutOfThePath(_ name: String) {
    let text = recipientText(name)
    #expect(throws: AgeError(.malformedRecipient, "")) { try RecipientParser.parse(text) }
    let identity = identityText(name)
    #expect(throws: AgeError(.malformedIdentity, "")) { try parseIdentities(identity) }
  }
}
