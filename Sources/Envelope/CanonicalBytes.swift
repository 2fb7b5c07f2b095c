internal import CryptoCore

/// The unambiguous encoding of what keys, seals and signatures cover (docs/format.md, section 1).
///
/// Holds public context only, never a secret.
struct CanonicalBytes: Sendable {
  private(set) var bytes: [UInt8] = []

  init(reserving capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  /// `LP(label)`.
  init(label: String) { append(label) }

  var count: Int { bytes.count }

  /// Appends `u32(n)`; a count over 2^32 - 1 cannot occur in a manifest of at most 32 MiB.
  mutating func append(count: Int) {
    let value = UInt32(truncatingIfNeeded: count)
    bytes.append(UInt8(truncatingIfNeeded: value >> 24))
    bytes.append(UInt8(truncatingIfNeeded: value >> 16))
    bytes.append(UInt8(truncatingIfNeeded: value >> 8))
    bytes.append(UInt8(truncatingIfNeeded: value))
  }

  /// Appends `LP(text)`.
  mutating func append(_ text: String) {
    append(count: text.utf8.count)
    bytes.append(contentsOf: text.utf8)
  }

  /// Appends `LP(bytes)`.
  mutating func append(_ span: Span<UInt8>) {
    append(count: span.count)
    append(raw: span)
  }

  /// Appends `List(texts...)`.
  mutating func append(list: [String]) {
    append(count: list.count)
    for text in list { append(text) }
  }

  /// Appends an encoding as it is, without a length.
  mutating func append(raw other: CanonicalBytes) { bytes.append(contentsOf: other.bytes) }

  /// Appends bytes as they are, without a length.
  mutating func append(raw span: Span<UInt8>) {
    bytes.append(copying: span)
  }

  /// Appends one byte as it is.
  mutating func append(raw byte: UInt8) { bytes.append(byte) }

  /// Takes everything after `count` bytes away again.
  mutating func truncate(to count: Int) { bytes.removeLast(max(0, bytes.count - count)) }
}
