internal import Age
public import CryptoCore

/// An Ed25519 key that signs sealed units (docs/format.md, section 5.4).
public final class SigningIdentity: Sendable {
  /// How the secret text begins, up to the separator `1`.
  static let humanReadablePart = "sealwax-signing-key-"

  private let key: Ed25519.SigningKey
  /// The public half.
  public let verifier: SignatureVerifier

  /// A new random key.
  ///
  /// - Throws: `.cryptoFailure` when no secret memory is to be had.
  public static func generate() throws(EnvelopeError) -> SigningIdentity {
    do { return SigningIdentity(key: try Ed25519.SigningKey.random()) } catch {
      throw EnvelopeError(crypto: error)
    }
  }

  /// Reads the text `SEALWAX-SIGNING-KEY-1...`; lines that begin with `#` and empty ones around
  /// it are passed over.
  ///
  /// - Throws: `.malformedKey`.
  public convenience init(text: Span<UInt8>) throws(EnvelopeError) {
    let line = try SecretLine.only(in: text)
    var seed = WipedBuffer(capacity: 64)
    do {
      try Bech32.decode(
        text.extracting(line), humanReadablePart: Self.humanReadablePart, appendingTo: &seed)
      self.init(key: try Ed25519.SigningKey(seed: seed.bytes))
    } catch { throw EnvelopeError(.malformedKey, "the text is not a sealwax signing key") }
  }

  private init(key: consuming Ed25519.SigningKey) {
    verifier = SignatureVerifier(publicKey: key.publicKey)
    self.key = key
  }

  /// Appends the secret text, upper-case Bech32, without a line break.
  public func serialize(appendingTo output: inout WipedBuffer) {
    Self.serialize(key, appendingTo: &output)
  }

  private static func serialize(
    _ key: borrowing Ed25519.SigningKey, appendingTo output: inout WipedBuffer
  ) {
    Bech32.encode(
      key.seed, humanReadablePart: humanReadablePart, isUpperCase: true, appendingTo: &output)
  }

  /// Signs a message.
  func sign(_ message: CanonicalBytes) -> SignatureLine {
    let signature = key.sign(message.bytes.span)
    return SignatureLine(
      publicKey: verifier.publicKeyBytes, signature: [UInt8](copying: signature.bytes))
  }
}

/// The public half of a signing key.
public struct SignatureVerifier: Sendable, Hashable {
  /// How the text begins, up to the separator `1`.
  static let humanReadablePart = "sealwaxsig"

  /// The Ed25519 public key, 32 bytes.
  public let publicKeyBytes: [UInt8]

  init(publicKey: Ed25519.VerifyingKey) { publicKeyBytes = [UInt8](copying: publicKey.bytes) }

  init(line: SignatureLine) { publicKeyBytes = line.publicKey }

  /// Reads the text `sealwaxsig1...`.
  ///
  /// - Throws: `.malformedKey`.
  public init(text: String) throws(EnvelopeError) {
    var bytes = WipedBuffer(capacity: 64)
    do {
      try Bech32.decode(
        Array(text.utf8).span, humanReadablePart: Self.humanReadablePart, appendingTo: &bytes)
    } catch { throw EnvelopeError(.malformedKey, "the text is not a sealwax signature key") }
    guard bytes.count == 32 else {
      throw EnvelopeError(.malformedKey, "the text is not a sealwax signature key")
    }
    publicKeyBytes = [UInt8](copying: bytes.bytes)
  }

  /// The text `sealwaxsig1...`.
  public var text: String {
    var output = WipedBuffer(capacity: 80)
    Bech32.encode(
      publicKeyBytes.span, humanReadablePart: Self.humanReadablePart, isUpperCase: false,
      appendingTo: &output)
    return String(decoding: [UInt8](copying: output.bytes), as: UTF8.self)
  }

  /// Whether a signature line of this key holds over a message.
  func verifies(_ line: SignatureLine, over message: CanonicalBytes) -> Bool {
    guard line.publicKey == publicKeyBytes,
      let key = try? Ed25519.VerifyingKey(copying: publicKeyBytes.span),
      let signature = try? Ed25519.Signature(copying: line.signature.span)
    else { return false }
    return key.verify(signature, of: message.bytes.span)
  }
}
