internal import CryptoCore

/// Some leaves of the `key` bucket, newest first, read into one buffer.
final class LeafBatch: Sendable {
  let bytes: WipedBuffer
  let pages: [BoltPage]

  /// Leaves are gathered until there are as many bytes.
  static let byteCount = 4 << 20

  /// A chunk's share: many, since every chunk has its own table of groups.
  private static let chunkPageCount = 256

  init(_ bytes: consuming WipedBuffer, _ pages: [BoltPage]) {
    self.bytes = bytes
    self.pages = pages
  }

  /// The next batch; nil at the end.
  static func next(
    _ cursor: inout LeafCursor, _ reader: inout PageReader
  ) throws(SnapshotError) -> LeafBatch? {
    var buffer = WipedBuffer(
      capacity: min(byteCount + reader.file.meta.pageSize, reader.file.byteCount))
    var pages: [BoltPage] = []
    while buffer.count < byteCount {
      guard let page = try cursor.next(&reader, appendingTo: &buffer) else { break }
      pages.append(page)
    }
    return pages.isEmpty ? nil : LeafBatch(buffer, pages)
  }

  /// The page numbers by chunks, each the work of a thread for a while.
  var chunks: [Range<Int>] {
    stride(from: 0, to: pages.count, by: Self.chunkPageCount).map {
      $0..<min($0 + Self.chunkPageCount, pages.count)
    }
  }
}

/// A revision in a batch, and what can be told of it by itself.
struct BatchEntry: Sendable {
  let revision: Revision
  let isTombstone: Bool
  let record: KeyValueRecord
  /// The etcd key's.
  let fingerprint: SipHash128.Hash
  /// The page it stands on.
  let page: UInt64
  /// Whether the value is a KMS v2's.
  let isKMSv2: Bool
}

/// What a thread makes of a chunk of a batch.
struct ParsedChunk: Sendable {
  /// Newest first.
  var entries: [BatchEntry] = []
  /// Which of them is the newest of its key and no tombstone; filled in later.
  var isLive: [Bool] = []
  var remnants = RemnantTally()
}
