internal import CryptoCore
internal import Platform
internal import SecretScan

/// The files that paths name, as they are in the working tree.
struct PathInput: ~Copyable {
  private let paths: [String]
  private var nextPath = 0
  /// Of the folder that is being walked: what was found, in groups.
  private var found: [FileTree.Item] = []
  private var nextFound = 0
  private var count = 0

  init(_ paths: [String]) { self.paths = paths }

  /// The next file and how to read it; nil at the end.
  mutating func next() -> Next? {
    while true {
      if nextFound < found.count {
        nextFound += 1
        switch found[nextFound - 1] {
        case .file(let path): return .file(numbered(path), isNamed: false)
        case .problem(let error):
          let path = error.path ?? ""
          return .problem(numbered(path), WorkspaceError(reading: error).at(path))
        case .symbolicLink, .temporary: continue
        }
      }
      guard nextPath < paths.count else { return nil }
      let path = paths[nextPath]
      nextPath += 1
      if path == "-" { return .file(numbered("-"), isNamed: true) }
      do throws(PlatformError) {
        guard try Files.identity(of: path).kind == .directory else {
          return .file(numbered(path), isNamed: true)
        }
        (found, nextFound) = ([], 0)
        var items: [FileTree.Item] = []
        try FileTree.walk(path) { item in
          items.append(item)
          return true
        }
        found = items
      } catch {
        return .problem(numbered(path), WorkspaceError(reading: error).at(path))
      }
    }
  }

  enum Next {
    case file(ScannedFile, isNamed: Bool)
    case problem(ScannedFile, WorkspaceError)
  }

  private mutating func numbered(_ path: String) -> ScannedFile {
    count += 1
    return ScannedFile(number: count, path: path)
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
