internal import CryptoCore

/// The keys on the way to a value, as values are bound to them: joined by colons, one more behind.
///
/// Colons in keys are not escaped and places in lists are left out, so the same text can stand for
/// several places; the MAC makes up for that.
struct ValuePath: ~Copyable {
  private var keys = WipedBuffer()

  /// What `truncate` takes to come back here.
  var mark: Int { keys.count }

  mutating func append(_ key: String) {
    keys.append(utf8: key)
    keys.append(UInt8(ascii: ":"))
  }

  mutating func truncate(to mark: Int) { keys.truncate(to: mark) }

  /// Lends the text.
  borrowing func lend<Result: ~Copyable, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard keys.isEmpty else { return try body(keys.bytes) }
    let root = WipedBuffer(copying: [UInt8(ascii: ":")].span)
    return try body(root.bytes)
  }
}
