import CryptoCore
import Foundation
import Testing

/// RSA keys and messages, with the `openssl` command as the peer.
@Suite struct RSATests {
  /// Runs `openssl`; its standard output.
  private static func openssl(_ arguments: [String], input: [UInt8] = []) throws -> [UInt8] {
    let folder = FileManager.default.temporaryDirectory
    let source = folder.appending(path: "rsa-tests-\(UUID().uuidString)")
    try Data(input).write(to: source)
    defer { try? FileManager.default.removeItem(at: source) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["openssl"] + arguments
    let pipe = Pipe()
    process.standardInput = try FileHandle(forReadingFrom: source)
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "openssl \(arguments)")
    return [UInt8](data)
  }

  private static let oaep = [
    "-pkeyopt", "rsa_padding_mode:oaep", "-pkeyopt", "rsa_oaep_md:sha256", "-pkeyopt",
    "rsa_mgf1_md:sha256", "-pkeyopt", "rsa_oaep_label:6c6162656c",
  ]

  /// The key goes to openssl and back in a file that both can read.
  @Test func agreesWithOpenSSL() throws {
    let pem = try RSATests.openssl(["genrsa", "2048"])
    let key = try RSAOAEP.PrivateKey(pem: pem.span)
    let file = FileManager.default.temporaryDirectory.appending(
      path: "rsa-tests-\(UUID().uuidString).pem")
    try Data(pem).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let message = Array("a session key".utf8)
    let label = Array("label".utf8)
    let theirs = try RSATests.openssl(
      ["pkeyutl", "-encrypt", "-inkey", file.path] + RSATests.oaep, input: message)
    var output = WipedBuffer()
    try key.decrypt(theirs.span, label: label.span, appendingTo: &output)
    #expect(copy(output.bytes) == message)
    var ours = WipedBuffer()
    try key.publicKey.encrypt(message.span, label: label.span, appendingTo: &ours)
    let opened = try RSATests.openssl(
      ["pkeyutl", "-decrypt", "-inkey", file.path] + RSATests.oaep, input: copy(ours.bytes))
    #expect(opened == message)

    // Each alteration of what was sealed, and another label.
    var altered = copy(ours.bytes)
    for place in stride(from: 0, to: altered.count, by: 17) {
      altered[place] ^= 1
      #expect(refusal(key, altered, label) == .authenticationFailed)
      altered[place] ^= 1
    }
    #expect(refusal(key, altered, label) == nil)
    #expect(refusal(key, altered, []) == .authenticationFailed)
    #expect(refusal(key, altered + [0], label) == .invalidLength)
    #expect(refusal(key, Array(altered.dropLast()), label) == .invalidLength)

    let most = key.publicKey.maximumPlaintextByteCount
    #expect(most == 190)
    for count in [0, 1, most, most + 1] {
      let long = [UInt8](repeating: 5, count: count)
      var sealed = WipedBuffer()
      let code = failure { () throws(CryptoError) in
        try key.publicKey.encrypt(long.span, label: Span(), appendingTo: &sealed)
      }
      #expect(code == (count > most ? .limitExceeded : nil))
      guard code == nil else { continue }
      var opened = WipedBuffer()
      try key.decrypt(sealed.bytes, label: Span(), appendingTo: &opened)
      #expect(copy(opened.bytes) == long)
    }
  }

  private func refusal(
    _ key: borrowing RSAOAEP.PrivateKey, _ sealed: [UInt8], _ label: [UInt8]
  ) -> CryptoError.Code? {
    var output = WipedBuffer(copying: [7].span)
    do throws(CryptoError) {
      try key.decrypt(sealed.span, label: label.span, appendingTo: &output)
      return nil
    } catch {
      let left = copy(output.bytes)
      #expect(left == [7])
      return error.code
    }
  }

  /// Encrypted PEM opens with its passphrase only, and never asks for one.
  @Test func readsEncryptedPEM() throws {
    let plain = try RSATests.openssl(["genrsa", "2048"])
    let sealed = try RSATests.openssl(
      ["pkcs8", "-topk8", "-v2", "aes-256-cbc", "-passout", "pass:pass\u{e4}word"], input: plain)
    let key = try RSAOAEP.PrivateKey(pem: plain.span)
    let right = try RSAOAEP.PrivateKey(pem: sealed.span, passphrase: Array("passäword".utf8).span)
    #expect(right.publicKey == key.publicKey)
    for passphrase in ["", "wrong", "passäword ", String(repeating: "x", count: 5000)] {
      let code = failure { () throws(CryptoError) in
        try RSAOAEP.PrivateKey(pem: sealed.span, passphrase: Array(passphrase.utf8).span)
      }
      #expect(code == .invalidKey, "\(passphrase.prefix(10))")
    }
  }

  static let others = [
    ["genrsa", "1024"], ["genpkey", "-algorithm", "ed25519"],
    ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
    ["genpkey", "-algorithm", "RSA-PSS"],
  ]

  /// Short keys, keys of other algorithms, and what is no key.
  @Test(arguments: others)
  func refusesOtherKeys(arguments: [String]) throws {
    let pem = try RSATests.openssl(arguments)
    let code = failure { () throws(CryptoError) in try RSAOAEP.PrivateKey(pem: pem.span) }
    #expect(code == .invalidKey)
    let der = try RSATests.openssl(["pkey", "-outform", "DER"], input: pem)
    let derCode = failure { () throws(CryptoError) in try RSAOAEP.PrivateKey(der: der.span) }
    #expect(derCode == .invalidKey)
  }

  @Test func refusesMalformedKeys() throws {
    let pem = try RSATests.openssl(["genrsa", "2048"])
    let der = try RSATests.openssl(["pkey", "-outform", "DER"], input: pem)
    let key = try RSAOAEP.PrivateKey(der: der.span)
    for bytes in [[], der + [0], Array(der.dropLast()), Array(der.dropFirst()), pem] {
      let code = failure { () throws(CryptoError) in try RSAOAEP.PrivateKey(der: bytes.span) }
      #expect(code == .invalidKey)
    }
    let (modulus, exponent) = (key.publicKey.modulus, key.publicKey.exponent)
    var even = modulus
    even[even.count - 1] &= 0xfe
    let odd: [(modulus: [UInt8], exponent: [UInt8])] = [
      (even, exponent), (modulus, [2]), (modulus, [1]), (modulus, []), ([], exponent),
      (Array(modulus.dropLast()), exponent), (modulus, [UInt8](repeating: 1, count: 9)),
      ([UInt8](repeating: 0xff, count: 2049), exponent),
    ]
    for (modulus, exponent) in odd {
      let code = failure { () throws(CryptoError) in
        try RSAOAEP.PublicKey(modulus: modulus.span, exponent: exponent.span)
      }
      #expect(code != nil)
    }
    let again = try RSAOAEP.PublicKey(modulus: ([0] + modulus).span, exponent: exponent.span)
    #expect(again == key.publicKey && again.hashValue == key.publicKey.hashValue)
  }
}
