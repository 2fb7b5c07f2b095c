import CryptoCore
import Foundation
import Manifest

@testable import Envelope

/// Makes the published vectors.
struct VectorWriter {
  let bench: Bench

  init() throws { bench = try VectorKeys.readOrMake() }

  func write() throws {
    try writeExample()
    try writeContexts()
    try writeShapes()
    try writeSigned()
    try writeEdited()
    try writeAttacks()
    try writeForgeries()
    try writeUnreadable()
    try writeFields()
  }

  private func valid(
    _ name: String, _ description: String, plain: String, sealed: String, keys: [String]? = nil,
    isSigned: Bool? = nil
  ) throws {
    let vector = Vector(
      description: description, keys: keys ?? Bench.keyNames, requiresSignature: isSigned,
      refused: nil, units: try bench.derive(sealed))
    try vector.write("valid", Self.slug(name), ["plain": plain, "sealed": sealed])
  }

  private func refused(
    _ name: String, _ code: EnvelopeError.Code, sealed: String, keys: [String] = ["age"],
    isSigned: Bool? = nil
  ) throws {
    let vector = Vector(
      description: name, keys: keys, requiresSignature: isSigned, refused: code.description,
      units: nil)
    try vector.write("refused", Self.slug(name), ["sealed": sealed])
  }

  private static func slug(_ name: String) -> String {
    name.lowercased().map { $0.isLetter || $0.isNumber ? String($0) : "-" }.joined()
  }

  private func writeContexts() throws {
    let plain = Shape.all.first { $0.name == "comments" }?.text ?? ""
    for cipher in CipherName.allCases {
      for scope in SealScope.allCases {
        try valid(
          "context \(cipher.rawValue) \(scope.rawValue)", "each cipher with each scope",
          plain: plain, sealed: bench.seal(plain, bench.settings(cipher, scope)))
      }
      for (name, wrapper) in zip(Bench.keyNames, bench.wrappers) {
        let settings = SealSettings(SealTarget(recipients: [wrapper], cipher: cipher), now: .first)
        try valid(
          "recipient \(name) \(cipher.rawValue)", "one recipient alone", plain: plain,
          sealed: bench.seal(plain, settings), keys: [name])
      }
    }
  }

  /// The example of docs/format.md.
  private func writeExample() throws {
    let plain = Shape.secret("", "stringData:\n  password: hunter2 # change me\n").text
    let settings = SealSettings(SealTarget(recipients: [bench.wrappers[0]]), now: .first)
    try valid(
      "example", "the example of docs/format.md", plain: plain,
      sealed: bench.seal(plain, settings), keys: ["kekAES256GCM"])
  }

  private func writeShapes() throws {
    // PyYAML does not take tabs where libyaml does.
    let shapes = Shape.all.filter {
      $0.unitCount > 0 && $0.name != "long value" && !$0.text.contains("\t")
    }
    for (index, shape) in shapes.enumerated() {
      let cipher = CipherName.allCases[index % 2]
      let scope = shape.isNamed ? SealScope.strict : .namespace
      try valid(
        "shape \(shape.name)", shape.name, plain: shape.text,
        sealed: bench.seal(shape.text, bench.settings(cipher, scope)))
    }
  }

  private func writeSigned() throws {
    let plain = Victim.plaintext
    var settings = bench.settings()
    settings.signer = bench.signer
    let sealed = try bench.seal(plain, settings)
    try valid(
      "signed", "two Secrets with a signature each", plain: plain, sealed: sealed, isSigned: true)
    try refused("unsigned", .missingSignature, sealed: bench.seal(plain), isSigned: true)
    var foreign = bench.settings()
    foreign.signer = try SigningIdentity.generate()
    try refused(
      "signed by a stranger", .missingSignature, sealed: bench.seal(plain, foreign),
      isSigned: true)
    let one = Shape.secret("", "data:\n  a: YQ==\n").text
    let signed = try bench.seal(one, settings)
    let line = signed.lines.first { $0.contains("signature") } ?? ""
    try refused(
      "signature altered", .invalidSignature,
      sealed: signed.with(line, Victim.altered(line, at: line.utf8.count - 40)), isSigned: true)
    let other = try bench.seal(one, settings).lines.first { $0.contains("signature") } ?? ""
    try refused(
      "signature of another version", .invalidSignature, sealed: signed.with(line, other),
      isSigned: true)
  }

  /// What people and formatters may do to a sealed manifest.
  private func writeEdited() throws {
    let plain = Shape.secret("", "stringData:\n  a: one\n  b: two\n").text
    let sealed = try bench.seal(plain)
    let token = try Bench.tokens(sealed)[0]
    try valid(
      "edited quotes", "a formatter has quoted a token", plain: plain,
      sealed: sealed.with(token, "'\(token)'"))
    try valid(
      "edited labels", "labels may change",
      plain: plain.with("  name: db", "  labels: {a: b}\n  name: db"),
      sealed: sealed.with("  name: db", "  labels: {a: b}\n  name: db"))
    try valid(
      "edited annotations", "another annotation beside the envelope stays",
      plain: plain.with("namespace: shop\n", "namespace: shop\n  annotations:\n    a: b\n"),
      sealed: sealed.with("  annotations:\n", "  annotations:\n    a: b\n"))
    try valid(
      "edited comments", "comments outside the mappings may change",
      plain: "# hello\n" + plain, sealed: "# hello\n" + sealed)
    try refused(
      "token written with an escape", .plaintextBesideCiphertext,
      sealed: sealed.with(token, "\"\\x53\(token.dropFirst())\""))
    try refused(
      "reformatted into a flow mapping", .notReversible,
      sealed: try {
        let text = Shape.secret("", "stringData:\n  a: x, y\n").text
        let sealed = try bench.seal(text)
        let token = try Bench.tokens(sealed)[0]
        return sealed.with("stringData:\n  a: \(token)", "stringData: {a: \(token)}")
      }())
  }

