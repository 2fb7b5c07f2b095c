import CryptoCore
import Testing

@Suite struct PassphraseTests {
  /// RFC 7914, section 12: the first three vectors; the fourth takes a gigabyte.
  static let scrypts: [(text: String, salt: String, logN: Int, r: Int, p: Int, key: String)] = [
    (
      "", "", 4, 1, 1,
      "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
        + "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"
    ),
    (
      "password", "NaCl", 10, 8, 16,
      "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
        + "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
    ),
    (
      "pleaseletmein", "SodiumChloride", 14, 8, 1,
      "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
        + "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
    ),
  ]

  @Test(arguments: scrypts.indices)
  func scrypt(row: Int) throws {
    let (text, salt, logN, r, p, expected) = PassphraseTests.scrypts[row]
    var output = [UInt8](repeating: 0, count: 64)
    var span = output.mutableSpan
    try Scrypt.derive(
      passphrase: Array(text.utf8).span, salt: Array(salt.utf8).span, logN: logN, blockSize: r,
      parallelism: p, into: &span)
    #expect(try output == bytes(expected))
    let key = try Scrypt.derive(
      passphrase: Array(text.utf8).span, salt: Array(salt.utf8).span, logN: logN, blockSize: r,
      parallelism: p, as: AES256GCM.self)
    #expect(copy(key.bytes) == Array(output.prefix(32)))
  }

  /// Parameters that a hostile file could ask for end in an error, not in a machine without memory.
  @Test(arguments: [
    (0, 8, 1), (33, 8, 1), (64, 8, 1), (23, 8, 1), (14, 0, 1), (14, 8, 1025), (-1, 8, 1),
  ])
  func scryptLimits(logN: Int, r: Int, p: Int) {
    let code = failure { () throws(CryptoError) in
      try Scrypt.derive(
        passphrase: [1].span, salt: [1].span, logN: logN, blockSize: r, parallelism: p,
        as: AES256GCM.self)
    }
    #expect(code == .limitExceeded)
  }

  /// Keys from pyca/cryptography (OpenSSL) and argon2-cffi, which agree; the salt is 0...15.
  ///
  /// RFC 9106's own vector has four lanes, a secret and associated data, which are not offered here.
  static let argons: [(passes: Int, kibibytes: Int, text: [UInt8], key: String)] = [
    (1, 8, [], "31ed41e2d73f27fdfe4eb4bec651341e58ba43477051c6fe4adad735d82ee08a"),
    (
      2, 64, Array("password".utf8),
      "716882821df77bc6414358b07159fb63ca1c90beaeb9d0ca0e43bd887dcf2ca9"
    ),
    (
      3, 65536, Array("sealwax".utf8),
      "873297d5721e198a7caf153fa178d8b537cd3a59202dc61b280a68828d6d2d90"
        + "b0cf484d888f0b978ef2ed946cb626821fd94ed5bc92feb05a35936f560584b4"
    ),
    (1, 1024, Array(0...255), "ae0a643d47f8df1986a72324ae3c0738"),
  ]

  @Test(arguments: argons.indices)
  func argon2id(row: Int) throws {
    let (passes, kibibytes, text, hex) = PassphraseTests.argons[row]
    let expected = try bytes(hex)
    var output = [UInt8](repeating: 0, count: expected.count)
    var span = output.mutableSpan
    try Argon2id.derive(
      passphrase: text.span, salt: Array(0...15).span, passes: passes,
      memoryByteCount: kibibytes * 1024, into: &span)
    #expect(output == expected)
  }

  @Test(arguments: [
    (15, 1, 8192, 32, CryptoError.Code.invalidLength), (16, 1, 8192, 15, .invalidLength),
    (16, 0, 8192, 32, .limitExceeded), (16, 1001, 8192, 32, .limitExceeded),
    (16, 1, 8191, 32, .limitExceeded), (16, 1, 8193, 32, .limitExceeded),
    (16, 1, 1 << 33, 32, .limitExceeded), (16, -1, 8192, 32, .limitExceeded),
  ])
  func argon2idLimits(salt: Int, passes: Int, memory: Int, count: Int, expected: CryptoError.Code) {
    var output = [UInt8](repeating: 0, count: count)
    var span = output.mutableSpan
    let code = failure { () throws(CryptoError) in
      try Argon2id.derive(
        passphrase: [1].span, salt: [UInt8](repeating: 1, count: salt).span, passes: passes,
        memoryByteCount: memory, into: &span)
    }
    #expect(code == expected)
  }

  /// The first four are published with OpenBSD's and py-bcrypt's tests; the rest are pyca/bcrypt's.
  static let bcrypts: [(rounds: Int, text: [UInt8], salt: [UInt8], key: String)] = [
    (
      4, Array("password".utf8), Array("salt".utf8),
      "5bbf0cc293587f1c3635555c27796598d47e579071bf427e9d8fbe842aba34d9"
    ),
    (4, Array("password".utf8), [0], "c12b566235eee04c212598970a579a67"),
    (4, [0], Array("salt".utf8), "6051be18c2f4f82cbf0efee5471b4bb9"),
    (
      8, Array("password".utf8), Array("salt".utf8),
      "e1367ec5151a33faac4cc1c144cd23fa15d5548493ecc99b9b5d9c0d3b27bec7"
        + "6227ea66088b849b20ab7aa478010246e74bba51723fefa9f9474d6508845e8d"
    ),
    (
      16, Array("sealwax test".utf8), Array(0...15),
      "d187d1e0dada0ba2ee4a4e469ba9f1ee6910ce9fa382daf61400d777284b6f9a"
        + "7451cd358c17efaa85b595b23a85aa84"
    ),
    (
      2, [UInt8](repeating: 0x78, count: 200), Array(0...63),
      "8ada5ac8c34cb0c1b14fc0d79acb03c22209d4215755d4bab7cc9c2bff9d6b091851b535a0d68f2ecd7749ebe4deae68"
        + "fb3c14379c648fe14d962ca21b24f7cfba942bf178a1ba67ea274102455985780b563ba59257727e54e4946eb932409f"
        + "57bf2ef0"
    ),
  ]

  @Test(arguments: bcrypts.indices)
  func bcryptPBKDF(row: Int) throws {
    let (rounds, text, salt, hex) = PassphraseTests.bcrypts[row]
    let expected = try bytes(hex)
    let secret = try BcryptPBKDF.derive(
      passphrase: text.span, salt: salt.span, rounds: rounds, count: expected.count)
    #expect(copy(secret.bytes) == expected)
  }

  @Test(arguments: [
    (0, 1, 1, 32, CryptoError.Code.invalidLength), (1, 0, 1, 32, .invalidLength),
    (1, 1, 0, 32, .limitExceeded), (1, 1, 4097, 32, .limitExceeded), (1, 1, 1, 0, .limitExceeded),
    (1, 1, 1, 1025, .limitExceeded), (1, 1, -1, 32, .limitExceeded),
  ])
  func bcryptLimits(text: Int, salt: Int, rounds: Int, count: Int, expected: CryptoError.Code) {
    let code = failure { () throws(CryptoError) in
      try BcryptPBKDF.derive(
        passphrase: [UInt8](repeating: 1, count: text).span,
        salt: [UInt8](repeating: 1, count: salt).span, rounds: rounds, count: count)
    }
    #expect(code == expected)
  }
}
