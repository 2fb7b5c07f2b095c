import CryptoCore
import Testing

/// The published vectors of the curves, and what their users rely on.
@Suite struct CurveTests {
  /// RFC 7748, section 5.2, both vectors; section 6.1, both sides.
  static let agreements: [(scalar: String, point: String, shared: String)] = [
    (
      "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
      "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
      "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"
    ),
    (
      "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
      "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
      "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"
    ),
    (
      "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
      "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
      "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"
    ),
    (
      "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
      "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
      "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"
    ),
  ]

  @Test(arguments: agreements.indices)
  func agrees(row: Int) throws {
    let (scalar, point, shared) = CurveTests.agreements[row]
    let (scalarBytes, pointBytes) = (try bytes(scalar), try bytes(point))
    let privateKey = try X25519.PrivateKey(copying: scalarBytes.span)
    let publicKey = try X25519.PublicKey(copying: pointBytes.span)
    let secret = try X25519.sharedSecret(private: privateKey, public: publicKey)
    #expect(copy(secret.bytes) == (try bytes(shared)))
    #expect(copy(privateKey.bytes) == scalarBytes)
    // Section 6.1 gives both public keys.
    if row >= 2 {
      let other = try bytes(CurveTests.agreements[5 - row].point)
      #expect(copy(privateKey.publicKey.bytes) == other)
    }
  }

  /// RFC 7748, section 5.2: what comes out goes in again.
  @Test func agreesAgainAndAgain() throws {
    var scalar = [UInt8](repeating: 0, count: 32)
    scalar[0] = 9
    var point = scalar
    let arena = try SecretArena(slotCount: 8)
    for round in 1...1000 {
      let privateKey = try X25519.PrivateKey(copying: scalar.span, in: arena)
      let publicKey = try X25519.PublicKey(copying: point.span)
      let secret = try X25519.sharedSecret(private: privateKey, public: publicKey, in: arena)
      (scalar, point) = (copy(secret.bytes), scalar)
      if round == 1 {
        let expected = "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079"
        #expect(try scalar == bytes(expected))
      }
    }
    let expected = "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51"
    #expect(try scalar == bytes(expected))
    #expect(arena.freeSlotCount == 8)
  }

  /// RFC 8032, section 7.1: tests 1, 2, 3 and SHA(abc).
  static let signatures: [(seed: String, key: String, message: String, signature: String)] = [
    (
      "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        + "d25bf5f0595bbe24655141438e7a100b"
    ),
    (
      "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        + "387b2eaeb4302aeeb00d291612bb0c00"
    ),
    (
      "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        + "4a7c15e9716ed28dc027beceea1ec40a"
    ),
    (
      "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
      "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
        + "454d4423643ce80e2a9ac94fa54ca49f",
      "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e030"
        + "3dca179c138ac17ad9bef1177331a704"
    ),
  ]

  @Test(arguments: signatures.indices)
  func signs(row: Int) throws {
    let (seedHex, keyHex, messageHex, signatureHex) = CurveTests.signatures[row]
    let (seed, message) = (try bytes(seedHex), try bytes(messageHex))
    let key = try Ed25519.SigningKey(seed: seed.span)
    #expect(copy(key.publicKey.bytes) == (try bytes(keyHex)))
    #expect(copy(key.seed) == seed)
    let signature = key.sign(message.span)
    let signatureBytes = try bytes(signatureHex)
    #expect(copy(signature.bytes) == signatureBytes)
    #expect(verifies(signature, key.publicKey, message))
    #expect(!verifies(signature, key.publicKey, message + [0]))
    for bit in 0..<512 {
      var altered = signatureBytes
      altered[bit / 8] ^= 1 << (bit % 8)
      let other = try Ed25519.Signature(copying: altered.span)
      #expect(!verifies(other, key.publicKey, message), "bit \(bit)")
    }
    let stranger = try Ed25519.SigningKey.random()
    #expect(!verifies(signature, stranger.publicKey, message))
  }

  private func verifies(
    _ signature: Ed25519.Signature, _ key: Ed25519.VerifyingKey, _ message: [UInt8]
  ) -> Bool {
    key.verify(signature, of: message.span)
  }

  /// libsodium's, by PyNaCl.
  static let conversions = [
    "d85e07ec22b0ad881537c2f44d662d1a143cf830c57aca4305d85c7a90f6b62e",
    "25c704c594b88afc00a76b69d1ed2b984d7e22550f3ed0802d04fbcd07d38d47",
    "cbb22fc9f790bd3eba9b84680c157ca4950a9894362601701f89c3c4d9fda23a",
    "d5948dca7a9ad7175303dc6881c34aa7881fb946ee34dfd8fab126ed6db8da69",
  ]

  @Test func convertsKeys() throws {
    for (row, expected) in zip(CurveTests.signatures, CurveTests.conversions) {
      let seed = try bytes(row.seed)
      let key = try Ed25519.SigningKey(seed: seed.span)
      let converted = try key.publicKey.x25519()
      #expect(copy(converted.bytes) == (try bytes(expected)))
      #expect(try key.x25519().publicKey == converted)
    }
    // The neutral element, a point of order 4, one that is on no curve.
    for hex in ["01" + zeros(31), zeros(32), "02" + zeros(31)] {
      let point = try bytes(hex)
      let key = try Ed25519.VerifyingKey(copying: point.span)
      #expect(failure { () throws(CryptoError) in try key.x25519() } == .invalidKey, "\(hex)")
      let signature = try Ed25519.Signature(copying: [UInt8](repeating: 0, count: 64).span)
      #expect(!verifies(signature, key, []))
    }
  }

  private func zeros(_ count: Int) -> String { String(repeating: "00", count: count) }

  /// RFC 7748, section 6.1: a peer must not be able to force the result.
  @Test func refusesLowOrder() throws {
    let key = try X25519.PrivateKey.random()
    for hex in [zeros(32), "01" + zeros(31)] {
      let point = try bytes(hex)
      let publicKey = try X25519.PublicKey(copying: point.span)
      let code = failure { () throws(CryptoError) in
        try X25519.sharedSecret(private: key, public: publicKey)
      }
      #expect(code == .lowOrderPoint)
    }
  }
}
