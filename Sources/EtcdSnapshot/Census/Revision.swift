/// A revision of the store: the transaction, and the change within it (go.etcd.io/etcd, mvcc).
public struct Revision: Sendable, Hashable, Comparable {
  /// The transaction; etcd calls it "main".
  public let main: UInt64
  /// The change within the transaction.
  public let sub: UInt64

  public static func < (left: Revision, right: Revision) -> Bool {
    (left.main, left.sub) < (right.main, right.sub)
  }

  /// The length of a key of the `key` bucket; a tombstone's has a `t` more.
  private static let byteCount = 17
  private static let separator: UInt8 = 0x5f
  private static let tombstoneMark: UInt8 = 0x74

  /// Reads a key of the `key` bucket; nil when it is none.
  static func read(
    _ bytes: Span<UInt8>, _ key: Range<Int>
  ) -> (revision: Revision, isTombstone: Bool)? {
    guard key.count == byteCount || key.count == byteCount + 1 else { return nil }
    let start = key.lowerBound
    guard bytes[start + 8] == separator else { return nil }
    let isTombstone = key.count > byteCount
    if isTombstone, bytes[start + byteCount] != tombstoneMark { return nil }
    return (
      Revision(main: bytes.bigEndian64(at: start), sub: bytes.bigEndian64(at: start + 9)),
      isTombstone
    )
  }
}
