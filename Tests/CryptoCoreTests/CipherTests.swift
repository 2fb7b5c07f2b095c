import CryptoCore
import Testing

/// The published vectors that Wycheproof has no file for.
@Suite struct CipherTests {
  /// RFC 8439, section 2.8.2.
  @Test func chaCha20Poly1305() throws {
    let key = try SymmetricKey<ChaCha20Poly1305>(copying: Array(0x80...0x9f).span)
    let nonceBytes = try bytes("070000004041424344454647")
    let nonce = try ChaCha20Poly1305.Nonce(copying: nonceBytes.span)
    let data = try bytes("50515253c0c1c2c3c4c5c6c7")
    let message = Array(
      ("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
        + "future, sunscreen would be it.").utf8)
    let expected = try bytes(
      "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b"
        + "1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
        + "3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691")
    var cipher = try ChaCha20Poly1305Cipher()
    var output = WipedBuffer()
    try cipher.seal(
      message.span, key: key, nonce: nonce, authenticating: data.span, appendingTo: &output)
    #expect(copy(output.bytes) == expected)
  }

  /// The example in section 10 of "Cryptography in NaCl" by Bernstein, 2009.
  @Test func secretBox() throws {
    let keyBytes = try bytes("1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389")
    let nonceBytes = try bytes("69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37")
    let message = try bytes(
      "be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728d45e6c6129"
        + "6cdc3c01233561f41db66cce314adb310e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde"
        + "048977eb48f59ffd4924ca1c60902e52f0a089bc76897040e082f937763848645e0705")
    let expected = try bytes(
      "f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4476fb8c531a1186a"
        + "c0dfc17c98dce87b4da7f011ec48c97271d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e526ae"
        + "90224368517acfeabd6bb3732bc0e9da99832b61ca01b6de56244a9e88d5f9b37973f622a43d14a6599b1f654cb45a74"
        + "e355a5")
    let key = try SymmetricKey<SecretBox>(copying: keyBytes.span)
    let nonce = try SecretBox.Nonce(copying: nonceBytes.span)
    var output = WipedBuffer(copying: [7].span)
    try SecretBox.seal(message.span, key: key, nonce: nonce, appendingTo: &output)
    #expect(copy(output.bytes) == [7] + expected)
    output.removeAll()
    try SecretBox.open(expected.span, key: key, nonce: nonce, appendingTo: &output)
    #expect(copy(output.bytes) == message)
  }

  private static let aesKey = "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"
  private static let aesMessage =
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
    + "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"

  /// NIST SP 800-38A, F.5.5; the second row, from pyca/cryptography, overflows the counter.
  @Test(arguments: [
    (
      "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
      "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"
        + "2b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6"
    ),
    (
      "ffffffffffffffffffffffffffffffff",
      "50fd97c3e61abb4873fb78df1e8e77e64b457cd68accda4a89fa236c06bf2605"
        + "a1dd021ba826fb0a252c6dc9b434030be1910794ac1349c2d4cd7bf39da5ff03"
    ),
  ])
  func counterMode(counterHex: String, expected: String) throws {
    let (keyBytes, message) = (try bytes(CipherTests.aesKey), try bytes(CipherTests.aesMessage))
    let counterBytes = try bytes(counterHex)
    let key = try SymmetricKey<AES256CTR>(copying: keyBytes.span)
    let counter = try AES256CTR.InitialCounter(copying: counterBytes.span)
    for count in [0, 1, 15, 16, 17, 63, 64] {
      let part = Array(message.prefix(count))
      var output = WipedBuffer(copying: [7].span)
      try AES256CTR.apply(to: part.span, key: key, counter: counter, appendingTo: &output)
      let expectedPart = try bytes(expected).prefix(count)
      #expect(copy(output.bytes) == [7] + expectedPart)
    }
  }

  /// NIST SP 800-38A, F.2.5 and F.2.6.
  @Test func blockChaining() throws {
    let (keyBytes, message) = (try bytes(CipherTests.aesKey), try bytes(CipherTests.aesMessage))
    let expected = try bytes(
      "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"
        + "39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b")
    let key = try SymmetricKey<AES256CBC>(copying: keyBytes.span)
    let vector = try AES256CBC.InitializationVector(copying: Array(0...15).span)
    var output = WipedBuffer()
    try AES256CBC.encrypt(
      message.span, key: key, initializationVector: vector, padding: .none, appendingTo: &output)
    #expect(copy(output.bytes) == expected)
    try AES256CBC.decrypt(
      expected.span, key: key, initializationVector: vector, padding: .none, appendingTo: &output)
    #expect(copy(output.bytes) == expected + message)
    let odd = failure { () throws(CryptoError) in
      try AES256CBC.encrypt(
        [1].span, key: key, initializationVector: vector, padding: .none, appendingTo: &output)
    }
    #expect(odd == .invalidLength)
    let short = failure { () throws(CryptoError) in
      try AES256CBC.decrypt(
        [1].span, key: key, initializationVector: vector, padding: .none, appendingTo: &output)
    }
    #expect(short == .invalidLength && output.count == 128)
  }
}
