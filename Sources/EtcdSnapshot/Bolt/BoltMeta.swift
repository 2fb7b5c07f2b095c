/// A meta page of a bbolt database: where everything begins (go.etcd.io/bbolt, `meta`).
struct BoltMeta: Sendable {
  /// The size of a page, in bytes.
  let pageSize: Int
  /// The page of the root bucket.
  let root: UInt64
  /// The page of the list of free pages; nil when it is not kept.
  let freelist: UInt64?
  /// The first page that never was in use.
  let pageLimit: UInt64
  /// The number of the transaction that wrote it.
  let transaction: UInt64

  /// The length of a page's header, in bytes.
  static let headerByteCount = 16
  /// The length of the part of a meta page that counts, header included.
  static let byteCount = headerByteCount + 64

  private static let magic: UInt32 = 0xED0C_DAED
  private static let version: UInt32 = 2
  private static let noFreelist = UInt64.max

  /// Reads a meta page.
  ///
  /// - Throws: `.damagedPage`, saying what is wrong.
  init(_ page: Span<UInt8>, number: UInt64) throws(SnapshotError) {
    guard page.count >= Self.byteCount else { throw .damaged(number, "the file ends in it") }
    let start = Self.headerByteCount
    guard page.littleEndian32(at: start) == Self.magic else {
      throw .damaged(number, "no bbolt meta page")
    }
    guard page.littleEndian32(at: start + 4) == Self.version else {
      throw .damaged(number, "another version of bbolt's format than 2")
    }
    let sum = Self.fnv64a(page, start..<start + 56)
    guard page.littleEndian64(at: start + 56) == sum else {
      throw .damaged(number, "its checksum is wrong")
    }
    let size = page.littleEndian32(at: start + 8)
    guard size.nonzeroBitCount == 1, (512...65_536).contains(size) else {
      throw .damaged(number, "pages of \(size) bytes")
    }
    pageSize = Int(size)
    root = page.littleEndian64(at: start + 16)
    let freelist = page.littleEndian64(at: start + 32)
    self.freelist = freelist == Self.noFreelist ? nil : freelist
    pageLimit = page.littleEndian64(at: start + 40)
    transaction = page.littleEndian64(at: start + 48)
    guard pageLimit > 3, (2..<pageLimit).contains(root) else {
      throw .damaged(number, "its root is no page of the file")
    }
  }

  /// FNV-1a of 64 bits (Fowler, Noll, Vo).
  static func fnv64a(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in range { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01b3 }
    return hash
  }
}
