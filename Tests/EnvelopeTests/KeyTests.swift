import Age
import CryptoCore
import Manifest
import Testing

@testable import Envelope

/// Keys as text, and what happens when some of several do not open.
@Suite struct KeyTests {
  let bench: Bench
  let text = Shape.secret("", "data:\n  a: YQ==\n").text

  init() throws { bench = try Bench() }

  @Test(arguments: CipherName.allCases)
  func keyEncryptionKeysAreWrittenAndRead(cipher: CipherName) throws {
    let kek = try KeyEncryptionKey.generate(cipher)
    var buffer = WipedBuffer()
    kek.serialize(appendingTo: &buffer)
    let line = String(buffer)
    #expect(line.hasPrefix("SEALWAX-KEK-\(cipher.rawValue.uppercased())-1"))
    let file = "# made for tests\n\n\(line)\r\n"
    let read = try KeyEncryptionKey(text: file.bytes.span)
    #expect(read.id == kek.id && read.cipher == cipher)
    let sealed = try bench.seal(
      text, SealSettings(SealTarget(recipients: [KEKWrapper(kek, name: nil)]), now: .first))
    #expect(try bench.open(sealed, with: [KEKUnwrapper(read)]) == text)
    for bad in [String(line.dropLast()), line + "Q", line.lowercased() + "\n" + line, "", "# x\n"] {
      #expect(throws: EnvelopeError(.malformedKey, "")) {
        try KeyEncryptionKey(text: bad.bytes.span)
      }
    }
  }

  @Test func signingKeysAreWrittenAndRead() throws {
    var buffer = WipedBuffer()
    bench.signer.serialize(appendingTo: &buffer)
    let line = String(buffer)
    #expect(line.hasPrefix("SEALWAX-SIGNING-KEY-1"))
    let read = try SigningIdentity(text: "\(line)\n".bytes.span)
    #expect(read.verifier == bench.signer.verifier)
    let verifier = bench.signer.verifier
    #expect(verifier.text.hasPrefix("sealwaxsig1"))
    #expect(try SignatureVerifier(text: verifier.text) == verifier)
    for bad in ["", "sealwaxsig1", String(verifier.text.dropLast()), line, verifier.text + "q"] {
      #expect(throws: EnvelopeError(.malformedKey, "")) { try SignatureVerifier(text: bad) }
    }
  }

  /// A KEK with the id of one of the recipients that is not that KEK.
  private struct Broken: KeyUnwrapper {
    func unwrap(
      _ line: RecipientLine, context: UnitContext, in arena: SecretArena?
    ) throws(EnvelopeError) -> DataKey? {
      throw EnvelopeError(.unwrapFailed, "no device is plugged in")
    }
  }

  @Test func oneFailingIdentityDoesNotHideAnother() throws {
    let sealed = try bench.seal(text)
    for good in bench.unwrappers {
      #expect(try bench.open(sealed, with: [Broken(), good]) == text)
    }
    let stranger = KEKUnwrapper(try .generate(.secretbox))
    let error = bench.refusal(sealed, with: [stranger, Broken()])
    #expect(error?.code == .unwrapFailed)
    #expect(error?.message.contains("no device is plugged in") == true)
    let none = bench.refusal(sealed, with: [stranger])
    #expect(none?.code == .noIdentity && none?.message.contains("team-a") == true)
  }

  /// An identity that knows its recipient does not try what is for others.
  @Test func identitiesPassOverWhatIsForOthers() throws {
    let other = try X25519Identity.generate()
    let sealed = try bench.seal(text)
    for known in [nil, other.recipientText] {
      let unwrapper = AgeKeyUnwrapper(other, recipientText: known)
      #expect(bench.refusal(sealed, with: [unwrapper])?.code == .noIdentity)
    }
    let own = AgeKeyUnwrapper(bench.age, recipientText: bench.age.recipientText)
    #expect(try bench.open(sealed, with: [own]) == text)
  }

  @Test func passphrasesOpen() throws {
    let words = "correct horse".bytes
    let recipient = try ScryptRecipient(
      passphrase: SecretBytes(copying: words.span), workFactor: 4)
    let wrapper = AgeKeyWrapper(recipient, text: "scrypt", name: nil)
    let sealed = try bench.seal(
      text, SealSettings(SealTarget(recipients: [wrapper, wrapper]), now: .first))
    let right = ScryptIdentity(passphrase: try SecretBytes(copying: words.span))
    let wrong = ScryptIdentity(passphrase: try SecretBytes(copying: "x".bytes.span))
    let unwrappers = [wrong, right].map { AgeKeyUnwrapper($0, recipientText: "scrypt") }
    #expect(try bench.open(sealed, with: unwrappers) == text)
    #expect(bench.refusal(sealed, with: [unwrappers[0]])?.code == .unwrapFailed)
  }

  /// A recipient given twice is sealed for once.
  @Test func repeatedRecipientsAreOne() throws {
    let target = SealTarget(recipients: bench.wrappers + bench.wrappers)
    let sealed = try bench.seal(text, SealSettings(target, now: .first))
    #expect(try Bench.envelope(sealed).recipients.count == 3)
  }

  @Test(arguments: [
    ("ssh-ed25519 AAAA alice@host", "ssh-ed25519:AAAA", "ssh-ed25519 AAAA"),
    ("age1xyz", "age1xyz", "age1xyz"), ("scrypt", "scrypt", "scrypt"),
  ])
  func recipientsAreWrittenWithoutSpaces(text: String, field: String, back: String) {
    #expect(AgeRecipientText.encode(text) == field)
    #expect(AgeRecipientText.decode(field) == back)
  }

  @Test func contextsThatBindTheSameAreEqual() throws {
    func context(_ scope: SealScope, _ namespace: String, _ name: String) throws -> UnitContext {
      try UnitContext(
        cipher: .secretbox, scope: scope,
        identity: .init(apiVersion: "v1", kind: "Secret", namespace: namespace, name: name))
    }
    #expect(try context(.cluster, "a", "b") == context(.cluster, "c", "d"))
    #expect(try context(.namespace, "a", "b") == context(.namespace, "a", "d"))
    #expect(try context(.strict, "a", "bc") != context(.strict, "ab", "c"))
    #expect(try context(.namespace, "a", "b") != context(.cluster, "a", "b"))
  }
}
