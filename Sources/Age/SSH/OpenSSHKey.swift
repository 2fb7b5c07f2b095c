internal import CryptoCore

/// A private key in OpenSSH's own format (PROTOCOL.key in its sources).
struct OpenSSHKey: Sendable {
  /// How the key to the private part follows from a passphrase; nil when that is not encrypted.
  struct Derivation: Sendable {
    let salt: [UInt8]
    let rounds: Int
    let cipher: OpenSSHCipher
  }

  let publicKey: SSHPublicKey
  let derivation: Derivation?
  private let privatePart: PrivatePart

  private final class PrivatePart: Sendable {
    let bytes: WipedBuffer
    init(_ bytes: Span<UInt8>) { self.bytes = WipedBuffer(copying: bytes) }
  }

  private static let magic: StaticString = "openssh-key-v1\0"

  /// Reads the PEM text.
  ///
  /// - Throws: `.malformedIdentity`; `.unsupported`.
  init(pem: Span<UInt8>) throws(AgeError) {
    let file = try PEMBody.decode(pem)
    let bytes = file.bytes
    guard bytes.starts(with: Self.magic) else { throw Self.malformed }
    let body = bytes.extracting(Self.magic.utf8CodeUnitCount...)
    var reader = SSHReader()
    guard let cipher = reader.text(in: body), let kdf = reader.text(in: body),
      let options = reader.string(in: body), reader.number(in: body) == 1,
      let publicBlob = reader.string(in: body), let privatePart = reader.string(in: body),
      reader.rest(of: body).isEmpty
    else { throw Self.malformed }
    derivation = try Self.derivation(cipher, kdf, body.extracting(options))
    do { publicKey = try SSHPublicKey(blob: body.extracting(publicBlob)) } catch {
      throw AgeError(
        error.code == .unsupported ? .unsupported : .malformedIdentity, error.message)
    }
    self.privatePart = PrivatePart(body.extracting(privatePart))
  }

  private static func derivation(
    _ cipher: String, _ kdf: String, _ options: Span<UInt8>
  ) throws(AgeError) -> Derivation? {
    if cipher == "none", kdf == "none", options.isEmpty { return nil }
    guard let cipher = OpenSSHCipher(rawValue: cipher), kdf == "bcrypt" else {
      throw AgeError(
        .unsupported,
        "the SSH key is encrypted in a way that is not handled: change it with ssh-keygen -p -Z aes256-ctr"
      )
    }
    var reader = SSHReader()
    guard let salt = reader.string(in: options), let rounds = reader.number(in: options),
      reader.rest(of: options).isEmpty, !salt.isEmpty, rounds > 0
    else { throw malformed }
    guard rounds <= BcryptPBKDF.maximumRounds else {
      throw AgeError(
        .excessiveWork, "the SSH key takes more than \(BcryptPBKDF.maximumRounds) rounds of bcrypt")
    }
    return Derivation(
      salt: Array(copying: options.extracting(salt)), rounds: Int(rounds), cipher: cipher)
  }

  /// The identity of a key that is not encrypted.
  func identity() throws(AgeError) -> any Identity {
    try Self.identity(privatePart.bytes, publicKey, failure: Self.malformed)
  }

  /// The identity of an encrypted key.
  ///
  /// - Throws: `.wrongPassphrase`, ...
  func identity(
    _ derivation: Derivation, _ passphrase: consuming SecretBytes
  ) throws(AgeError) -> any Identity {
    let wrong = AgeError(.wrongPassphrase, "the passphrase of the SSH key is wrong")
    guard passphrase.count > 0 else { throw wrong }
    var decrypted = WipedBuffer(capacity: privatePart.bytes.count + 32)
    do {
      let secret = try BcryptPBKDF.derive(
        passphrase: passphrase.bytes, salt: derivation.salt.span, rounds: derivation.rounds,
        count: OpenSSHCipher.secretByteCount)
      try derivation.cipher.decrypt(privatePart.bytes, secret, appendingTo: &decrypted)
    } catch {
      if error.code == .invalidLength { throw Self.malformed }
      throw AgeError(error)
    }
    return try Self.identity(decrypted, publicKey, failure: wrong)
  }

  /// - Parameter failure: What it means that the check number is wrong.
  private static func identity(
    _ part: borrowing WipedBuffer, _ publicKey: SSHPublicKey, failure: AgeError
  ) throws(AgeError) -> any Identity {
    let bytes = part.bytes
    var reader = SSHReader()
    guard let check = reader.number(in: bytes), reader.number(in: bytes) == check else {
      throw failure
    }
    guard reader.text(in: bytes) == publicKey.type else { throw malformed }
    let identity: any Identity
    let found: SSHPublicKey
    switch publicKey {
    case .ed25519:
      let ours = try OpenSSHPrivateFields.ed25519(bytes, &reader)
      (identity, found) = (ours, ours.publicKey)
    case .rsa:
      let ours = try OpenSSHPrivateFields.rsa(bytes, &reader)
      (identity, found) = (ours, ours.publicKey)
    }
    // A comment, then padding of 1, 2, 3, ...
    guard found == publicKey, reader.string(in: bytes) != nil else { throw malformed }
    for (number, index) in reader.rest(of: bytes).enumerated() {
      guard number < 255, bytes[index] == UInt8(number + 1) else { throw malformed }
    }
    return identity
  }

  static let malformed = AgeError(
    .malformedIdentity, "the SSH private key is not valid: was it cut short?")
}
