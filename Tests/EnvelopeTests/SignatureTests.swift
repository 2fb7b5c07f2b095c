import CryptoCore
import Manifest
import Testing

@testable import Envelope

/// Who may have written a Secret: a seal does not say, a signature of a trusted key does.
@Suite struct SignatureTests {
  let bench: Bench
  let foreign: SigningIdentity
  let text = Shape.secret("", "type: Opaque\ndata:\n  a: YQ==\n  b: Yg==\n").text

  init() throws {
    bench = try Bench()
    foreign = try .generate()
  }

  private var signed: SealSettings {
    var settings = bench.settings()
    settings.signer = bench.signer
    return settings
  }

  private func statuses(
    _ text: String, trusting signers: [SignatureVerifier] = []
  ) throws -> UnitStatus {
    try #require(
      ManifestInspector.inspect(text.bytes.span, trustedSigners: signers).first)
  }

  @Test func holdsWithoutAnyPrivateKey() throws {
    let sealed = try bench.seal(text, signed)
    let status = try statuses(sealed, trusting: [foreign.verifier, bench.signer.verifier])
    #expect(status.problems.isEmpty)
    #expect(status.isSigned(byOneOf: [bench.signer.verifier]))
    #expect(!status.isSigned(byOneOf: [foreign.verifier]))
    #expect(try bench.open(sealed, trusting: [bench.signer.verifier]) == text)
    #expect(try bench.open(sealed) == text)
  }

  /// What is refused when a signature of `bench.signer` is required.
  @Test(arguments: [
    "unsigned", "foreign", "stripped", "altered", "value changed", "type changed", "forged key",
  ])
  func isRequired(attack: String) throws {
    var changed = try bench.seal(text, signed)
    let line = changed.lines.first { $0.contains("signature ed25519") } ?? ""
    var code = EnvelopeError.Code.missingSignature
    var codeWithoutKey: EnvelopeError.Code?
    switch attack {
    case "unsigned": changed = try bench.seal(text)
    case "foreign":
      var settings = bench.settings()
      settings.signer = foreign
      changed = try bench.seal(text, settings)
    case "stripped": changed = changed.with("\n" + line, "")
    case "altered":
      let flipped = line.hasSuffix("A==") ? "Q==" : "A=="
      changed = changed.with(line, line.dropLast(3) + flipped)
      code = .invalidSignature
    case "value changed":
      let token = try Bench.tokens(changed)[0]
      changed = try changed.with(token, Bench.tokens(bench.seal(text))[0])
      (code, codeWithoutKey) = (.staleSeal, .invalidSignature)
    case "type changed":
      changed = changed.with("Opaque", "tls")
      (code, codeWithoutKey) = (.staleSeal, .invalidSignature)
    default:
      // Somebody signs their own version and writes the trusted key beside it.
      var settings = bench.settings()
      settings.signer = foreign
      changed = try bench.seal(text, settings)
      let trusted = PublicBase64.encode(bench.signer.verifier.publicKeyBytes)
      changed = changed.with(PublicBase64.encode(foreign.verifier.publicKeyBytes), trusted)
      code = .invalidSignature
    }
    let trusted = [bench.signer.verifier]
    #expect(bench.refusal(changed, trusting: trusted)?.code == code)
    let problems = try statuses(changed, trusting: trusted).problems
    #expect(problems.contains { $0.code == codeWithoutKey ?? code })
    var sealer = try ManifestSealer()
    let verified = try sealer.verify(
      changed.bytes.span, unwrappers: bench.unwrappers, trustedSigners: trusted)
    #expect(verified.contains { !$0.problems.isEmpty })
  }

  @Test func changesDropSignaturesAndSaySo() throws {
    let sealed = try bench.seal(text, signed)
    let changed = text.with("Yg==", "YmI=")
    let after = try bench.reseal(changed, previous: sealed)
    #expect(!after.text.contains("signature ed25519"))
    #expect(after.units.first?.droppedSigners == [bench.signer.verifier])
    let again = try bench.reseal(changed, previous: sealed, signed)
    #expect(again.units.first?.droppedSigners == [])
    #expect(try bench.open(again.text, trusting: [bench.signer.verifier]) == changed)
  }

  /// Unchanged content is what was signed: the signature stays, with or without the signer.
  @Test func unchangedKeepsItsSignatures() throws {
    let sealed = try bench.seal(text, signed)
    #expect(try bench.reseal(text, previous: sealed).text == sealed)
    #expect(try bench.reseal(text, previous: sealed, signed).text == sealed)
    var second = bench.settings()
    second.signer = foreign
    let both = try bench.reseal(text, previous: sealed, second).text
    let status = try statuses(both)
    #expect(status.signatures.map(\.verifier) == [bench.signer.verifier, foreign.verifier])
    #expect(status.signatures.allSatisfy { $0.isValid })
  }

  /// Whoever seals knows the key: a stranger's version must not lend its key to new values.
  @Test func keysOfStrangersAreNotKept() throws {
    let stranger = try bench.seal(text)
    var settings = signed
    settings.trustedSigners = [bench.signer.verifier]
    let error = #expect(throws: EnvelopeError.self) {
      try bench.reseal(text, previous: stranger, settings)
    }
    #expect(error?.code == .missingSignature && error?.isAboutPrevious == true)
    let own = try bench.seal(text, signed)
    #expect(try bench.reseal(text, previous: own, settings).text == own)
  }
}
