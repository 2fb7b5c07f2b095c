internal import CryptoCore
internal import EncryptionAtRest

/// Reads the revisions of leaves.
struct LeafParser: Sendable {
  let hashKey: SipHash128.Key
  let scan: RemnantScan

  private static let kmsV2Head = Array(StoredValue.Provider.kmsV2.head.utf8)

  /// The revisions of some pages of a batch, newest first, and what lies in their unused space.
  ///
  /// - Throws: `.damagedPage`.
  func parse(_ bytes: Span<UInt8>, _ pages: ArraySlice<BoltPage>) throws(SnapshotError)
    -> ParsedChunk
  {
    var chunk = ParsedChunk()
    for page in pages {
      let elements = try page.elements(bytes)
      var end = page.range.lowerBound + BoltMeta.headerByteCount + page.count * 16
      for element in elements.reversed() {
        end = max(end, element.value.upperBound)
        if let entry = try entry(bytes, element, page) { chunk.entries.append(entry) }
      }
      scan.search(bytes, end..<page.range.upperBound, &chunk.remnants)
    }
    chunk.isLive = Array(repeating: false, count: chunk.entries.count)
    return chunk
  }

  private func entry(
    _ bytes: Span<UInt8>, _ element: BoltPage.Element, _ page: BoltPage
  ) throws(SnapshotError) -> BatchEntry? {
    guard !element.isBucket, let (revision, isTombstone) = Revision.read(bytes, element.key) else {
      throw .damaged(page.number, "a key that is no revision")
    }
    guard let record = KeyValueRecord(bytes, in: element.value) else {
      throw .damaged(page.number, "revision \(revision.main) is no key and value")
    }
    // A snapshot restored with --bump-revision has an empty record at its end.
    if record.key.isEmpty { return nil }
    return BatchEntry(
      revision: revision, isTombstone: isTombstone, record: record,
      fingerprint: SipHash128.hash(bytes.extracting(record.key), key: hashKey),
      page: page.number,
      isKMSv2: bytes.extracting(record.value).hasBytes(Self.kmsV2Head))
  }
}
