internal import CryptoCore
internal import EncryptionAtRest
internal import Platform
internal import Synchronization

/// One way through a database.
struct CensusRun {
  private let file: BoltFile
  private let options: CensusOptions
  private let prefix: [UInt8]
  private let hashKey = SipHash128.Key.random()
  private var reader: PageReader
  private var seen = FingerprintSet()
  private var sum = CensusSum()
  private var newest: Revision?
  private var previous: Revision?
  private var currentKeyIDs: [String: String] = [:]

  /// How many free pages are searched at a time.
  private static let freeRunByteCount = 4 << 20

  init(_ file: BoltFile, _ options: CensusOptions) {
    self.file = file
    self.options = options
    var prefix = Array(options.etcdPrefix.utf8)
    while prefix.last == 0x2f { prefix.removeLast() }
    if prefix.first != 0x2f { prefix.insert(0x2f, at: 0) }
    self.prefix = prefix
    reader = PageReader(file)
  }

  mutating func run(_ onObject: (StoredObject) -> Bool) throws(SnapshotError) -> CensusReport {
    try reader.checkFreelist()
    let buckets = try BoltBuckets(&reader, own: "key", wanted: "meta")
    guard buckets.ownRoot != nil || buckets.ownLeaf != nil else {
      throw SnapshotError(.notEtcd, "a bbolt database, but not etcd's: it has no bucket 'key'")
    }
    var keyCount = 0
    var isWanted = true
    if let leaf = buckets.ownLeaf {
      let page = try Self.page(of: leaf)
      keyCount = page.count
      isWanted = try take(LeafBatch(Self.copy(of: leaf.bytes), [page]), onObject)
    } else if let root = buckets.ownRoot {
      var cursor = LeafCursor(root: root)
      while isWanted, let batch = try LeafBatch.next(&cursor, &reader) {
        keyCount += batch.pages.reduce(0) { $0 + $1.count }
        isWanted = try take(batch, onObject)
      }
    }
    // Whoever asks for some objects only does not want the rest.
    if isWanted, options.keys == nil { try searchFreePages() }
    var report = sum.finished(currentKeyIDs: currentKeyIDs)
    report.byteCount = file.bytes.byteCount
    report.pageSize = file.meta.pageSize
    report.pageCount = file.pageCount
    report.usedPageCount = reader.used.usedCount
    report.metaProblem = file.otherMetaProblem?.description
    report.revision = newest?.main ?? 0
    report.oldestRevision = previous?.main ?? 0
    report.buckets = buckets.buckets.map { ($0.name, $0.keyCount ?? keyCount) }
    if let meta = buckets.buckets.first(where: { $0.name == "meta" }) {
      report.storageVersion = meta.values["storageVersion"].map {
        String(decoding: $0, as: UTF8.self)
      }
      report.consistentIndex = meta.values["consistent_index"].flatMap(Self.number)
      report.compactedRevision = meta.values["finishedCompactRev"].flatMap(Self.number)
    }
    return report
  }

  /// A leaf of its own buffer.
  private static func page(of leaf: InlineLeaf) throws(SnapshotError) -> BoltPage {
    try page(leaf.bytes, number: leaf.number)
  }

  private static func page(
    _ buffer: borrowing WipedBuffer, number: UInt64
  ) throws(SnapshotError) -> BoltPage {
    try BoltPage(buffer.bytes, in: 0..<buffer.count, number: number)
  }

  private static func copy(of buffer: borrowing WipedBuffer) -> WipedBuffer {
    WipedBuffer(copying: buffer.bytes)
  }

  private static func number(_ bytes: [UInt8]) -> UInt64? {
    bytes.count >= 8 ? bytes.span.bigEndian64(at: 0) : nil
  }

