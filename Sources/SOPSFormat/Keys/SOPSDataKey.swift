public import CryptoCore

/// The key that a file's values are encrypted with: 32 bytes in locked memory.
public struct SOPSDataKey: ~Copyable, Sendable {
  /// The length, in bytes.
  public static let byteCount = AES256GCMLongNonce.keyByteCount

  let key: SymmetricKey<AES256GCMLongNonce>

  /// A new random key.
  ///
  /// - Throws: `.cryptoFailure` when no secret memory is to be had.
  public static func random(in arena: SecretArena? = nil) throws(SOPSError) -> SOPSDataKey {
    do { return SOPSDataKey(key: try .random(in: arena)) } catch { throw SOPSError(crypto: error) }
  }

  /// Takes a key over.
  ///
  /// - Throws: `.malformedKey` when it is not 32 bytes long.
  public init(_ secret: consuming SecretBytes) throws(SOPSError) {
    do { key = try SymmetricKey(secret) } catch {
      throw SOPSError(.malformedKey, "the data key is not \(Self.byteCount) bytes long")
    }
  }

  private init(key: consuming SymmetricKey<AES256GCMLongNonce>) { self.key = key }

  /// Lends the key's bytes.
  public func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(key.bytes)
  }
}
