internal import CryptoCore

/// A bbolt database, read only.
struct BoltFile: Sendable {
  let bytes: any SnapshotBytes
  /// The meta page that counts.
  let meta: BoltMeta
  /// What is wrong with the other one; nil when nothing is.
  let otherMetaProblem: SnapshotError?
  /// The length of the database, without a digest behind it.
  let byteCount: Int
  /// Whether a SHA-256 stands behind the database, as `etcdctl snapshot save` writes it.
  let hasDigest: Bool

  /// The length of a digest, in bytes.
  static let digestByteCount = 32
  /// Databases grow by pages, which are multiples of this: what is over is the digest
  /// (go.etcd.io/etcd, etcdutl/snapshot).
  private static let sectorByteCount = 512
  /// Page sizes where the second meta page is looked for when the first is damaged.
  private static let pageSizes = (9...16).map { 1 << $0 }

  /// Finds the meta pages; the newer one that is whole counts.
  ///
  /// - Throws: `.notDatabase`; `.damagedPage` when neither is whole; `.platform`.
  init(_ bytes: any SnapshotBytes) throws(SnapshotError) {
    self.bytes = bytes
    hasDigest = bytes.byteCount % Self.sectorByteCount == Self.digestByteCount
    byteCount = bytes.byteCount - (hasDigest ? Self.digestByteCount : 0)
    guard byteCount >= BoltMeta.byteCount else {
      throw SnapshotError(.notDatabase, "too short for a bbolt database")
    }
    var found: [BoltMeta] = []
    var problem: SnapshotError?
    do throws(SnapshotError) {
      found.append(try Self.meta(bytes, at: 0, number: 0))
    } catch { problem = error }
    let sizes = found.first.map { [$0.pageSize] } ?? Self.pageSizes
    for size in sizes where size + BoltMeta.byteCount <= byteCount {
      do throws(SnapshotError) {
        let second = try Self.meta(bytes, at: size, number: 1)
        guard second.pageSize == size else {
          throw SnapshotError.damaged(1, "it disagrees about the size of pages")
        }
        found.append(second)
      } catch { if problem == nil { problem = error } }
    }
    guard let newest = found.max(by: { $0.transaction < $1.transaction }) else {
      throw problem?.message == "no bbolt meta page"
        ? SnapshotError(.notDatabase, "not an etcd snapshot: it has no bbolt meta page", page: 0)
        : problem ?? SnapshotError(.notDatabase, "not a bbolt database")
    }
    meta = newest
    otherMetaProblem = found.count == 2 ? nil : problem
    guard newest.pageLimit <= UInt64(byteCount / newest.pageSize) else {
      throw SnapshotError(
        .damagedPage,
        "the file is cut short: it has \(byteCount / newest.pageSize) pages of \(newest.pageLimit)",
        page: UInt64(byteCount / newest.pageSize))
    }
  }

  /// The number of pages that the file has room for.
  var pageCount: Int { byteCount / meta.pageSize }

  private static func meta(
    _ bytes: any SnapshotBytes, at offset: Int, number: UInt64
  ) throws(SnapshotError) -> BoltMeta {
    var page = WipedBuffer()
    try bytes.read(BoltMeta.byteCount, at: offset, appendingTo: &page)
    return try BoltMeta(page.bytes, number: number)
  }
}
