import CryptoCore
import Testing

/// Project Wycheproof's cases for hashes and curves, through the calls that the program makes.
@Suite struct WycheproofKeyTests {
  @Test func hkdf() throws {
    guard let cases = try Wycheproof.cases("hkdf_sha256") else { return }
    for test in cases {
      let (secret, salt) = (try test.hex("ikm"), try test.hex("salt"))
      let key = try HKDFSHA256.extract(secret: secret.span, salt: salt.span)
      let info = try test.hex("info")
      var output = [UInt8](repeating: 0, count: try test.number("size"))
      var span = output.mutableSpan
      let code = failure { () throws(CryptoError) in
        try HKDFSHA256.expand(key, info: info.span, into: &span)
      }
      if test.isValid {
        #expect(code == nil, "\(test.label)")
        let expected = try test.hex("okm")
        #expect(output == expected, "\(test.label)")
        guard expected.count >= 32 else { continue }
        let expander = try HKDFSHA256.Expander(key)
        let derived = try expander.expand(info: info.span, as: AES256GCM.self)
        #expect(copy(derived.bytes) == Array(expected.prefix(32)), "\(test.label)")
      } else {
        #expect(code == .limitExceeded, "\(test.label)")
      }
    }
    #expect(cases.count == 86)
  }

  @Test func hmac() throws {
    guard let cases = try Wycheproof.cases("hmac_sha256") else { return }
    for test in cases {
      let (key, message, tag) = (try test.hex("key"), try test.hex("msg"), try test.hex("tag"))
      let computed = HMACSHA256.authenticate(message.span, keyBytes: key.span)
      let isEqual = Array(copy(computed.bytes).prefix(tag.count)) == tag
      #expect(isEqual == test.isValid, "\(test.label)")
      var stream = HMACSHA256.Stream(keyBytes: key.span)
      for byte in message { stream.update([byte].span) }
      #expect(stream.finalize() == computed, "\(test.label)")
      guard tag.count == 32 else { continue }
      let expected = try HMACSHA256.Tag(copying: tag.span)
      #expect(computed.isEqual(to: expected) == test.isValid, "\(test.label)")
    }
    #expect(cases.count == 174)
  }

  @Test func x25519() throws {
    guard let cases = try Wycheproof.cases("x25519") else { return }
    var zeros = 0
    for test in cases {
      let (scalar, point) = (try test.hex("private"), try test.hex("public"))
      let privateKey = try X25519.PrivateKey(copying: scalar.span)
      let publicKey = try X25519.PublicKey(copying: point.span)
      let expected = try test.hex("shared")
      do throws(CryptoError) {
        let shared = try X25519.sharedSecret(private: privateKey, public: publicKey)
        #expect(copy(shared.bytes) == expected, "\(test.label)")
      } catch {
        zeros += 1
        #expect(error.code == .lowOrderPoint, "\(test.label)")
        #expect(test.has(flag: "ZeroSharedSecret"), "\(test.label)")
      }
    }
    #expect(cases.count == 518)
    #expect(zeros == 31)
  }

  @Test func ed25519() throws {
    guard let cases = try Wycheproof.cases("ed25519") else { return }
    var wrongLengths = 0
    for test in cases {
      let point = try test.object("publicKey").hex("pk")
      let key = try Ed25519.VerifyingKey(copying: point.span)
      let (message, signatureBytes) = (try test.hex("msg"), try test.hex("sig"))
      guard signatureBytes.count == 64 else {
        wrongLengths += 1
        let code = failure { () throws(CryptoError) in
          try Ed25519.Signature(copying: signatureBytes.span)
        }
        #expect(code == .invalidLength && !test.isValid, "\(test.label)")
        continue
      }
      let signature = try Ed25519.Signature(copying: signatureBytes.span)
      #expect(key.verify(signature, of: message.span) == test.isValid, "\(test.label)")
    }
    #expect(cases.count == 151)
    #expect(wrongLengths < 20)
  }
}
