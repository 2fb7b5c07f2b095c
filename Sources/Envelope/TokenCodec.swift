internal import CryptoCore
internal import Manifest

/// Makes and opens the tokens that stand in for source texts (docs/format.md, section 4).
///
/// Holds the cipher context and the buffers of one worker; the buffers are wiped after each value.
struct TokenCodec: ~Copyable {
  /// The bytes that make every token begin with `SEALWAX1`.
  private static let magic: [UInt8] = [0x48, 0x40, 0x0b, 0x58, 0x05, 0xf5]
  /// Plaintexts are padded to a multiple of this, in bytes, to hide their length.
  private static let paddingBlock = 32
  /// Buffers of larger values, in bytes, are not kept.
  private static let keptByteCount = 1 << 16

  private var gcm: AES256GCMCipher
  private var padded = WipedBuffer()
  private var box = WipedBuffer()
  private var nonces = RandomPool()

  init() throws(EnvelopeError) {
    do { gcm = try AES256GCMCipher() } catch { throw EnvelopeError(crypto: error) }
  }

  /// Appends the token of a source text.
  mutating func seal(
    _ source: Span<UInt8>, form: UInt8, keys: UnitKeys, cipher: CipherName,
    info: CanonicalBytes, appendingTo output: inout WipedBuffer
  ) throws(EnvelopeError) {
    // A buffer that is not put back, because something threw, is wiped as it goes.
    var padded = WipedBuffer()
    var box = WipedBuffer()
    swap(&padded, &self.padded)
    swap(&box, &self.box)
    padded.reserve(source.count + 2 + Self.paddingBlock)
    padded.append(form)
    padded.append(source)
    padded.append(0x80)
    let excess = padded.count % Self.paddingBlock
    if excess != 0 { padded.append(repeating: 0, count: Self.paddingBlock - excess) }
    box.reserve(padded.count + 64)
    box.append(Self.magic)
    switch cipher {
    case .aes256GCM:
      let key = try keys.derive(info, as: AES256GCM.self)
      let nonce = AES256GCM.Nonce.random(from: &nonces)
      box.append(nonce.bytes)
      do {
        try gcm.seal(
          padded.bytes, key: key, nonce: nonce, authenticating: info.bytes.span,
          appendingTo: &box)
      } catch { throw EnvelopeError(crypto: error) }
    case .secretbox:
      let key = try keys.derive(info, as: SecretBox.self)
      let nonce = SecretBox.Nonce.random(from: &nonces)
      box.append(nonce.bytes)
      do {
        try SecretBox.seal(padded.bytes, key: key, nonce: nonce, appendingTo: &box)
      } catch { throw EnvelopeError(crypto: error) }
    }
    Base64.encode(box.bytes, appendingTo: &output)
    keep(padded, box)
  }

  /// Appends the source text of a token and returns its form.
  ///
  /// - Throws: `.malformedToken`, or `.tokenNotAuthentic` when the key of this place does not
  ///   open it. Nothing is appended then.
  mutating func open(
    _ token: Span<UInt8>, keys: UnitKeys, cipher: CipherName, info: CanonicalBytes,
    appendingTo output: inout WipedBuffer
  ) throws(EnvelopeError) -> TokenInsertion {
    var padded = WipedBuffer()
    var box = WipedBuffer()
    swap(&padded, &self.padded)
    swap(&box, &self.box)
    do { try Base64.decode(token, appendingTo: &box) } catch {
      throw EnvelopeError(.malformedToken, "the token is truncated or not canonical Base64")
    }
    try open(box: box.bytes, keys: keys, cipher: cipher, info: info, into: &padded)
    let end = try Self.unpaddedCount(padded.bytes)
    guard let insertion = TokenInsertion(form: padded.bytes[0]) else {
      throw EnvelopeError(.malformedToken, "the token is of an unknown form")
    }
    guard insertion != .colonSpace || end == 1 else {
      throw EnvelopeError(.malformedToken, "the token says that nothing stood where its text was")
    }
    output.append(padded.bytes.extracting(1..<end))
    keep(padded, box)
    return insertion
  }

  private mutating func open(
    box: Span<UInt8>, keys: UnitKeys, cipher: CipherName, info: CanonicalBytes,
    into padded: inout WipedBuffer
  ) throws(EnvelopeError) {
    let nonceByteCount = cipher == .aes256GCM ? 12 : 24
    let start = Self.magic.count + nonceByteCount
    guard box.count >= start + 16 + Self.paddingBlock,
      (box.count - start - 16).isMultiple(of: Self.paddingBlock),
      Self.magic.indices.allSatisfy({ box[$0] == Self.magic[$0] })
    else { throw EnvelopeError(.malformedToken, "the token was cut short or lengthened") }
    let nonceBytes = box.extracting(Self.magic.count..<start)
    let sealed = box.extracting(start...)
    switch cipher {
    case .aes256GCM:
      let key = try keys.derive(info, as: AES256GCM.self)
      do {
        try gcm.open(
          sealed, key: key, nonce: try AES256GCM.Nonce(copying: nonceBytes),
          authenticating: info.bytes.span, appendingTo: &padded)
      } catch { throw Self.failure(error) }
    case .secretbox:
      let key = try keys.derive(info, as: SecretBox.self)
      do {
        try SecretBox.open(
          sealed, key: key, nonce: try SecretBox.Nonce(copying: nonceBytes),
          appendingTo: &padded)
      } catch { throw Self.failure(error) }
    }
  }

  /// Wipes the buffers, and keeps them for the next value unless they are large.
  private mutating func keep(_ padded: consuming WipedBuffer, _ box: consuming WipedBuffer) {
    guard box.count <= Self.keptByteCount else { return }
    padded.removeAll()
    box.removeAll()
    self.padded = padded
    self.box = box
  }

  private static func failure(_ error: CryptoError) -> EnvelopeError {
    guard error.code == .authenticationFailed else { return EnvelopeError(crypto: error) }
    return EnvelopeError(
      .tokenNotAuthentic, "the token does not open here: it was altered or belongs elsewhere")
  }

  /// Where the padding begins.
  ///
  /// What is padded is authentic, so its length is no oracle.
  private static func unpaddedCount(_ bytes: Span<UInt8>) throws(EnvelopeError) -> Int {
    var end = bytes.count
    while end > 0, bytes.count - end < Self.paddingBlock, bytes[end - 1] == 0 { end -= 1 }
    guard bytes.count.isMultiple(of: Self.paddingBlock), end > 1, bytes[end - 1] == 0x80,
      bytes.count - end < Self.paddingBlock
    else { throw EnvelopeError(.malformedToken, "the token's padding is wrong") }
    return end - 1
  }
}

extension TokenInsertion {
  /// The form byte of a token that needed this in front.
  var form: UInt8 {
    switch self {
    case .none: 0
    case .space: 1
    case .colonSpace: 2
    }
  }

  /// What a form byte says was put in front.
  init?(form: UInt8) {
    switch form {
    case 0: self = .none
    case 1: self = .space
    case 2: self = .colonSpace
    default: return nil
    }
  }

  /// The bytes in front of the token.
  var text: StaticString {
    switch self {
    case .none: ""
    case .space: " "
    case .colonSpace: ": "
    }
  }
}
