internal import CryptoCore

/// A password of keys, shared between threads and never changed; wiped when it goes.
public final class PasswordText: Sendable {
  private let secret: SecretBytes

  /// Reads the first line of a file.
  ///
  /// - Throws: `.noInput`, `.malformed`, ...
  public init(file: String) throws(WorkspaceError) {
    secret = try PassphraseSource(file: file, mayAsk: false).passphrase(for: file)
  }

  /// Lends the password.
  func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try Self.lend(secret, body)
  }

  private static func lend<Result: ~Copyable, Failure: Error>(
    _ secret: borrowing SecretBytes, _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(secret.bytes)
  }
}
