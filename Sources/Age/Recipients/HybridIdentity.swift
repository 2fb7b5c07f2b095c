public import CryptoCore

/// The post-quantum identity of the text `AGE-SECRET-KEY-PQ-1...`.
///
/// Its seed is in locked memory; the key that is expanded from it is in swift-crypto's.
public final class HybridIdentity: Identity {
  private let seed: SecretBytes
  private let key: HybridSuite.PrivateKey

  /// The recipient it belongs to.
  public let recipient: HybridRecipient

  static let humanReadablePart = "AGE-SECRET-KEY-PQ-"

  private init(_ seed: consuming SecretBytes) throws(AgeError) {
    let key = try HybridSuite.PrivateKey(seed: seed)
    self.seed = seed
    self.key = key
    recipient = HybridRecipient(publicKey: key.publicKey)
  }

  /// Reads the text `AGE-SECRET-KEY-PQ-1...`, which is upper case; the caller wipes it.
  ///
  /// - Throws: `.malformedIdentity`; `.cryptoFailure`.
  public convenience init(
    _ text: Span<UInt8>, in arena: SecretArena? = nil
  ) throws(AgeError) {
    let bytes = try Bech32.secretBytes(
      text, humanReadablePart: Self.humanReadablePart, count: HybridSuite.seedByteCount)
    let seed: SecretBytes
    do { seed = try SecretBytes(copying: bytes.bytes, in: arena) } catch { throw AgeError(error) }
    try self.init(seed)
  }

  /// A new random identity.
  ///
  /// - Throws: `.cryptoFailure`.
  public static func generate(
    in arena: SecretArena? = nil
  ) throws(AgeError) -> HybridIdentity {
    let seed: SecretBytes
    do { seed = try SecretBytes.random(count: HybridSuite.seedByteCount, in: arena) } catch {
      throw AgeError(error)
    }
    return try HybridIdentity(seed)
  }

  /// The text of the recipient, `age1pq1...`.
  public var recipientText: String { recipient.text }

  /// Appends the secret text, without a line break.
  public func serialize(appendingTo output: inout WipedBuffer) {
    Self.serialize(seed, appendingTo: &output)
  }

  private static func serialize(
    _ seed: borrowing SecretBytes, appendingTo output: inout WipedBuffer
  ) {
    Bech32.encode(
      seed.bytes, humanReadablePart: humanReadablePart, isUpperCase: true, appendingTo: &output)
  }

  public func unwrap(
    _ stanzas: [Stanza], in arena: SecretArena?
  ) throws(AgeError) -> FileKey? {
    var wrapped: [(encapsulated: [UInt8], body: [UInt8])] = []
    for stanza in stanzas where stanza.type == HybridRecipient.stanzaType {
      guard stanza.arguments.count == 1 else {
        throw AgeError(.malformedHeader, "a post-quantum stanza does not have two arguments")
      }
      let encapsulated = try Base64Argument.decode(
        stanza.arguments[0], count: HybridSuite.encapsulatedByteCount, "a post-quantum share")
      try stanza.checkBody()
      wrapped.append((encapsulated, stanza.body))
    }
    for (encapsulated, body) in wrapped {
      let opened = try HybridSuite.open(body, encapsulated: encapsulated, with: key, in: arena)
      if let opened { return opened }
    }
    return nil
  }
}
