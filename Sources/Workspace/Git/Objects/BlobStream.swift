internal import CryptoCore

/// The objects that lists of git name, in their order: one `git cat-file --batch` gives them all, and
/// some are asked for ahead, so that neither program waits for the other.
struct BlobStream: ~Copyable {
  private var lists: [[String]]
  private let folder: String
  private let separator: UInt8
  private var records: RecordReader?
  private var blobs: BlobReader
  private var parser: BlobListParser
  /// What was asked for and has not come yet; the first `aheadStart` are done.
  private var ahead: [BlobEntry] = []
  private var aheadStart = 0

  /// - Parameter lists: Arguments of git, one list after the other.
  init(
    lists: [[String]], in folder: String, _ format: BlobListFormat
  ) throws(WorkspaceError) {
    blobs = try BlobReader(in: folder)
    self.lists = lists
    self.folder = folder
    separator = format == .objects ? 0x0a : 0
    records = nil
    parser = BlobListParser(format)
  }

  /// The next object; without a size when it is not in this clone, nil at the end.
  ///
  /// What has a size must be read to its end, and finished, before the next is asked for.
  mutating func next() throws(WorkspaceError) -> (entry: BlobEntry, object: BlobReader.Object?)? {
    if ahead.count - aheadStart <= BlobReader.maximumAhead / 2 { try ask() }
    guard aheadStart < ahead.count else { return nil }
    let entry = ahead[aheadStart]
    aheadStart += 1
    return (entry, try blobs.nextObject())
  }

  /// The next object that is in this clone; nil at the end.
  ///
  /// Trees are passed over: the index leads to some, and partial clones list them.
  ///
  /// - Parameter missing: Called for each one that is not.
  mutating func nextThere(
    missing: () -> Void
  ) throws(WorkspaceError) -> (entry: BlobEntry, object: BlobReader.Object)? {
    while let (entry, object) = try next() {
      guard let object else {
        missing()
        continue
      }
      guard object.kind == "tree" else { return (entry, object) }
      try finish(skipping: object.size)
    }
    return nil
  }

  /// Reads the next file that is there; what cannot be a manifest is passed over.
  ///
  /// - Throws: as `next`.
  mutating func nextManifest(
    into buffer: inout WipedBuffer, missing: () -> Void
  ) throws(WorkspaceError) -> BlobEntry? {
    while let (entry, object) = try nextThere(missing: missing) {
      guard object.kind == "blob", object.size <= ManifestFile.maximumByteCount else {
        try finish(skipping: object.size)
        continue
      }
      try read(object.size, appendingTo: &buffer)
      try finish()
      return entry
    }
    return nil
  }

  /// Appends exactly `count` bytes of the object.
  mutating func read(_ count: Int, appendingTo output: inout WipedBuffer) throws(WorkspaceError) {
    try blobs.read(count, appendingTo: &output)
  }

  /// Passes the rest of an object of which `count` bytes were not read.
  mutating func finish(skipping count: Int = 0) throws(WorkspaceError) {
    var passed = WipedBuffer()
    var left = count
    while left > 0 {
      let step = min(left, 1 << 20)
      try blobs.read(step, appendingTo: &passed)
      passed.removeAll()
      left -= step
    }
    try blobs.finishObject()
  }

  private mutating func ask() throws(WorkspaceError) {
    if aheadStart > 0 {
      ahead.removeFirst(aheadStart)
      aheadStart = 0
    }
    var request: [UInt8] = []
    while ahead.count < BlobReader.maximumAhead {
      var record = WipedBuffer()
      guard try nextRecord(appendingTo: &record) else { break }
      guard let entry = try parser.take(record.bytes) else { continue }
      request += Array(entry.object.utf8) + [0x0a]
      ahead.append(entry)
    }
    if !request.isEmpty { try blobs.request(request) }
  }

  private mutating func nextRecord(
    appendingTo record: inout WipedBuffer
  ) throws(WorkspaceError) -> Bool {
    while true {
      if var reader = records.take() {
        let isThere = try reader.next(appendingTo: &record)
        if isThere {
          records = consume reader
          return true
        }
      }
      guard !lists.isEmpty else { return false }
      records = RecordReader(
        try GitCalls.start(lists.removeFirst(), in: folder, takesInput: false),
        separator: separator)
    }
  }
}
