import Testing

@testable import Envelope

/// What a writer without keys may do to the sealed Helm release of `FieldShape`.
struct FieldAttack: Sendable {
  let name: String
  let code: EnvelopeError.Code
  let change: @Sendable (String) throws -> String

  private init(
    _ name: String, _ code: EnvelopeError.Code,
    _ change: @escaping @Sendable (String) throws -> String
  ) {
    (self.name, self.code, self.change) = (name, code, change)
  }

  static let all = entries + object + envelope

  private static let entries = [
    FieldAttack("a value removed", .staleSeal) { $0.with(try line($0, " port: SEALWAX1"), "") },
    FieldAttack("a value added", .plaintextBesideCiphertext) {
      $0.with("    tls:", "    b: c\n      tls:")
    },
    FieldAttack("nothing added", .staleSeal) { $0.with("nothing:\n", "nothing:\n      more:\n") },
    FieldAttack("an empty list added", .staleSeal) {
      $0.with("list: []", "list: []\n      more: []")
    },
    FieldAttack("a list made a mapping", .staleSeal) { $0.with("list: []", "list: {}") },
    FieldAttack("nothing made a value", .plaintextBesideCiphertext) {
      $0.with("nothing:\n", "nothing: x\n")
    },
    FieldAttack("elements made values of keys", .staleSeal) {
      $0.with("- - SEALWAX1", "- 0: SEALWAX1").with("        - SEALWAX1", "        1: SEALWAX1")
    },
    FieldAttack("a value at another path of the rule", .plaintextBesideCiphertext) {
      $0.with("sidecars:\n", "x: {password: y}\n    sidecars:\n")
    },
    FieldAttack("a value moved", .staleSeal) { $0.with("      host:", "      hosts:") },
    FieldAttack("values exchanged", .staleSeal) { text in
      let tokens = try Bench.tokens(text)
      return text.with(tokens[2], "@").with(tokens[3], tokens[2]).with("@\n", tokens[3] + "\n")
    },
    FieldAttack("an alias made a token", .staleSeal) {
      $0.with("again: *port", "again: SEALWAX1")
    },
    FieldAttack("a comment removed", .staleSeal) { $0.with(try line($0, "      # SEALWAX1"), "") },
    FieldAttack("a merge key", .manifest) { $0.with("    auth:", "    <<: {a: b}\n    auth:") },
    FieldAttack("a key twice", .manifest) {
      $0.with("      list: []", "      host: x\n      list: []")
    },
    FieldAttack("an alias to what is readable", .manifest) {
      $0.with("replicas: 3", "replicas: &r 3").with("again: *port", "again: *r")
    },
  ]

  private static let object = [
    FieldAttack("renamed", .staleSeal) { $0.with("name: db", "name: db2") },
    FieldAttack("retyped", .staleSeal) { $0.with("kind: HelmRelease", "kind: HelmChart") },
    FieldAttack("of another version", .staleSeal) { $0.with("fluxcd.io/v2", "fluxcd.io/v3") },
    FieldAttack("without a kind", .manifest) { $0.with("kind: HelmRelease\n", "") },
  ]

  private static let envelope = [
    FieldAttack("a field less", .staleSeal) { $0.with(try line($0, "field spec.**"), "") },
    FieldAttack("no fields", .malformedEnvelope) {
      $0.with(try line($0, "field spec.**"), "").with(try line($0, "field spec.values"), "")
    },
    FieldAttack("a field more", .staleSeal) {
      $0.with("      field spec.values", "      field spec.a\n      field spec.values")
    },
    FieldAttack("fields in another order", .malformedEnvelope) {
      let line = try line($0, "field spec.values")
      return $0.with(line, "").with("      field spec", line + "      field spec")
    },
    FieldAttack("a field written otherwise", .malformedEnvelope) {
      $0.with("field spec.values.database", "field spec.values.database.**")
    },
    FieldAttack("a field that is none", .malformedEnvelope) {
      $0.with("field spec.values.database", "field metadata.name")
    },
    FieldAttack("the envelope lost", .missingEnvelope) {
      $0.with("sealwax.dev/envelope", "sealwax.dev/envelop")
    },
  ]

  private static func line(_ text: String, _ part: String) throws -> String {
    try #require(text.lines.first { $0.contains(part) }) + "\n"
  }
}
