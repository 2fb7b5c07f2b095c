import Testing

@testable import Envelope

/// An attack of somebody who can write to the repository and has no key.
struct Attack: Sendable, CustomTestStringConvertible {
  let name: String
  let code: EnvelopeError.Code
  var message = ""
  let change: @Sendable (Victim) throws -> String

  var testDescription: String { name }

  init(
    _ name: String, _ code: EnvelopeError.Code, saying message: String = "",
    _ change: @escaping @Sendable (Victim) throws -> String
  ) {
    (self.name, self.code, self.message, self.change) = (name, code, message, change)
  }
}

/// What is attacked: two sealed Secrets in one file, and an older version of it.
struct Victim: Sendable {
  static let plaintext = """
    apiVersion: v1
    kind: Secret
    metadata:
      name: db
      namespace: shop
    type: Opaque
    data:
      a: YQ==
      b: Yg==
    stringData:
      c: &x one # note
      d: *x
      # another
    ---
    apiVersion: v1
    kind: Secret
    metadata:
      name: cache
      namespace: shop
    data:
      a: Yw==

    """
  let text: String
  let older: String
  let tokens: [String]
  let olderTokens: [String]
  let otherTokens: [String]

  init(_ bench: Bench, _ settings: SealSettings) throws {
    older = try bench.seal(Self.plaintext, settings)
    let newer = Self.plaintext.with("YQ==", "YWE=").with("Yg==", "YmI=")
    text = try bench.reseal(newer, previous: older, settings).text
    tokens = try Bench.tokens(text)
    olderTokens = try Bench.tokens(older)
    otherTokens = try Bench.tokens(text, unit: 1)
  }

  /// The line that begins with a word, of the first Secret's envelope.
  func line(_ word: String, _ text: String? = nil) -> String {
    (text ?? self.text).lines.first { $0.hasPrefix("      \(word) ") } ?? ""
  }

