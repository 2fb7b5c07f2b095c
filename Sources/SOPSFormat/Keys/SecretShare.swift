internal import CryptoCore

/// Secret bytes that can be kept in lists: a group's share of a data key.
final class SecretShare {
  private var storage: Storage

  private struct Storage: ~Copyable {
    var secret: SecretBytes

    borrowing func lend<Result: ~Copyable, Failure: Error>(
      _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
      try body(secret.bytes)
    }

    mutating func set(_ value: UInt8, at index: Int) {
      var bytes = secret.mutableBytes
      bytes[index] = value
    }
  }

  init(_ secret: consuming SecretBytes) { storage = Storage(secret: secret) }

  /// Secret memory, zeroed.
  ///
  /// - Throws: `.cryptoFailure`.
  static func allocate(_ count: Int, in arena: SecretArena?) throws(SOPSError) -> SecretBytes {
    do { return try SecretBytes(zeroed: count, in: arena) } catch { throw SOPSError(crypto: error) }
  }

  /// How many bytes there are.
  var count: Int { storage.secret.count }

  subscript(index: Int) -> UInt8 { lend { $0[index] } }

  func set(_ value: UInt8, at index: Int) { storage.set(value, at: index) }

  /// Lends the bytes.
  func lend<Result: ~Copyable, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try storage.lend(body)
  }
}
