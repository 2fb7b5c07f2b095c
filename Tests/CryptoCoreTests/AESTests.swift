import CryptoCore
import Testing

/// AES under keys of every length, and the hash that tables are built on.
@Suite struct AESTests {
  @Test func gcm() throws {
    guard let cases = try Wycheproof.cases("aes_gcm") else { return }
    var cipher = AESGCMCipher()
    var run: [Int: Int] = [:]
    for test in cases {
      let (keyBytes, nonceBytes) = (try test.hex("key"), try test.hex("iv"))
      guard nonceBytes.count == 12 else { continue }
      run[keyBytes.count, default: 0] += 1
      let key = try AESKey(copying: keyBytes.span)
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
        let code = open(sealed, key, nonce, data, &cipher, &output)
        #expect(code == .authenticationFailed, "\(test.label)")
        #expect(copy(output.bytes) == [7], "\(test.label)")
      }
    }
    #expect(run == [16: 67, 24: 64, 32: 66])
  }

  private func open(
    _ sealed: [UInt8], _ key: borrowing AESKey, _ nonce: AES256GCM.Nonce, _ data: [UInt8],
    _ cipher: inout AESGCMCipher, _ output: inout WipedBuffer
  ) -> CryptoError.Code? {
    do throws(CryptoError) {
      try cipher.open(
        sealed.span, key: key, nonce: nonce, authenticating: data.span, appendingTo: &output)
      return nil
    } catch { return error.code }
  }

  private func decrypt(
    _ ciphertext: [UInt8], _ key: borrowing AESKey, _ vector: AES256CBC.InitializationVector,
    _ output: inout WipedBuffer
  ) -> CryptoError.Code? {
    do throws(CryptoError) {
      try AESCBC.decrypt(
        ciphertext.span, key: key, initializationVector: vector, appendingTo: &output)
      return nil
    } catch { return error.code }
  }

  @Test func cbc() throws {
    guard let cases = try Wycheproof.cases("aes_cbc_pkcs5") else { return }
    var run: [Int: Int] = [:]
    for test in cases {
      let keyBytes = try test.hex("key")
      run[keyBytes.count, default: 0] += 1
      let key = try AESKey(copying: keyBytes.span)
      let vectorBytes = try test.hex("iv")
      let vector = try AES256CBC.InitializationVector(copying: vectorBytes.span)
      let (message, ciphertext) = (try test.hex("msg"), try test.hex("ct"))
      var output = WipedBuffer(copying: [7].span)
      if test.isValid {
        try AESCBC.encrypt(
          message.span, key: key, initializationVector: vector, appendingTo: &output)
        #expect(copy(output.bytes) == [7] + ciphertext, "\(test.label)")
        output.truncate(to: 1)
        try AESCBC.decrypt(
          ciphertext.span, key: key, initializationVector: vector, appendingTo: &output)
        #expect(copy(output.bytes) == [7] + message, "\(test.label)")
      } else {
        let code = decrypt(ciphertext, key, vector, &output)
        #expect(code == .authenticationFailed || code == .invalidLength, "\(test.label)")
        #expect(copy(output.bytes) == [7], "\(test.label)")
      }
    }
    #expect(run == [16: 72, 24: 72, 32: 72])
  }

  /// Every last byte, with every number of bytes before it that agree with it.
  @Test func padding() throws {
    let keyBytes = [UInt8](repeating: 9, count: 32)
    let key = try AESKey(copying: keyBytes.span)
    let whole = try SymmetricKey<AES256CBC>(copying: keyBytes.span)
    let vector = AES256CBC.InitializationVector.random()
    for last in UInt8.min...UInt8.max {
      for agreeing in 1...16 {
        var block = [UInt8](repeating: last ^ 0x55, count: 16)
        for index in 16 - agreeing..<16 { block[index] = last }
        var sealed = WipedBuffer()
        try AES256CBC.encrypt(
          block.span, key: whole, initializationVector: vector, padding: .none,
          appendingTo: &sealed)
        let ciphertext = copy(sealed.bytes)
        var output = WipedBuffer()
        let code = decrypt(ciphertext, key, vector, &output)
        let isRight = (1...16).contains(last) && agreeing >= Int(last)
        #expect((code == nil) == isRight)
        let count = output.count
        #expect(count == (isRight ? 16 - Int(last) : 0))
      }
    }
  }

  @Test(arguments: [0, 1, 15, 17, 31, 33]) func otherKeyLengths(_ count: Int) {
    let bytes = [UInt8](repeating: 1, count: count)
    let code = failure { () throws(CryptoError) in try AESKey(copying: bytes.span) }
    #expect(code == .invalidLength)
  }

  /// The first of the reference implementation's vectors (github.com/veorq/SipHash, vectors.h).
  @Test(
    arguments: [
      (0, "a3817f04ba25a8e66df67214c7550293"), (1, "da87c1d86b99af44347659119b22fc45"),
      (2, "8177228da4a45dc7fca38bdef60affe4"),
    ])
  func sipHash(_ count: Int, _ expected: String) {
    var bytes = InlineArray<16, UInt8>(repeating: 0)
    for index in 0..<16 { bytes[index] = UInt8(index) }
    let input = (0..<count).map { UInt8($0) }
    let hash = SipHash128.hash(input.span, key: SipHash128.Key(bytes))
    let words = [hash.low.byteSwapped, hash.high.byteSwapped].map { word in
      let text = String(word, radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }
    #expect(words.joined() == expected)
  }
}
