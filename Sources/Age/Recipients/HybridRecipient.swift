public import CryptoCore

/// The post-quantum recipient of the text `age1pq1...`.
///
/// Safe as long as one of ML-KEM-768 and X25519 is (c2sp.org/age, "The MLKEM768-X25519 hybrid
/// post-quantum recipient type").
public struct HybridRecipient: Recipient, Hashable {
  private let publicKey: [UInt8]
  /// The text `age1pq1...`.
  public let text: String

  static let humanReadablePart = "age1pq"
  static let stanzaType = "mlkem768x25519"

  init(publicKey: [UInt8]) {
    self.publicKey = publicKey
    text = Bech32.publicText(publicKey.span, humanReadablePart: Self.humanReadablePart)
  }

  /// Reads the text `age1pq1...`, which is lower case.
  ///
  /// - Throws: `.malformedRecipient`.
  public init(_ text: String) throws(AgeError) {
    publicKey = try Bech32.publicBytes(
      text, humanReadablePart: Self.humanReadablePart, count: HybridSuite.publicKeyByteCount)
    self.text = text
    guard HybridSuite.isPublicKey(publicKey) else {
      throw AgeError(.malformedRecipient, "the recipient is not a post-quantum public key")
    }
  }

  public func wrap(
    _ fileKey: borrowing FileKey, in arena: SecretArena?
  ) throws(AgeError) -> WrappedFileKey {
    let (encapsulated, body) = try HybridSuite.seal(fileKey, to: publicKey)
    let stanza = Stanza(
      checked: Self.stanzaType, [Base64.string(encapsulated.span, padding: false)], body: body)
    return WrappedFileKey([stanza], labels: [WrappedFileKey.postQuantumLabel])
  }
}
