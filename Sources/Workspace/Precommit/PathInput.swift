internal import CryptoCore
internal import Platform
internal import SecretScan

/// The files that paths name, as they are in the working tree.
struct PathInput {
  /// A file, or why there is none.
  enum Item: Sendable {
    case file(ScannedFile, isNamed: Bool)
    case problem(ScannedFile, WorkspaceError)
  }

  /// Files in a group.
  private static let groupCount = 512

  /// Gives out the files in groups, so that memory does not grow with their number.
  static func forEachGroup(of paths: [String], _ body: ([Item]) -> Void) {
    var group: [Item] = []
    var count = 0
    func add(_ path: String, _ make: (ScannedFile) -> Item) {
      count += 1
      group.append(make(ScannedFile(number: count, path: path)))
      guard group.count == groupCount else { return }
      body(group)
      group.removeAll(keepingCapacity: true)
    }
    for path in paths {
      do throws(PlatformError) {
        guard path != "-", try Files.identity(of: path).kind == .directory else {
          add(path) { .file($0, isNamed: true) }
          continue
        }
        try FileTree.walk(path) { found in
          switch found {
          case .file(let path): add(path) { .file($0, isNamed: false) }
          case .problem(let error):
            add(error.path ?? path) { .problem($0, WorkspaceError(reading: error).at($0.path)) }
          case .symbolicLink, .temporary: break
          }
          return true
        }
      } catch {
        add(path) { .problem($0, WorkspaceError(reading: error).at(path)) }
      }
    }
    if !group.isEmpty { body(group) }
  }

  /// Reads a file into `buffer`, which is empty; a large one is looked at in pieces.
  static func read(
    _ file: ScannedFile, isNamed: Bool, into buffer: inout WipedBuffer,
    _ scanner: inout FileScanner
  ) -> ScanStep {
    do throws(PlatformError) {
      if file.path == "-" {
        let text = try Files.readStandardInput(limit: FileScanner.maximumWholeByteCount)
        buffer.append(text.bytes)
        return .whole(file)
      }
      let identity =
        try isNamed
        ? Files.identity(of: file.path) : Files.linkIdentity(of: file.path)
      guard identity.kind == .regular else { return .scanned(file, ScanResult()) }
      guard identity.size > FileScanner.maximumWholeByteCount else {
        let snapshot = try Files.read(
          file.path, limit: FileScanner.maximumWholeByteCount, followsLinks: isNamed)
        buffer.append(snapshot.bytes.bytes)
        return .whole(file)
      }
      let input = try InputFile(file.path)
      var pieces = PieceScan(name: file.path)
      while true {
        let before = buffer.count
        var got = 0
        try buffer.append(count: PieceScan.pieceByteCount) {
          (room: inout MutableSpan<UInt8>) throws(PlatformError) in
          got = try input.read(into: &room)
        }
        buffer.truncate(to: before + got)
        if got == 0 { break }
        pieces.scan(&buffer, &scanner)
      }
      buffer.removeAll()
      return .scanned(file, pieces.result)
    } catch {
      return .unreadable(file, WorkspaceError(reading: error).at(file.path))
    }
  }
}
