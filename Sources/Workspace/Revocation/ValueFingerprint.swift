internal import CryptoCore

/// By what a run tells values apart without keeping them: half of HMAC-SHA-256 under a key that
/// nothing but this process ever has.
struct ValueFingerprint: Sendable, Hashable {
  private let high: UInt64
  private let low: UInt64

  fileprivate init(_ bytes: Span<UInt8>) {
    func number(_ range: Range<Int>) -> UInt64 { range.reduce(0) { $0 << 8 | UInt64(bytes[$1]) } }
    high = number(0..<8)
    low = number(8..<16)
  }
}

/// Makes fingerprints.
final class ValueFingerprinter: Sendable {
  private let key: SymmetricKey<HMACSHA256>

  /// - Throws: `.other` when there is no memory for a key.
  init() throws(WorkspaceError) {
    do { key = try SymmetricKey<HMACSHA256>.random() } catch {
      throw WorkspaceError(.other, "no memory for a key")
    }
  }

  func fingerprint(of value: Span<UInt8>) -> ValueFingerprint {
    Self.fingerprint(of: value, key)
  }

  private static func fingerprint(
    of value: Span<UInt8>, _ key: borrowing SymmetricKey<HMACSHA256>
  ) -> ValueFingerprint {
    let tag = HMACSHA256.authenticate(value, key: key)
    return ValueFingerprint(tag.bytes)
  }
}
