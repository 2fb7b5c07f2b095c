import CryptoCore
import Foundation
import Synchronization
import Testing

@testable import Age

@Suite struct KeyTests {
  // The examples of c2sp.org/age.
  static let secret = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
  static let recipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"

  @Test func theExampleOfTheSpecification() throws {
    let bytes = Array(Self.secret.utf8)
    let identity = try X25519Identity(bytes.span)
    #expect(identity.recipientText == Self.recipient)
    var text = WipedBuffer()
    identity.serialize(appendingTo: &text)
    #expect(String(decoding: Array(copying: text.bytes), as: UTF8.self) == Self.secret)
    #expect(try X25519Recipient(Self.recipient).text == Self.recipient)
  }

  @Test func bech32OfAnyLengthBothWays() throws {
    for count in 0..<70 {
      let data = sampleBytes(count, seed: UInt64(count) + 1)
      for isUpperCase in [false, true] {
        var text = WipedBuffer()
        Bech32.encode(
          data.span, humanReadablePart: "a-test1-", isUpperCase: isUpperCase, appendingTo: &text)
        var back = WipedBuffer()
        back.append(9)
        try Bech32.decode(text.bytes, humanReadablePart: "A-TEST1-", appendingTo: &back)
        #expect(Array(copying: back.bytes) == [9] + data)
      }
    }
  }

  @Test func alteredKeysAreRefused() throws {
    let texts = [Self.secret, Self.secret.lowercased(), Self.recipient.uppercased()]
    let secret = Array(Self.secret.utf8)
    #expect(throws: AgeError.self) { try parseIdentities(Array(texts[1].utf8)) }
    #expect(throws: AgeError.self) { try RecipientParser.parse(texts[2]) }
    for place in secret.indices {
      for altered in [secret[place] ^ 1, secret[place] | 0x20, UInt8(ascii: " ")]
      where altered != secret[place] {
        var bytes = secret
        bytes[place] = altered
        #expect(throws: AgeError(.malformedIdentity, "")) { try parseIdentities(bytes) }
      }
      var shorter = secret
      shorter.remove(at: place)
      // Two characters that are the same leave the same text whichever goes: still one too few.
      #expect(throws: AgeError(.malformedIdentity, "")) { try parseIdentities(shorter) }
    }
  }

  @Test(arguments: [
    "", "age1", "nonsense", Self.secret, Self.recipient + "x", "age1pq1qqqq",
    "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==",
    // The all-zero Ed25519 key is of low order.
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
  ])
  func wrongRecipientsAreRefused(_ text: String) {
    #expect(throws: AgeError(.malformedRecipient, "")) { try RecipientParser.parse(text) }
  }

  @Test func otherSSHKeysAreUnsupported() {
    for type in ["ecdsa-sha2-nistp256", "sk-ssh-ed25519@openssh.com", "ssh-dss"] {
      #expect(throws: AgeError(.unsupported, "")) { try RecipientParser.parse("\(type) AAAA") }
    }
  }

  @Test func filesOfRecipientsAreReadByLine() throws {
    let text = "\u{FEFF}# team\r\n\r\n  \(Self.recipient) \r\n#\n\t\n\(Self.recipient)"
    let lines = Array(text.utf8)
    let parsed = try RecipientsFile.parse(lines.span)
    #expect(parsed.map(\.line) == [3, 6])
    #expect(parsed.map(\.text) == [Self.recipient, Self.recipient])
    let wrong = Array("# one\n\(Self.recipient)\nage1nonsense\n".utf8)
    do {
      _ = try RecipientsFile.parse(wrong.span)
      Issue.record("nonsense is accepted")
    } catch {
      #expect(error == AgeError(.malformedRecipient, "") && error.line == 3)
    }
  }

  @Test func filesOfIdentitiesAreReadByLine() throws {
    let hybrid = try HybridIdentity.generate()
    var text = WipedBuffer()
    text.append("# created: today\r\n")
    text.append(utf8: Self.secret)
    text.append("\r\n\r\n")
    hybrid.serialize(appendingTo: &text)
    let parsed = try parseIdentities(Array(copying: text.bytes))
    #expect(parsed.map(\.kind) == [.x25519, .hybrid])
    #expect(parsed.map(\.line) == [2, 4])
    #expect(parsed.map(\.recipientText) == [Self.recipient, hybrid.recipientText])
    for wrong in ["", "# nothing\n", "x", Self.recipient, Self.secret + "A", "-----BEGIN x"] {
      #expect(throws: AgeError.self) { try parseIdentities(Array(wrong.utf8)) }
    }
  }

