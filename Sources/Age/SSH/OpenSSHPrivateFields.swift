internal import CryptoCore

/// The numbers of a private key in OpenSSH's format.
enum OpenSSHPrivateFields {
  static func ed25519(
    _ bytes: Span<UInt8>, _ reader: inout SSHReader
  ) throws(AgeError) -> SSHEd25519Identity {
    guard let point = reader.string(in: bytes), let both = reader.string(in: bytes),
      point.count == Ed25519.publicKeyByteCount, both.count == 64,
      ConstantTime.equal(bytes.extracting(point), bytes.extracting(both).extracting(32...))
    else { throw OpenSSHKey.malformed }
    let key: Ed25519.SigningKey
    do {
      key = try Ed25519.SigningKey(seed: bytes.extracting(both).extracting(..<32))
    } catch { throw AgeError(error) }
    let isOurs = ConstantTime.equal(key.publicKey.bytes, bytes.extracting(point))
    guard isOurs else { throw OpenSSHKey.malformed }
    return try SSHEd25519Identity(key)
  }

  static func rsa(
    _ bytes: Span<UInt8>, _ reader: inout SSHReader
  ) throws(AgeError) -> SSHRSAIdentity {
    guard let modulus = reader.positive(in: bytes), let exponent = reader.positive(in: bytes),
      let privateExponent = reader.positive(in: bytes),
      let coefficient = reader.positive(in: bytes), let first = reader.positive(in: bytes),
      let second = reader.positive(in: bytes)
    else { throw OpenSSHKey.malformed }
    do {
      return SSHRSAIdentity(
        try RSAOAEP.PrivateKey(
          modulus: bytes.extracting(modulus), publicExponent: bytes.extracting(exponent),
          privateExponent: bytes.extracting(privateExponent),
          firstPrime: bytes.extracting(first), secondPrime: bytes.extracting(second),
          coefficient: bytes.extracting(coefficient)))
    } catch {
      if error.code == .invalidKey { throw OpenSSHKey.malformed }
      throw AgeError(error)
    }
  }
}
