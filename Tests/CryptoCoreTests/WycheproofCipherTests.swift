import CryptoCore
import Testing

/// Project Wycheproof's cases for the ciphers, through the calls that the program makes.
@Suite struct WycheproofCipherTests {
  @Test func aes256GCM() throws {
    guard let cases = try Wycheproof.cases("aes_gcm") else { return }
    var cipher = try AES256GCMCipher()
    var run = 0
    for test in cases {
      let keyBytes = try test.hex("key")
      let nonceBytes = try test.hex("iv")
      guard keyBytes.count == 32 else {
        let code = failure { () throws(CryptoError) in
          try SymmetricKey<AES256GCM>(copying: keyBytes.span)
        }
        #expect(code == .invalidLength, "\(test.label)")
        continue
      }
      guard nonceBytes.count == 12 else {
        let code = failure { () throws(CryptoError) in
          try AES256GCM.Nonce(copying: nonceBytes.span)
        }
        #expect(code == .invalidLength, "\(test.label)")
        continue
      }
      run += 1
      let key = try SymmetricKey<AES256GCM>(copying: keyBytes.span)
      let nonce = try AES256GCM.Nonce(copying: nonceBytes.span)
      let (data, message) = (try test.hex("aad"), try test.hex("msg"))
      let sealed = try test.hex("ct") + test.hex("tag")
      var output = WipedBuffer(copying: [7].span)
      if test.isValid {
        try cipher.seal(
          message.span, key: key, nonce: nonce, authenticating: data.span, appendingTo: &output)
        #expect(copy(output.bytes) == [7] + sealed, "\(test.label)")
        output.truncate(to: 1)
        try cipher.open(
          sealed.span, key: key, nonce: nonce, authenticating: data.span, appendingTo: &output)
        #expect(copy(output.bytes) == [7] + message, "\(test.label)")
      } else {
        let code = failure { () throws(CryptoError) in
          try cipher.open(
            sealed.span, key: key, nonce: nonce, authenticating: data.span, appendingTo: &output)
        }
        #expect(code == .authenticationFailed, "\(test.label)")
        #expect(copy(output.bytes) == [7], "\(test.label)")
      }
    }
    #expect(cases.count == 316)
    #expect(run == 66)
  }

  /// The one case with a nonce of 256 bits, and refusals of all others.
  @Test func aes256GCMLongNonce() throws {
    guard let cases = try Wycheproof.cases("aes_gcm") else { return }
    var cipher = AES256GCMLongNonceCipher()
    var run = 0
    for test in cases where try test.hex("key").count == 32 {
      let nonceBytes = try test.hex("iv")
      guard nonceBytes.count == 32 else {
        let code = failure { () throws(CryptoError) in
          try AES256GCMLongNonce.Nonce(copying: nonceBytes.span)
        }
        #expect(code == .invalidLength, "\(test.label)")
        continue
      }
      run += 1
      let keyBytes = try test.hex("key")
      let key = try SymmetricKey<AES256GCMLongNonce>(copying: keyBytes.span)
      let nonce = try AES256GCMLongNonce.Nonce(copying: nonceBytes.span)
      let (data, message) = (try test.hex("aad"), try test.hex("msg"))
      let sealed = try test.hex("ct") + test.hex("tag")
      var output = WipedBuffer(copying: [7].span)
      try cipher.seal(
        message.span, key: key, nonce: nonce, authenticating: data.span, appendingTo: &output)
      #expect(copy(output.bytes) == [7] + sealed, "\(test.label)")
      output.truncate(to: 1)
      try cipher.open(
        sealed.span, key: key, nonce: nonce, authenticating: data.span, appendingTo: &output)
      #expect(copy(output.bytes) == [7] + message, "\(test.label)")
      output.truncate(to: 1)
      for place in sealed.indices {
        var altered = sealed
        altered[place] ^= 1
        let code = failure { () throws(CryptoError) in
          try cipher.open(
            altered.span, key: key, nonce: nonce, authenticating: data.span, appendingTo: &output)
        }
        #expect(code == .authenticationFailed)
      }
      #expect(copy(output.bytes) == [7])
    }
    #expect(run == 1)
  }

  @Test func chaCha20Poly1305() throws {
    guard let cases = try Wycheproof.cases("chacha20_poly1305") else { return }
    var cipher = try ChaCha20Poly1305Cipher()
    var run = 0
    for test in cases {
      let nonceBytes = try test.hex("iv")
      guard nonceBytes.count == 12 else {
        let code = failure { () throws(CryptoError) in
          try ChaCha20Poly1305.Nonce(copying: nonceBytes.span)
        }
        #expect(code == .invalidLength, "\(test.label)")
        continue
      }
      run += 1
      let keyBytes = try test.hex("key")
      let key = try SymmetricKey<ChaCha20Poly1305>(copying: keyBytes.span)
      let nonce = try ChaCha20Poly1305.Nonce(copying: nonceBytes.span)
      let (data, message) = (try test.hex("aad"), try test.hex("msg"))
      let sealed = try test.hex("ct") + test.hex("tag")
      var output = WipedBuffer(copying: [7].span)
      if test.isValid {
        try cipher.seal(
          message.span, key: key, nonce: nonce, authenticating: data.span, appendingTo: &output)
        #expect(copy(output.bytes) == [7] + sealed, "\(test.label)")
        output.truncate(to: 1)
        try cipher.open(
          sealed.span, key: key, nonce: nonce, authenticating: data.span, appendingTo: &output)
        #expect(copy(output.bytes) == [7] + message, "\(test.label)")
      } else {
        let code = failure { () throws(CryptoError) in
          try cipher.open(
            sealed.span, key: key, nonce: nonce, authenticating: data.span, appendingTo: &output)
        }
        #expect(code == .authenticationFailed, "\(test.label)")
        #expect(copy(output.bytes) == [7], "\(test.label)")
      }
      output.removeAll()
      try cipher.seal(
        message.span, key: key, nonce: nonce, authenticating: Span(), appendingTo: &output)
      #expect(try Self.sealShort(message, key, nonce) == copy(output.bytes), "\(test.label)")
    }
    #expect(cases.count == 325)
    #expect(run == 316)
  }

