public import CryptoCore

/// The data encryption key (DEK) of one unit: 32 random bytes in locked memory.
public struct DataKey: ~Copyable, Sendable {
  /// The length of a data key, in bytes.
  public static let byteCount = 32

  private let storage: SecretBytes

  /// A new random key.
  ///
  /// - Throws: `.cryptoFailure` when no secret memory is to be had.
  public static func random(in arena: SecretArena? = nil) throws(EnvelopeError) -> DataKey {
    do { return DataKey(storage: try SecretBytes.random(count: byteCount, in: arena)) } catch {
      throw EnvelopeError(crypto: error)
    }
  }

  /// Takes a key over from bytes, which the caller wipes.
  ///
  /// - Throws: `.malformedKey` when it is not 32 bytes.
  public init(copying bytes: Span<UInt8>, in arena: SecretArena? = nil) throws(EnvelopeError) {
    guard bytes.count == Self.byteCount else {
      throw EnvelopeError(.malformedKey, "the wrapped key is not 32 bytes long")
    }
    do { storage = try SecretBytes(copying: bytes, in: arena) } catch {
      throw EnvelopeError(crypto: error)
    }
  }

  private init(storage: consuming SecretBytes) { self.storage = storage }

  /// Lends the key's bytes.
  public func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try storage.withBytes(body)
  }
}

extension SecretBytes {
  /// Lends the bytes for the time of a call.
  borrowing func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(bytes)
  }
}

extension EnvelopeError {
  /// A failure of a primitive that the input is not to blame for.
  init(crypto error: CryptoError) {
    self.init(.cryptoFailure, "a cryptographic operation failed (\(error.code))")
  }
}