  @Test(arguments: [false, true])
  func encryptedIdentityFilesAskOnceAndLate(_ isArmored: Bool) throws {
    let inner = Array("# keys\n\(Self.secret)\n".utf8)
    let locked = try DecryptionPath.whole.encrypt(
      inner, [ScryptRecipient(passphrase: secretBytes("open"), workFactor: 10)],
      isArmored: isArmored)
    let file = try DecryptionPath.whole.encrypt([3], [X25519Recipient(Self.recipient)])
    for (passphrase, code) in [("open", nil), ("closed", AgeError.Code.wrongPassphrase)] {
      let prompts = PromptLog()
      let parsed = try IdentityFile.parse(
        locked.span, named: "key.age",
        passphrase: { prompt in
          prompts.texts.withLock { $0.append(prompt) }
          return try secretBytes(passphrase)
        })
      #expect(parsed.map(\.kind) == [.encryptedFile])
      #expect(prompts.texts.withLock { $0 }.isEmpty)
      for _ in 0..<2 {
        let outcome = try DecryptionPath.whole.decrypt(file, parsed.map(\.identity))
        #expect(outcome.error?.code == code)
        #expect(outcome.bytes == (code == nil ? [3] : []))
      }
      #expect(prompts.texts.withLock { $0 } == ["passphrase for key.age: "])
    }
  }

  private final class PromptLog: Sendable { let texts = Mutex<[String]>([]) }

  @Test func recipientsThatMustNotMeetAreRefused() throws {
    let classic = try X25519Identity.generate().recipient
    let hybrid = try HybridIdentity.generate().recipient
    let passphrase = try ScryptRecipient(passphrase: secretBytes("x"), workFactor: 2)
    let mixes: [[any Recipient]] = [
      [classic, hybrid], [hybrid, classic], [passphrase, classic], [classic, passphrase],
      [passphrase, passphrase], [hybrid, passphrase],
    ]
    for recipients in mixes {
      #expect(throws: AgeError(.incompatibleRecipients, "")) {
        try DecryptionPath.whole.encrypt([1], recipients)
      }
    }
    #expect(throws: AgeError(.noRecipients, "")) { try DecryptionPath.whole.encrypt([1], []) }
  }

  @Test func hybridRecipientsOpenEachOther() throws {
    let (one, two) = (try HybridIdentity.generate(), try HybridIdentity.generate())
    let parsed = try RecipientParser.parse(one.recipientText)
    let file = try DecryptionPath.whole.encrypt([1, 2], [two.recipient, parsed])
    for identity in [one, two] {
      #expect(try DecryptionPath.whole.decrypt(file, [identity]).bytes == [1, 2])
    }
    let stranger = try HybridIdentity.generate()
    #expect(try DecryptionPath.whole.decrypt(file, [stranger]).error?.code == .noMatch)
  }

  @Test func workFactorsAreLimited() throws {
    let file = try DecryptionPath.whole.encrypt(
      [1], [ScryptRecipient(passphrase: secretBytes("x"), workFactor: 11)])
    for (limit, code) in [(11, nil), (10, AgeError.Code.excessiveWork)] {
      let identity = ScryptIdentity(
        passphrase: try secretBytes("x"), maximumWorkFactor: limit)
      #expect(try DecryptionPath.whole.decrypt(file, [identity]).error?.code == code)
    }
    for workFactor in [0, 23, -1] {
      #expect(throws: AgeError(.excessiveWork, "")) {
        try ScryptRecipient(passphrase: secretBytes("x"), workFactor: workFactor)
      }
    }
  }

  @Test func nothingIsAppendedWhenEncryptionFails() throws {
    var output = WipedBuffer()
    output.append([1, 2])
    let plaintext: [UInt8] = [1]
    do {
      try AgeFile.encrypt(plaintext.span, to: [], appendingTo: &output)
      Issue.record("nobody is encrypted for")
    } catch { #expect(error.code == .noRecipients) }
    #expect(Array(copying: output.bytes) == [1, 2])
  }
}
