import Age
import CryptoCore
import Manifest
import YAMLSource

@testable import Envelope

/// Keys and shorthands of the tests; the keys are made anew in every run, but for the vectors.
struct Bench: Sendable {
  let gcmKEK: KeyEncryptionKey
  let boxKEK: KeyEncryptionKey
  let age: X25519Identity
  let signer: SigningIdentity

  init() throws {
    gcmKEK = try .generate(.aes256GCM)
    boxKEK = try .generate(.secretbox)
    age = try .generate()
    signer = try .generate()
  }

  init(
    gcmKEK: KeyEncryptionKey, boxKEK: KeyEncryptionKey, age: X25519Identity,
    signer: SigningIdentity
  ) {
    (self.gcmKEK, self.boxKEK) = (gcmKEK, boxKEK)
    (self.age, self.signer) = (age, signer)
  }

  var wrappers: [any KeyWrapper] {
    [
      KEKWrapper(gcmKEK, name: "team-a"), KEKWrapper(boxKEK, name: nil),
      AgeKeyWrapper(age.recipient, text: age.recipientText, name: "alice@example.com"),
    ]
  }

  /// One secret for each wrapper.
  var unwrappers: [any KeyUnwrapper] {
    [KEKUnwrapper(gcmKEK), KEKUnwrapper(boxKEK), AgeKeyUnwrapper(age, recipientText: nil)]
  }

  func settings(
    _ cipher: CipherName = .aes256GCM, _ scope: SealScope = .strict
  ) -> SealSettings {
    SealSettings(SealTarget(recipients: wrappers, cipher: cipher, scope: scope), now: .first)
  }

  func seal(_ text: String, _ settings: SealSettings? = nil) throws -> String {
    var sealer = try ManifestSealer()
    let output = try sealer.seal(text.bytes.span, settings: settings ?? self.settings())
    return String(output.text)
  }

  /// Seals again with an earlier version, which the given secrets open.
  func reseal(
    _ text: String, previous: String, _ settings: SealSettings? = nil,
    with unwrappers: [any KeyUnwrapper]? = nil
  ) throws -> (text: String, units: [UnitOutcome]) {
    var sealer = try ManifestSealer()
    let output = try sealer.seal(
      text.bytes.span, settings: settings ?? self.settings(), previous: previous.bytes.span,
      unwrappers: unwrappers ?? self.unwrappers)
    return (String(output.text), output.units)
  }

  func open(
    _ text: String, with unwrappers: [any KeyUnwrapper]? = nil,
    trusting signers: [SignatureVerifier] = []
  ) throws -> String {
    var sealer = try ManifestSealer()
    let output = try sealer.open(
      text.bytes.span, unwrappers: unwrappers ?? self.unwrappers, trustedSigners: signers)
    return String(output.text)
  }

  /// The error with which a text does not open; nil when it does.
  func refusal(
    _ text: String, with unwrappers: [any KeyUnwrapper]? = nil,
    trusting signers: [SignatureVerifier] = []
  ) -> EnvelopeError? {
    do {
      _ = try open(text, with: unwrappers, trusting: signers)
      return nil
    } catch { return error as? EnvelopeError }
  }

  /// The envelope of a manifest's Secret.
  static func envelope(_ text: String, unit: Int = 0) throws -> Envelope {
    let bytes = text.bytes
    let units = try ManifestSealer.read(bytes.span).units
    return try Envelope.parse(units[unit].unit.envelope?.text ?? "")
  }

  /// The tokens of a manifest's Secret, in order.
  static func tokens(_ text: String, unit: Int = 0) throws -> [String] {
    let bytes = text.bytes
    let units = try ManifestSealer.read(bytes.span).units
    return units[unit].entries.compactMap { entry in
      entry.token.map { String(decoding: bytes[$0], as: UTF8.self) }
    }
  }
}

extension String {
  var bytes: [UInt8] { Array(utf8) }

  init(_ buffer: borrowing WipedBuffer) {
    self.init(decoding: [UInt8](copying: buffer.bytes), as: UTF8.self)
  }

  /// The text with the only occurrence of a part replaced.
  func with(_ part: String, _ replacement: String) -> String {
    let pieces = split(separator: part, maxSplits: 1, omittingEmptySubsequences: false)
    precondition(pieces.count == 2, "no '\(part)' in the text")
    return pieces[0] + replacement + pieces[1]
  }

  /// Its lines, without their line breaks.
  var lines: [String] { split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
}
