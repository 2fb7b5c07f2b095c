import CryptoCore
import Testing

/// The published vectors of the hashes and what is built on them.
@Suite struct HashTests {
  /// FIPS 180-4 (NIST's example values): "", "abc", the two-block message, a million times "a".
  static let digests: [(message: [UInt8], sha256: String, sha512: String)] = [
    (
      [], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
        + "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"
    ),
    (
      Array("abc".utf8), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
    ),
    (
      Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8),
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
      "204a8fc6dda82f0a0ced7beb8e08a41657c16ef468b228a8279be331a703c335"
        + "96fd15c13b1b07f9aa1d3bea57789ca031ad85c7a71dd70354ec631238ca3445"
    ),
    (
      [UInt8](repeating: 0x61, count: 1_000_000),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
      "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb"
        + "de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b"
    ),
  ]

  @Test(arguments: digests.indices, [1, 63, 64, 1000, 1_000_000])
  func sha(row: Int, pieceCount: Int) throws {
    let (message, sha256, sha512) = HashTests.digests[row]
    if pieceCount == 1, message.count > 1000 { return }
    var short = SHA256.Stream()
    var long = SHA512.Stream()
    for start in stride(from: 0, to: message.count, by: pieceCount) {
      let piece = Array(message[start..<min(start + pieceCount, message.count)])
      short.update(piece.span)
      long.update(piece.span)
    }
    #expect(copy(short.finalize().bytes) == (try bytes(sha256)))
    #expect(copy(long.finalize().bytes) == (try bytes(sha512)))
    #expect(copy(SHA256.hash(message.span).bytes) == (try bytes(sha256)))
    #expect(copy(SHA512.hash(message.span).bytes) == (try bytes(sha512)))
  }

  /// RFC 4231, section 4: all seven cases; the fifth's code is cut to 128 bits.
  static let codes: [(key: [UInt8], message: [UInt8], code: String)] = [
    (
      [UInt8](repeating: 0x0b, count: 20), Array("Hi There".utf8),
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
      Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      [UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50),
      "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
    ),
    (
      Array(1...25), [UInt8](repeating: 0xcd, count: 50),
      "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
    ),
    (
      [UInt8](repeating: 0x0c, count: 20), Array("Test With Truncation".utf8),
      "a3b6167473100ee06e0c796c2955552b"
    ),
    (
      [UInt8](repeating: 0xaa, count: 131),
      Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
    (
      [UInt8](repeating: 0xaa, count: 131),
      Array(
        ("This is a test using a larger than block-size key and a larger than block-size data. "
          + "The key needs to be hashed before being used by the HMAC algorithm.").utf8),
      "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
    ),
  ]

  @Test(arguments: codes.indices)
  func hmac(row: Int) throws {
    let (key, message, hex) = HashTests.codes[row]
    let expected = try bytes(hex)
    let code = HMACSHA256.authenticate(message.span, keyBytes: key.span)
    #expect(copy(code.bytes).starts(with: expected))
    var padded = key
    // A key shorter than a block is the same as with zeros behind it; a typed key has 32 bytes.
    guard key.count <= 32, expected.count == 32 else { return }
    padded += [UInt8](repeating: 0, count: 32 - key.count)
    let typed = try SymmetricKey<HMACSHA256>(copying: padded.span)
    #expect(HMACSHA256.authenticate(message.span, key: typed) == code)
    var stream = HMACSHA256.Stream(key: typed)
    for byte in message { stream.update([byte].span) }
    #expect(stream.finalize().isEqual(to: code))
    var other = expected
    other[31] ^= 1
    #expect(try !HMACSHA256.Tag(copying: other.span).isEqual(to: code))
    #expect(failure { () throws(CryptoError) in try HMACSHA256.Tag(copying: [1].span) } != nil)
  }

  /// RFC 5869, appendix A.1 to A.3: those of SHA-256.
  static let derivations: [(secret: String, salt: String, info: String, key: String, out: String)] =
    [
      (
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "000102030405060708090a0b0c",
        "f0f1f2f3f4f5f6f7f8f9", "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
      ),
      (
        sequence(0x00...0x4f), sequence(0x60...0xaf), sequence(0xb0...0xff),
        "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
          + "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
          + "cc30c58179ec3e87c14c01d5c1f3434f1d87"
      ),
      (
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "",
        "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
      ),
    ]

  private static func sequence(_ range: ClosedRange<UInt8>) -> String {
    range.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  @Test(arguments: derivations.indices)
  func hkdf(row: Int) throws {
    let (secretHex, saltHex, infoHex, keyHex, outHex) = HashTests.derivations[row]
    let (secret, salt, info) = (try bytes(secretHex), try bytes(saltHex), try bytes(infoHex))
    let key = try HKDFSHA256.extract(secret: secret.span, salt: salt.span)
    #expect(copy(key.bytes) == (try bytes(keyHex)))
    let expected = try bytes(outHex)
    var output = [UInt8](repeating: 0xff, count: expected.count)
    var span = output.mutableSpan
    try HKDFSHA256.expand(key, info: info.span, into: &span)
    #expect(output == expected)
    // A typed key is the start of the same output, with and without an arena.
    let arena = try SecretArena(slotCount: 4)
    let derived = try HKDFSHA256.derive(
      secret: secret.span, salt: salt.span, info: info.span, as: AES256GCM.self, in: arena)
    #expect(copy(derived.bytes) == Array(expected.prefix(32)))
    #expect(arena.freeSlotCount == 3)
    // From a state that is kept instead of the key, any number of times.
    let expander = try HKDFSHA256.Expander(key, in: arena)
    for _ in 0..<2 {
      let again = try expander.expand(info: info.span, as: AES256GCM.self, in: arena)
      let isSame = again.isEqual(to: derived)
      #expect(isSame)
    }
  }
}
