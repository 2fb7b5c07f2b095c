internal import CryptoCore

/// The keys that are derived from one unit's DEK (docs/format.md, section 3).
final class UnitKeys: Sendable {
  private static let sealLabel = CanonicalBytes(label: "sealwax v1 seal key")
  private static let commitmentLabel = CanonicalBytes(label: "sealwax v1 commitment")

  private let expander: HKDFSHA256.Expander
  private let sealKey: SymmetricKey<HMACSHA256>
  private let arena: SecretArena

  init(_ dataKey: borrowing DataKey, in arena: SecretArena) throws(EnvelopeError) {
    self.arena = arena
    let label = Self.sealLabel.bytes
    do {
      let prk = try dataKey.withBytes { (bytes) throws(CryptoError) in
        try HKDFSHA256.extract(secret: bytes, salt: Span(), in: arena)
      }
      expander = try HKDFSHA256.Expander(prk, in: arena)
      sealKey = try expander.expand(info: label.span, as: HMACSHA256.self, in: arena)
    } catch { throw EnvelopeError(crypto: error) }
  }

  /// The seal over a unit's body, 32 bytes.
  func seal(_ body: SealBody) -> [UInt8] { SealBuilder.seal(body, key: sealKey) }

  /// The 32 public bytes that commit to the DEK.
  func commitment() throws(EnvelopeError) -> [UInt8] {
    let key = try derive(Self.commitmentLabel, as: HKDFSHA256.self)
    return [UInt8](copying: key.bytes)
  }

  /// The key for what `info` names.
  func derive<Algorithm: KeyedAlgorithm>(
    _ info: CanonicalBytes, as algorithm: Algorithm.Type
  ) throws(EnvelopeError) -> SymmetricKey<Algorithm> {
    do {
      return try expander.expand(info: info.bytes.span, as: algorithm, in: arena)
    } catch { throw EnvelopeError(crypto: error) }
  }
}
