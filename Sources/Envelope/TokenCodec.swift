internal import CryptoCore
internal import Manifest

/// Makes and opens the tokens that stand in for source texts (docs/format.md, section 4).
///
/// Holds the cipher context of one worker; the buffers of each value are wiped.
struct TokenCodec: ~Copyable {
  /// The bytes that make every token begin with `SEALWAX1`.
  private static let magic: [UInt8] = [0x48, 0x40, 0x0b, 0x58, 0x05, 0xf5]
  /// Plaintexts are padded to a multiple of this, in bytes, to hide their length.
  private static let paddingBlock = 32

  private var gcm: AES256GCMCipher

  init() throws(EnvelopeError) {
    do { gcm = try AES256GCMCipher() } catch { throw EnvelopeError(crypto: error) }
  }

  /// Appends the token of a source text.
  mutating func seal(
    _ source: Span<UInt8>, form: UInt8, keys: UnitKeys, cipher: CipherName,
    info: CanonicalBytes, appendingTo output: inout WipedBuffer
  ) throws(EnvelopeError) {
    var padded = WipedBuffer(capacity: source.count + 2 + Self.paddingBlock)
    padded.append(form)
    padded.append(source)
    padded.append(0x80)
    let excess = padded.count % Self.paddingBlock
    if excess != 0 {
      for _ in excess..<Self.paddingBlock { padded.append(0) }
    }
    var box = WipedBuffer(capacity: padded.count + 64)
    box.append(Self.magic)
    do {
      switch cipher {
      case .aes256GCM:
        let key = try keys.derive(info, as: AES256GCM.self)
        let nonce = AES256GCM.Nonce.random()
        box.append(nonce.bytes)
        try gcm.seal(
          padded.bytes, key: key, nonce: nonce, authenticating: info.bytes.span,
          appendingTo: &box)
      case .secretbox:
        let key = try keys.derive(info, as: SecretBox.self)
        let nonce = SecretBox.Nonce.random()
        box.append(nonce.bytes)
        try SecretBox.seal(padded.bytes, key: key, nonce: nonce, appendingTo: &box)
      }
    } catch let error as EnvelopeError {
      throw error
    } catch let error as CryptoError {
      throw EnvelopeError(crypto: error)
    } catch {
      throw EnvelopeError(.cryptoFailure, "a cryptographic operation failed")
    }
    Base64.encode(box.bytes, appendingTo: &output)
  }

  /// Appends the source text of a token and returns its form.
  ///
  /// - Throws: `.malformedToken`, or `.tokenNotAuthentic` when the key of this place does not
  ///   open it.
  mutating func open(
    _ token: Span<UInt8>, keys: UnitKeys, cipher: CipherName, info: CanonicalBytes,
    appendingTo output: inout WipedBuffer
  ) throws(EnvelopeError) -> UInt8 {
    var box = WipedBuffer(capacity: token.count)
    do { try Base64.decode(token, appendingTo: &box) } catch {
      throw EnvelopeError(.malformedToken, "the token is truncated or not canonical Base64")
    }
    let nonceByteCount = cipher == .aes256GCM ? 12 : 24
    let start = Self.magic.count + nonceByteCount
    guard box.count >= start + 16 + Self.paddingBlock,
      box.bytes.extracting(..<Self.magic.count).copied() == Self.magic
    else { throw EnvelopeError(.malformedToken, "the token is too short or of another version") }
    var padded = WipedBuffer(capacity: box.count)
    let nonceBytes = box.bytes.extracting(Self.magic.count..<start)
    let sealed = box.bytes.extracting(start...)
    do {
      switch cipher {
      case .aes256GCM:
        let key = try keys.derive(info, as: AES256GCM.self)
        try gcm.open(
          sealed, key: key, nonce: try AES256GCM.Nonce(copying: nonceBytes),
          authenticating: info.bytes.span, appendingTo: &padded)
      case .secretbox:
        let key = try keys.derive(info, as: SecretBox.self)
        try SecretBox.open(
          sealed, key: key, nonce: try SecretBox.Nonce(copying: nonceBytes),
          appendingTo: &padded)
      }
    } catch let error as EnvelopeError {
      throw error
    } catch let error as CryptoError where error.code == .authenticationFailed {
      throw EnvelopeError(
        .tokenNotAuthentic, "the token does not open here: it was altered or belongs elsewhere")
    } catch {
      throw EnvelopeError(.cryptoFailure, "a cryptographic operation failed")
    }
    let end = try Self.unpaddedCount(padded.bytes)
    guard let form = padded.bytes.first, form <= 2 else {
      throw EnvelopeError(.malformedToken, "the token is of an unknown form")
    }
    output.append(padded.bytes.extracting(1..<end))
    return form
  }

  /// Where the padding begins.
  private static func unpaddedCount(_ bytes: Span<UInt8>) throws(EnvelopeError) -> Int {
    var end = bytes.count
    while end > 0, bytes.count - end < Self.paddingBlock, bytes[end - 1] == 0 { end -= 1 }
    guard bytes.count.isMultiple(of: Self.paddingBlock), end > 1, bytes[end - 1] == 0x80,
      bytes.count - end < Self.paddingBlock
    else { throw EnvelopeError(.malformedToken, "the token's padding is wrong") }
    return end - 1
  }
}

extension Span where Element == UInt8 {
  /// The first byte, or nil.
  var first: UInt8? { isEmpty ? nil : self[0] }
}
