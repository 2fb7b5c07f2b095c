internal import CryptoCore
internal import Findings
internal import Platform
internal import SecretScan
internal import YAMLSource

/// A file that was read.
struct ScannedFile: Sendable {
  /// Its place among all files.
  let number: Int
  /// Its path from the repository's root, or as it was named.
  let path: String
  /// The commit that brought it, when a range of commits was asked for.
  var commit: String?
}

/// What a worker got to do.
enum ScanStep {
  /// The file's bytes are in the worker's buffer.
  case whole(ScannedFile)
  /// A large file was looked at in pieces.
  case scanned(ScannedFile, ScanResult)
  /// The file cannot be read; the others can.
  case unreadable(ScannedFile, WorkspaceError)
  /// There are no more.
  case end
}

/// The files of a list, whose contents come from git's objects in the order of the list.
struct BlobInput: ~Copyable {
  private var records: RecordReader
  private var blobs: BlobReader
  private var parser: BlobListParser
  /// What was asked for and has not come yet; the first `aheadStart` are done.
  private var ahead: [BlobEntry] = []
  private var aheadStart = 0
  private var isListed = false
  private var count = 0

  init(
    list: [String], in folder: String, _ format: BlobListFormat
  ) throws(WorkspaceError) {
    let blobs = try BlobReader(in: folder)
    records = RecordReader(try GitCalls.start(list, in: folder, takesInput: false))
    self.blobs = blobs
    parser = BlobListParser(format)
  }

  /// The next file, its contents appended to `buffer`, which is empty.
  mutating func next(
    into buffer: inout WipedBuffer, _ scanner: inout FileScanner
  ) throws(WorkspaceError) -> ScanStep {
    if ahead.count - aheadStart <= BlobReader.maximumAhead / 2 { try ask() }
    guard aheadStart < ahead.count else { return .end }
    let entry = ahead[aheadStart]
    aheadStart += 1
    let file = ScannedFile(number: count, path: entry.path, commit: entry.commit)
    count += 1
    guard let size = try blobs.nextSize() else {
      return .unreadable(
        file,
        WorkspaceError(
          .noInput, "its contents are not in this clone", path: entry.path,
          hints: ["fetch them, for instance with 'git checkout', and run this again"]))
    }
    guard size > FileScanner.maximumWholeByteCount else {
      try blobs.read(size, appendingTo: &buffer)
      try blobs.finishObject()
      return .whole(file)
    }
    var pieces = PieceScan(name: entry.path)
    var left = size
    while left > 0 {
      let count = min(left, PieceScan.pieceByteCount)
      try blobs.read(count, appendingTo: &buffer)
      left -= count
      pieces.scan(&buffer, &scanner)
    }
    try blobs.finishObject()
    buffer.removeAll()
    return .scanned(file, pieces.result)
  }

  private mutating func ask() throws(WorkspaceError) {
    if aheadStart > 0 {
      ahead.removeFirst(aheadStart)
      aheadStart = 0
    }
    var request: [UInt8] = []
    while !isListed, ahead.count < BlobReader.maximumAhead {
      var record = WipedBuffer()
      guard try records.next(appendingTo: &record) else {
        isListed = true
        break
      }
      guard let entry = try parser.take(record.bytes) else { continue }
      request += Array(entry.object.utf8) + [0x0a]
      ahead.append(entry)
    }
    if !request.isEmpty { try blobs.request(request) }
  }
}

/// Looks at a large file in pieces that overlap, so that what lies across a border is seen.
struct PieceScan {
  static let pieceByteCount = 4 << 20
  private static let overlap = 1 << 16

  private let name: String
  private var lineCount = 0
  private var seen: Set<Place> = []
  private(set) var result = ScanResult()

  private struct Place: Hashable {
    let rule: String
    let line: Int
    let column: Int
  }

  init(name: String) { self.name = name }

  /// Looks at the bytes, and keeps the last of them for the next piece.
  mutating func scan(_ buffer: inout WipedBuffer, _ scanner: inout FileScanner) {
    let found = scanner.scan(buffer.bytes, name: name, isPiece: true)
    for finding in found.findings {
      let moved = finding.moved(byLines: lineCount)
      let place = Place(
        rule: moved.rule.id, line: moved.position?.line ?? 0, column: moved.position?.column ?? 0)
      if seen.insert(place).inserted { result.add(moved) }
    }
    let kept = WipedBuffer(copying: buffer.bytes.extracting(pass(buffer.bytes)...))
    buffer.removeAll()
    buffer.append(kept.bytes)
  }

  /// Counts the lines that will not come again; returns where the bytes begin that will.
  private mutating func pass(_ bytes: Span<UInt8>) -> Int {
    var end = max(0, bytes.count - Self.overlap)
    // Whole lines, when there are any.
    var start = end
    while start < bytes.count, start > 0, bytes[start - 1] != 0x0a { start += 1 }
    if start < bytes.count { end = start }
    for index in 0..<end where bytes[index] == 0x0a { lineCount += 1 }
    return end
  }
}
