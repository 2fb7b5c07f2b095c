internal import EncryptionAtRest

/// What the `key` bucket holds for a revision (etcd's `mvccpb.KeyValue`).
struct KeyValueRecord: Sendable {
  /// Where the etcd key is; empty where a restored snapshot has skipped revisions.
  var key = 0..<0
  /// Where the value is; empty for a tombstone.
  var value = 0..<0
  var createRevision: UInt64 = 0
  var version: UInt64 = 0

  /// Reads a record; nil when it is none.
  init?(_ bytes: Span<UInt8>, in range: Range<Int>) {
    var cursor = ProtobufCursor(range)
    do throws(StorageError) {
      while let field = try cursor.next(in: bytes) {
        switch (field.number, field.isBytes) {
        case (1, true): key = field.range
        case (2, false): createRevision = field.value
        case (4, false): version = field.value
        case (5, true): value = field.range
        default: continue
        }
      }
    } catch { return nil }
  }
}
