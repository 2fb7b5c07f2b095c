internal import CryptoCore

/// The keys that are derived from one unit's DEK (docs/format.md, section 3).
final class UnitKeys {
  private let pseudorandomKey: SymmetricKey<HKDFSHA256>
  private let arena: SecretArena
  private let sealKey: SymmetricKey<HMACSHA256>

  init(_ dataKey: borrowing DataKey, in arena: SecretArena) throws(EnvelopeError) {
    var label = CanonicalBytes()
    label.append(label: "sealwax v1 seal key")
    self.arena = arena
    do {
      let prk = try dataKey.withBytes { (bytes) throws(CryptoError) in
        try HKDFSHA256.extract(secret: bytes, salt: [UInt8]().span, in: arena)
      }
      sealKey = try HKDFSHA256.expand(
        prk, info: label.bytes.span, as: HMACSHA256.self, in: arena)
      pseudorandomKey = prk
    } catch { throw EnvelopeError(crypto: error) }
  }

  /// The seal over a unit's body, 32 bytes.
  func seal(_ body: CanonicalBytes) -> [UInt8] {
    let message = SealBuilder.sealedMessage(body)
    return HMACSHA256.authenticate(message.bytes.span, key: sealKey).bytes.copied()
  }

  /// The 32 public bytes that commit to the DEK.
  func commitment() throws(EnvelopeError) -> [UInt8] {
    var label = CanonicalBytes()
    label.append(label: "sealwax v1 commitment")
    let key = try derive(label, as: HKDFSHA256.self)
    return key.bytes.copied()
  }

  /// The key for what `info` names.
  func derive<Algorithm: KeyedAlgorithm>(
    _ info: borrowing CanonicalBytes, as algorithm: Algorithm.Type
  ) throws(EnvelopeError) -> SymmetricKey<Algorithm> {
    do {
      return try HKDFSHA256.expand(
        pseudorandomKey, info: info.bytes.span, as: algorithm, in: arena)
    } catch { throw EnvelopeError(crypto: error) }
  }
}

extension Span where Element == UInt8 {
  /// The bytes as an array: for public values only, an array is not wiped.
  func copied() -> [UInt8] {
    var array: [UInt8] = []
    array.reserveCapacity(count)
    for index in indices { array.append(self[index]) }
    return array
  }
}
