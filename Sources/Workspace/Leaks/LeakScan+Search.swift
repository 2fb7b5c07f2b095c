internal import CryptoCore
internal import Platform
internal import SecretScan
internal import Synchronization

extension LeakScan {
  /// What a worker searches next.
  private enum Step: Sendable {
    case file(number: Int, path: String, isNamed: Bool)
    case problem(WorkspaceError)
  }

  /// The files that git tracks, or neither tracks nor ignores.
  func searchWorkingTree(
    _ repository: CallersRepository, _ root: String, _ values: KnownValues,
    _ collected: borrowing Mutex<Collected>
  ) throws(WorkspaceError) {
    struct Source: ~Copyable {
      var files: PresentFiles
      var count = 0
    }
    let source = Mutex(Source(files: try PresentFiles(in: root)))
    let workers = Parallel.availableCores
    Parallel.forEach(count: workers, workers: workers) { _, _ in
      do throws(WorkspaceError) {
        while collected.withLock({ $0.failure == nil }) {
          let next = try source.withLock { (source) throws(WorkspaceError) -> (Int, String)? in
            source.count += 1
            return try source.files.next().map { (source.count, $0.path) }
          }
          guard let (number, path) = next else { return }
          search(
            PathParts.join(root, path), shown: repository.shownPath(path), number: number,
            isNamed: false, values, collected)
        }
      } catch {
        collected.withLock { $0.failure = $0.failure ?? error }
      }
    }
  }

  /// Files and folders as they are.
  func searchPaths(
    _ paths: [String], _ values: KnownValues, _ collected: borrowing Mutex<Collected>
  ) {
    PathInput.forEachGroup(of: paths) { group in
      Parallel.forEach(count: group.count) { index, _ in
        switch group[index] {
        case .problem(_, let error): collected.withLock { $0.errors.append(error) }
        case .file(let file, let isNamed):
          search(
            file.path, shown: file.path, number: file.number, isNamed: isNamed, values, collected)
        }
      }
    }
  }

  private func search(
    _ path: String, shown: String, number: Int, isNamed: Bool, _ values: KnownValues,
    _ collected: borrowing Mutex<Collected>
  ) {
    do throws(WorkspaceError) {
      guard let places = try LeakFile.places(path, isNamed: isNamed, values) else { return }
      collected.withLock { collected in
        collected.fileCount += 1
        if !places.isEmpty { collected.files.append((number, shown, places)) }
      }
    } catch {
      collected.withLock { $0.errors.append(error.at(shown)) }
    }
  }

  // MARK: History

  /// How large an object may be that is searched while git reads the next one, in bytes.
  private static let maximumWholeByteCount = 8 << 20

  /// Every version of every file, and every message.
  func searchHistory(
    _ repository: CallersRepository, _ values: KnownValues,
    _ collected: borrowing Mutex<Collected>
  ) throws(WorkspaceError) {
    let stream = Mutex(
      try BlobStream(
        lists: [try HistoryLists.blobs(in: repository.folder), HistoryLists.commits],
        in: repository.folder, .objects))
    let workers = Parallel.availableCores
    Parallel.forEach(count: workers, workers: workers) { _, _ in
      var buffer = WipedBuffer()
      do throws(WorkspaceError) {
        while collected.withLock({ $0.failure == nil }) {
          buffer.removeAll()
          var search = KnownValueStream(values)
          let next = try stream.withLock { (stream) throws(WorkspaceError) in
            try Self.next(&stream, &buffer, &search) {
              collected.withLock { $0.missingCount += 1 }
            }
          }
          guard let next else { return }
          search.search(&buffer, isLast: true)
          collected.withLock { collected in
            collected.versionCount += 1
            if !search.places.isEmpty {
              collected.objects.append((next.object, next.kind, search.places))
            }
          }
        }
      } catch {
        collected.withLock { $0.failure = $0.failure ?? error }
      }
    }
    // Tips are among the files, too.
    collected.withLock { collected in
      var seen: Set<String> = []
      collected.objects.sort { $0.object < $1.object }
      collected.objects.removeAll { !seen.insert($0.object).inserted }
    }
  }

  /// The next object, of which the rest is in the buffer.
  private static func next(
    _ stream: inout BlobStream, _ buffer: inout WipedBuffer, _ search: inout KnownValueStream,
    missing: () -> Void
  ) throws(WorkspaceError) -> (object: String, kind: String)? {
    guard let (entry, object) = try stream.nextThere(missing: missing) else { return nil }
    var left = object.size
    while left > maximumWholeByteCount {
      try stream.read(KnownValueStream.pieceByteCount, appendingTo: &buffer)
      left -= KnownValueStream.pieceByteCount
      search.search(&buffer, isLast: false)
    }
    try stream.read(left, appendingTo: &buffer)
    try stream.finish()
    return (entry.object, String(object.kind))
  }
}
