internal import CryptoCore

/// An SSH public key of a type that files can be encrypted for.
enum SSHPublicKey: Sendable, Hashable {
  case ed25519(Ed25519.VerifyingKey)
  case rsa(RSAOAEP.PublicKey)

  static let ed25519Type = "ssh-ed25519"
  static let rsaType = "ssh-rsa"

  /// Reads the encoding of RFC 4253, section 6.6, and RFC 8709, section 4.
  ///
  /// - Throws: `.unsupported` for another type of key; `.malformedRecipient`.
  init(blob: Span<UInt8>) throws(AgeError) {
    var reader = SSHReader()
    guard let type = reader.text(in: blob) else { throw Self.malformed }
    do {
      switch type {
      case Self.ed25519Type:
        guard let point = reader.string(in: blob) else { throw Self.malformed }
        self = .ed25519(try Ed25519.VerifyingKey(copying: blob.extracting(point)))
      case Self.rsaType:
        guard let exponent = reader.positive(in: blob), let modulus = reader.positive(in: blob)
        else { throw Self.malformed }
        self = .rsa(
          try RSAOAEP.PublicKey(
            modulus: blob.extracting(modulus), exponent: blob.extracting(exponent)))
      default: throw Self.unsupported(type)
      }
    } catch let error as AgeError {
      throw error
    } catch {
      throw type == Self.rsaType ? Self.weakRSA : Self.malformed
    }
    // One encoding for each key, since the tag in the header is a hash of it.
    let canonical = self.blob
    guard ConstantTime.equal(canonical.span, blob) else { throw Self.malformed }
  }

  /// Reads `ssh-ed25519 AAAA... comment` or the like.
  ///
  /// - Throws: `.unsupported` for another type of key; `.malformedRecipient`.
  init(line: String) throws(AgeError) {
    let fields = line.split(maxSplits: 2, whereSeparator: { $0 == " " || $0 == "\t" })
    guard fields.count >= 2 else { throw Self.malformed }
    let type = String(fields[0])
    guard [Self.ed25519Type, Self.rsaType].contains(type) else { throw Self.unsupported(type) }
    var blob = WipedBuffer()
    do { try Base64.decode(Array(fields[1].utf8).span, appendingTo: &blob) } catch {
      throw Self.malformed
    }
    self = try SSHPublicKey(blob: blob.bytes)
    guard self.type == type else { throw Self.malformed }
  }

  var type: String {
    switch self {
    case .ed25519: Self.ed25519Type
    case .rsa: Self.rsaType
    }
  }

  /// The encoding.
  var blob: [UInt8] {
    var blob: [UInt8] = []
    blob.appendSSH(string: Array(type.utf8))
    switch self {
    case .ed25519(let key): blob.appendSSH(string: Array(copying: key.bytes))
    case .rsa(let key):
      blob.appendSSH(positive: key.exponent)
      blob.appendSSH(positive: key.modulus)
    }
    return blob
  }

  /// The text without a comment, as `authorized_keys` has it.
  var text: String {
    let blob = blob
    return "\(type) \(Base64.string(blob.span))"
  }

  /// What stanzas name the key by: base64 of the first 4 bytes of its hash.
  var tag: String {
    let blob = blob
    let digest = SHA256.hash(blob.span)
    return Base64.string(digest.bytes.extracting(..<4), padding: false)
  }

  private static let malformed = AgeError(
    .malformedRecipient, "the SSH public key is not valid: was it cut short?")

  private static let weakRSA = AgeError(
    .malformedRecipient, "the SSH public key is not an RSA key of 2048 to 16384 bits")

  private static func unsupported(_ type: String) -> AgeError {
    AgeError(
      .unsupported, "SSH keys of this type cannot be used: only ssh-ed25519 and ssh-rsa can")
  }
}
