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
  private var blobs: BlobStream
  private var count = 0

  init(
    list: [String], in folder: String, _ format: BlobListFormat
  ) throws(WorkspaceError) {
    blobs = try BlobStream(lists: [list], in: folder, format)
  }

  /// The next file, its contents appended to `buffer`, which is empty.
  mutating func next(
    into buffer: inout WipedBuffer, _ scanner: inout FileScanner
  ) throws(WorkspaceError) -> ScanStep {
    guard let (entry, object) = try blobs.next() else { return .end }
    let file = ScannedFile(number: count, path: entry.path, commit: entry.commit)
    count += 1
    guard let size = object?.size else {
      return .unreadable(file, GitCalls.missingContents.at(entry.path))
    }
    guard size > FileScanner.maximumWholeByteCount else {
      try blobs.read(size, appendingTo: &buffer)
      try blobs.finish()
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
    try blobs.finish()
    buffer.removeAll()
    return .scanned(file, pieces.result)
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
