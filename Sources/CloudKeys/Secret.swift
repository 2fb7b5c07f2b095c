internal import CryptoCore
internal import Platform

/// Secret bytes that several can hold: an access key, a token.
final class Secret: Sendable {
  private let storage: Storage

  private struct Storage: ~Copyable, Sendable {
    let bytes: SecretBytes

    borrowing func lend<Result: ~Copyable, Failure: Error>(
      _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
      try body(bytes.bytes)
    }
  }

  init(_ bytes: consuming SecretBytes) { storage = Storage(bytes: bytes) }

  /// Copies bytes; the caller wipes its own copy.
  ///
  /// - Throws: `.cryptoFailure`.
  convenience init(copying bytes: Span<UInt8>) throws(CloudError) {
    let copy: SecretBytes
    do { copy = try SecretBytes(copying: bytes) } catch { throw CloudError(error) }
    self.init(copy)
  }

  /// The value of a variable; nil when it is not set or empty.
  ///
  /// - Throws: `.cryptoFailure`.
  static func variable(_ name: String) throws(CloudError) -> Secret? {
    let value: SecretBytes?
    do { value = try Environment.secret(name) } catch { throw CloudError(error) }
    guard let value, value.count > 0 else { return nil }
    return Secret(value)
  }

  /// What a file holds, without white space at its ends.
  ///
  /// - Throws: `.notConfigured` when it cannot be read or is empty.
  static func file(_ path: String) throws(CloudError) -> Secret {
    let text = try SettingsFile.read(path)
    let bytes = text.bytes
    var range = 0..<bytes.count
    while let last = range.last, bytes[last] <= 0x20 { range = range.lowerBound..<last }
    while let first = range.first, bytes[first] <= 0x20 { range = first + 1..<range.upperBound }
    guard !range.isEmpty else {
      throw CloudError(.notConfigured, "'\(CloudError.shown(path))' is empty")
    }
    return try Secret(copying: bytes.extracting(range))
  }

  /// Lends the bytes.
  func lend<Result: ~Copyable, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try storage.lend(body)
  }
}