  /// The same without a context, opened again, and not opened once it is altered.
  private static func sealShort(
    _ message: [UInt8], _ key: borrowing SymmetricKey<ChaCha20Poly1305>,
    _ nonce: ChaCha20Poly1305.Nonce
  ) throws -> [UInt8] {
    var sealed = [UInt8](repeating: 0, count: message.count + ChaCha20Poly1305.tagByteCount)
    var room = sealed.mutableSpan
    try ChaCha20Poly1305.seal(message.span, key: key, nonce: nonce, into: &room)
    var opened = [UInt8](repeating: 1, count: message.count)
    var place = opened.mutableSpan
    try ChaCha20Poly1305.open(sealed.span, key: key, nonce: nonce, into: &place)
    #expect(opened == message)
    var altered = sealed
    altered[message.count] ^= 1
    place = opened.mutableSpan
    do throws(CryptoError) {
      try ChaCha20Poly1305.open(altered.span, key: key, nonce: nonce, into: &place)
      Issue.record("an altered message opens")
    } catch {
      #expect(error.code == .authenticationFailed)
    }
    #expect(opened == [UInt8](repeating: 0, count: message.count))
    return sealed
  }

  @Test func aes256CBC() throws {
    guard let cases = try Wycheproof.cases("aes_cbc_pkcs5") else { return }
    var run = 0
    for test in cases where try test.number("keySize") == 256 {
      run += 1
      let (keyBytes, vectorBytes) = (try test.hex("key"), try test.hex("iv"))
      let key = try SymmetricKey<AES256CBC>(copying: keyBytes.span)
      let vector = try AES256CBC.InitializationVector(copying: vectorBytes.span)
      let (message, ciphertext) = (try test.hex("msg"), try test.hex("ct"))
      var output = WipedBuffer(copying: [7].span)
      if test.isValid {
        try AES256CBC.encrypt(
          message.span, key: key, initializationVector: vector, padding: .pkcs7,
          appendingTo: &output)
        #expect(copy(output.bytes) == [7] + ciphertext, "\(test.label)")
        output.truncate(to: 1)
        try AES256CBC.decrypt(
          ciphertext.span, key: key, initializationVector: vector, padding: .pkcs7,
          appendingTo: &output)
        #expect(copy(output.bytes) == [7] + message, "\(test.label)")
      } else {
        let code = failure { () throws(CryptoError) in
          try AES256CBC.decrypt(
            ciphertext.span, key: key, initializationVector: vector, padding: .pkcs7,
            appendingTo: &output)
        }
        #expect(code != nil, "\(test.label)")
        #expect(copy(output.bytes) == [7], "\(test.label)")
      }
    }
    #expect(cases.count == 216)
    #expect(run == 72)
  }

  @Test(arguments: ["2048", "4096"])
  func rsaOAEP(size: String) throws {
    guard let cases = try Wycheproof.cases("rsa_oaep_\(size)_sha256_mgf1sha256") else { return }
    let first = try #require(cases.first)
    let numbers = try first.object("privateKey")
    let (modulus, exponent) = (try numbers.hex("modulus"), try numbers.hex("publicExponent"))
    let (secret, coefficient) = (
      try numbers.hex("privateExponent"), try numbers.hex("coefficient")
    )
    let (prime1, prime2) = (try numbers.hex("prime1"), try numbers.hex("prime2"))
    let der = try first.hex("privateKeyPkcs8")
    let pem = Array(try first.text("privateKeyPem").utf8)
    let ways = [
      RSAKeyBox(try RSAOAEP.PrivateKey(der: der.span)),
      RSAKeyBox(try RSAOAEP.PrivateKey(pem: pem.span)),
      RSAKeyBox(
        try RSAOAEP.PrivateKey(
          modulus: modulus.span, publicExponent: exponent.span, privateExponent: secret.span,
          firstPrime: prime1.span, secondPrime: prime2.span, coefficient: coefficient.span)),
    ]
    let publicKey = try RSAOAEP.PublicKey(modulus: modulus.span, exponent: exponent.span)
    for way in ways {
      #expect(way.key.publicKey == publicKey)
      for test in cases {
        let (message, ciphertext) = (try test.hex("msg"), try test.hex("ct"))
        let label = try test.hex("label")
        var output = WipedBuffer(copying: [7].span)
        let code = failure { () throws(CryptoError) in
          try way.key.decrypt(ciphertext.span, label: label.span, appendingTo: &output)
        }
        #expect((code == nil) == test.isValid, "\(test.label)")
        #expect(copy(output.bytes) == [7] + (test.isValid ? message : []), "\(test.label)")
        guard test.isValid else { continue }
        var fresh = WipedBuffer()
        try publicKey.encrypt(message.span, label: label.span, appendingTo: &fresh)
        #expect(fresh.count == publicKey.ciphertextByteCount)
        try way.key.decrypt(fresh.bytes, label: label.span, appendingTo: &output)
        #expect(copy(output.bytes) == [7] + message + message, "\(test.label)")
      }
    }
    #expect(cases.count == 37)
  }
}

/// A key in an array: arrays take no values that cannot be copied.
final class RSAKeyBox {
  let key: RSAOAEP.PrivateKey
  init(_ key: consuming RSAOAEP.PrivateKey) { self.key = key }
}