  private func writeAttacks() throws {
    let victim = try Victim(bench, bench.settings())
    for attack in Attack.all {
      try refused(attack.name, attack.code, sealed: attack.change(victim))
    }
    try refused(
      "renamed, with a KEK", .unwrapFailed, sealed: victim.text.with("name: db", "name: db2"),
      keys: ["kekAES256GCM"])
    for (scope, name) in [(SealScope.namespace, "namespace"), (.cluster, "cluster")] {
      let sealed = try bench.seal(Victim.plaintext, bench.settings(.secretbox, scope))
      let part = "  name: db\n  namespace: shop"
      if scope == .namespace {
        try refused(
          "moved under scope \(name)", .staleSeal,
          sealed: sealed.with(part, "  name: db\n  namespace: prod"))
      }
      try valid(
        "edited name \(name)", "scope \(name) does not bind the name",
        plain: Victim.plaintext.with("name: db", "name: db2"),
        sealed: sealed.with("name: db", "name: db2"))
    }
    let liar = LyingWrapper(honest: bench.wrappers[2])
    let settings = SealSettings(SealTarget(recipients: [bench.wrappers[0], liar]), now: .first)
    try refused(
      "two keys in one envelope", .commitmentMismatch,
      sealed: bench.seal(Victim.plaintext, settings))
    let target = SealTarget(recipients: [bench.wrappers[0]])
    try refused(
      "for others", .noIdentity,
      sealed: bench.seal(Victim.plaintext, SealSettings(target, now: .first)))
    let wrap = victim.line("to")
    try refused(
      "wrapped key altered", .unwrapFailed,
      sealed: victim.text.with(wrap, Victim.altered(wrap, at: wrap.utf8.count - 20)),
      keys: ["kekAES256GCM"])
  }

  private func writeForgeries() throws {
    for (index, forgery) in Forgery.all.enumerated() where forgery.name != "text in front changed" {
      let cipher = CipherName.allCases[index % 2]
      let sealed = try bench.seal(Forgery.plaintext, bench.settings(cipher))
      try refused(
        "forged \(forgery.name)", forgery.code, sealed: forgery.make(Forge(bench, sealed)))
    }
  }

  /// Objects that are no Secrets.
  private func writeFields() throws {
    for (index, shape) in (FieldShape.all + [.json]).enumerated() {
      let settings = shape.settings(bench, CipherName.allCases[index % 2])
      try valid(
        "fields \(shape.name)", "fields of an object that is no Secret: \(shape.name)",
        plain: shape.text, sealed: bench.seal(shape.text, settings))
    }
    let victim = FieldShape.all[1]
    let sealed = try bench.seal(victim.text, victim.settings(bench))
    for attack in FieldAttack.all where attack.code != .missingEnvelope {
      try refused("fields \(attack.name)", attack.code, sealed: attack.change(sealed))
    }
  }

  private func writeUnreadable() throws {
    let sealed = try bench.seal(Shape.secret("", "data:\n  a: YQ==\n").text)
    for (name, part, replacement) in [
      ("envelope with a bad time", "1970-01-01T", "1970-01-01 "),
      ("envelope with two spaces", "sealwax v1 ", "sealwax v1  "),
      ("envelope without recipients", "to ", "xx "),
      ("envelope with a long seal", "seal ", "seal A"),
      ("envelope with an empty line", "      seal", "      \n      seal"),
      ("envelope with a bad name", " team-a ", " team/a "),
      ("envelope of an unknown kind", "to kek ", "to pgp "),
    ] {
      try refused(name, .malformedEnvelope, sealed: sealed.with(part, replacement))
    }
    try refused("not YAML", .source, sealed: sealed.with("kind:", "kind: ["))
    try refused(
      "alias to the metadata", .manifest,
      sealed: sealed.with("name: db", "name: &x db").with("\ndata:\n", "\ndata:\n  b: *x\n"))
    try refused("data is a list", .manifest, sealed: sealed.with("\ndata:\n  a: ", "\ndata:\n- "))
  }
}

/// Gives its recipient another key than the one it is told.
struct LyingWrapper: KeyWrapper {
  let honest: any KeyWrapper
  var recipient: RecipientDescription { honest.recipient }

  func wrap(
    _ key: borrowing DataKey, context: UnitContext, in arena: SecretArena?
  ) throws(EnvelopeError) -> [UInt8] {
    try honest.wrap(try DataKey.random(), context: context, in: arena)
  }
}