  /// Counts a batch; false when nobody wants more.
  private mutating func take(
    _ batch: LeafBatch, _ onObject: (StoredObject) -> Bool
  ) throws(SnapshotError) -> Bool {
    let ranges = batch.chunks
    let parser = LeafParser(
      hashKey: hashKey, scan: RemnantScan(prefix: prefix, hashKey: hashKey))
    let parsed = Mutex<[Result<ParsedChunk, SnapshotError>?]>(
      Array(repeating: nil, count: ranges.count))
    Parallel.forEach(count: ranges.count) { index, _ in
      let result: Result<ParsedChunk, SnapshotError>
      do throws(SnapshotError) {
        result = .success(try Self.parse(batch, ranges[index], parser))
      } catch { result = .failure(error) }
      parsed.withLock { $0[index] = result }
    }
    var chunks: [ParsedChunk] = []
    for result in parsed.withLock({ $0 }) {
      if let chunk = try result?.get() { chunks.append(chunk) }
    }
    for index in chunks.indices { try settle(&chunks[index], batch) }
    let judge = ChunkJudge(
      options: options, prefix: prefix, hashKey: hashKey, currentKeyIDs: currentKeyIDs)
    let settled = chunks
    let judged = Mutex<[CensusTally?]>(Array(repeating: nil, count: chunks.count))
    let options = self.options
    Parallel.forEach(
      count: settled.count, makeState: { _ in ChunkJudge.Worker(options) }
    ) { index, worker in
      let tally = Self.judge(batch.bytes, settled[index], judge, &worker)
      judged.withLock { $0[index] = tally }
    }
    for (index, tally) in judged.withLock({ $0 }).enumerated() {
      guard let tally else { continue }
      sum.add(tally)
      sum.add(settled[index].remnants)
      for object in tally.objects where !onObject(object) { return false }
    }
    return true
  }

  private static func parse(
    _ batch: LeafBatch, _ range: Range<Int>, _ parser: LeafParser
  ) throws(SnapshotError) -> ParsedChunk {
    try parse(batch.bytes, batch.pages[range], parser)
  }

  private static func parse(
    _ buffer: borrowing WipedBuffer, _ pages: ArraySlice<BoltPage>, _ parser: LeafParser
  ) throws(SnapshotError) -> ParsedChunk {
    try parser.parse(buffer.bytes, pages)
  }

  private static func judge(
    _ buffer: borrowing WipedBuffer, _ chunk: ParsedChunk, _ judge: ChunkJudge,
    _ worker: inout ChunkJudge.Worker
  ) -> CensusTally {
    judge.judge(buffer.bytes, chunk, &worker)
  }

  /// Finds out which revisions are live: the newest of each key, unless it deletes the key.
  private mutating func settle(
    _ chunk: inout ParsedChunk, _ batch: LeafBatch
  ) throws(SnapshotError) {
    for (index, entry) in chunk.entries.enumerated() {
      if let previous, entry.revision >= previous {
        throw .damaged(entry.page, "revision \(entry.revision.main) is out of order")
      }
      previous = entry.revision
      if newest == nil { newest = entry.revision }
      chunk.isLive[index] = seen.insert(entry.fingerprint) && !entry.isTombstone
      if entry.isKMSv2 { noteCurrentKeyID(entry, batch.bytes) }
    }
  }

  /// The newest value of a plugin tells which key_id it writes with.
  private mutating func noteCurrentKeyID(
    _ entry: BatchEntry, _ buffer: borrowing WipedBuffer
  ) {
    let bytes = buffer.bytes
    let value = bytes.extracting(entry.record.value)
    let stored = StoredValue(value)
    guard stored.nameByteCount <= 1024 else { return }
    let name = value.text(stored.nameRange)
    guard currentKeyIDs[name] == nil, currentKeyIDs.count < 1024,
      let object = try? EncryptedObject(value, in: stored.prefixByteCount..<value.count)
    else { return }
    currentKeyIDs[name] = object.keyID
  }

  private mutating func searchFreePages() throws(SnapshotError) {
    let size = file.meta.pageSize
    let runs = reader.used.freeRuns(limit: max(Self.freeRunByteCount / size, 1))
    let scan = RemnantScan(prefix: prefix, hashKey: hashKey)
    let file = self.file
    let found = Mutex<(sum: CensusSum, error: SnapshotError?)>((sum, nil))
    Parallel.forEach(count: runs.count) { index, _ in
      var tally = RemnantTally()
      do throws(SnapshotError) {
        try Self.search(file, runs[index], scan, &tally)
      } catch {
        found.withLock { $0.error = error }
      }
      found.withLock { $0.sum.add(tally) }
    }
    let result = found.withLock { $0 }
    if let error = result.error { throw error }
    sum = result.sum
  }

  private static func search(
    _ file: BoltFile, _ run: Range<Int>, _ scan: RemnantScan, _ tally: inout RemnantTally
  ) throws(SnapshotError) {
    let size = file.meta.pageSize
    // A record may begin in the run before and have its key in this one, and end behind it.
    let start = max(run.lowerBound * size - 16, 0)
    let end = min(run.upperBound * size + RemnantScan.lookahead, file.byteCount)
    var buffer = WipedBuffer(capacity: end - start)
    try file.bytes.read(end - start, at: start, appendingTo: &buffer)
    let bytes = buffer.bytes
    scan.search(
      bytes, 0..<bytes.count,
      places: run.lowerBound * size - start..<run.upperBound * size - start, &tally)
  }
}