  /// Base64 with its character at an index changed to another one.
  static func altered(_ text: String, at index: Int) -> String {
    var bytes = text.bytes
    bytes[index] = bytes[index] == UInt8(ascii: "B") ? UInt8(ascii: "C") : UInt8(ascii: "B")
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension Attack {
  static let all: [Attack] = [
    Attack("tokens of two values exchanged", .staleSeal, saying: "changed: data/a, data/b") {
      $0.text.with($0.tokens[0], "¤").with($0.tokens[1], $0.tokens[0]).with("¤", $0.tokens[1])
    },
    Attack("token of another Secret", .staleSeal, saying: "changed: data/a") {
      $0.text.with($0.tokens[0], $0.otherTokens[0])
    },
    Attack("token of another mapping", .staleSeal, saying: "changed: stringData/c") {
      $0.text.with($0.tokens[2], $0.tokens[0])
    },
    Attack("comments exchanged", .staleSeal, saying: "another order") {
      $0.text.with($0.tokens[3], "¤").with($0.tokens[4], $0.tokens[3]).with("¤", $0.tokens[4])
    },
    Attack("older token put back", .staleSeal, saying: "changed: data/a") {
      $0.text.with($0.tokens[0], $0.olderTokens[0])
    },
    Attack("older token and older seal put back", .staleSeal) {
      $0.text.with($0.tokens[0], $0.olderTokens[0])
        .with($0.line("seal"), $0.line("seal", $0.older))
    },
    Attack("value removed", .staleSeal, saying: "removed: data/b") {
      $0.text.with("  b: \($0.tokens[1])\n", "")
    },
    Attack("comment removed", .staleSeal, saying: "changed: stringData#") {
      $0.text.with("  # \($0.tokens[4])\n", "")
    },
    Attack("value added in plaintext", .plaintextBesideCiphertext, saying: "data/new") {
      $0.text.with("\ndata:\n", "\ndata:\n  new: eA==\n")
    },
    Attack("comment added in plaintext", .plaintextBesideCiphertext, saying: "stringData#") {
      $0.text.with("stringData:\n", "stringData: # look\n")
    },
    Attack("value replaced by plaintext", .plaintextBesideCiphertext, saying: "data/b") {
      $0.text.with($0.tokens[1], "Yg==")
    },
    Attack("token added", .staleSeal, saying: "added: data/new") {
      $0.text.with("\ndata:\n", "\ndata:\n  new: \($0.tokens[0])\n")
    },
    Attack("values put in another order", .staleSeal, saying: "order") {
      let (a, b) = ("  a: \($0.tokens[0])\n", "  b: \($0.tokens[1])\n")
      return $0.text.with(a + b, b + a)
    },
    Attack("key renamed", .staleSeal, saying: "added: data/z; removed: data/a") {
      $0.text.with("  a: \($0.tokens[0])", "  z: \($0.tokens[0])")
    },
    Attack("moved to the other mapping", .staleSeal) {
      $0.text.with("stringData:\n", "stringData:\n  b: \($0.tokens[1])\n")
        .with("  b: \($0.tokens[1])\nstringData", "stringData")
    },
    Attack("anchor renamed", .staleSeal, saying: "stringData/c") {
      $0.text.with("&x", "&y").with("*x", "*y")
    },
    Attack("tag added", .staleSeal, saying: "changed: data/a") {
      $0.text.with("a: SEALWAX1", "a: !!binary SEALWAX1")
    },
    Attack("alias turned into a value", .staleSeal, saying: "changed: stringData/d") {
      $0.text.with("*x", $0.tokens[2])
    },
    Attack("type changed", .staleSeal, saying: "type") { $0.text.with("Opaque", "tls") },
    Attack("type removed", .staleSeal) { $0.text.with("type: Opaque\n", "") },
    Attack("digest altered", .staleSeal) {
      let line = $0.line("seal")
      return $0.text.with(line, Victim.altered(line, at: line.utf8.count - 1))
    },
    Attack("digest removed", .staleSeal) {
      let line = $0.line("seal")
      return $0.text.with(line, String(line.prefix(line.utf8.count - 21)))
    },
    Attack("seal altered", .staleSeal) {
      $0.text.with($0.line("seal"), Victim.altered($0.line("seal"), at: 20))
    },
    Attack("layout changed", .staleSeal) { $0.text.with("layout annotations", "layout entry") },
    Attack("recipient renamed", .staleSeal) { $0.text.with(" team-a ", " team-b ") },
    Attack("recipient removed", .staleSeal) { $0.text.with($0.line("to") + "\n", "") },
    Attack("recipient added", .staleSeal) {
      let line = $0.line("to")
      return $0.text.with(line, line + "\n" + line.with("aes-256-gcm:", "secretbox:f"))
    },
    Attack("recipient twice", .malformedEnvelope) {
      $0.text.with($0.line("to"), $0.line("to") + "\n" + $0.line("to"))
    },
    Attack("commitment altered", .commitmentMismatch) {
      $0.text.with($0.line("commit"), Victim.altered($0.line("commit"), at: 20))
    },
    Attack("cipher changed", .staleSeal) { $0.text.with("v1 aes-256-gcm", "v1 secretbox") },
    Attack("scope changed", .staleSeal) { $0.text.with("gcm strict", "gcm cluster") },
    Attack("unknown version", .unsupportedVersion) { $0.text.with("sealwax v1 ", "sealwax v2 ") },
    Attack("unknown cipher", .malformedEnvelope) { $0.text.with("v1 aes-256-gcm", "v1 rot13") },
    Attack("another first line", .malformedEnvelope) { $0.text.with("sealwax v1", "wax v1") },
    Attack("envelope cut short", .malformedEnvelope) { $0.text.with($0.line("seal") + "\n", "") },
    Attack("envelope removed", .missingEnvelope, saying: "data/a") {
      let lines = $0.text.lines
      let first = lines.firstIndex { $0.hasPrefix("  annotations:") } ?? 0
      let last = lines.firstIndex { $0.hasPrefix("      seal ") } ?? 0
      return (lines[..<first] + lines[(last + 1)...]).joined(separator: "\n")
    },
    Attack("Secret renamed", .staleSeal, saying: "name") {
      $0.text.with("name: db", "name: db2")
    },
    Attack("moved to another namespace", .staleSeal) {
      $0.text.with("  name: db\n  namespace: shop", "  name: db\n  namespace: prod")
    },
    Attack("names of two Secrets exchanged", .staleSeal) {
      $0.text.with("name: db", "name: ¤").with("name: cache", "name: db").with("¤", "cache")
    },
    Attack("key stands twice", .manifest) {
      $0.text.with("\ndata:\n", "\ndata:\n  a: \($0.tokens[0])\n")
    },
  ]
}
