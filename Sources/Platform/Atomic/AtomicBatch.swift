internal import Glibc
internal import Synchronization

/// Many atomic writes that wait for the disk in groups, not one by one.
///
/// Each file takes its place whole or not at all, as with `AtomicFile`: its bytes are on disk before
/// its rename. The files of a group are written without waiting, then synced together, then renamed;
/// the folders are synced in `finish`. Any number of threads may write; beyond a group the memory
/// holds nothing of the files. Files in memory (tmpfs) take their place at once.
public final class AtomicBatch: Sendable {
  /// A file that could not be put in its place; what was there before is still there.
  public struct Failure: Error, Sendable {
    /// The caller's number for the file.
    public let tag: Int
    /// What went wrong.
    public let error: PlatformError
  }

  struct Entry {
    let file: StagedFile
    let tag: Int
  }

  private struct State {
    var pending: [Entry] = []
    var failures: [Failure] = []
    var folders = FolderCache()
  }

  private let state = Mutex(State())
  /// Held while a group is committed, so that no more than two groups of files are open.
  private let unsynced = Mutex(UnsyncedFolders())
  private let groupLimit: Int
  private let observer: WriteStepObserver?

  /// The most files that are synced together.
  ///
  /// Up to twice as many and their folders are open.
  public static let maximumGroupCount = 128

  /// An empty batch; `finish` it.
  public convenience init() {
    self.init(groupLimit: AtomicBatch.maximumGroupCount, observer: nil)
  }

  package init(groupLimit: Int, observer: WriteStepObserver?) {
    var limit = rlimit()
    let isKnown = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
    let descriptors = isKnown ? Int(clamping: limit.rlim_cur) : 256
    self.groupLimit = max(1, min(groupLimit, descriptors / 8))
    self.observer = observer
  }

  /// Writes a file; it takes its place now or by the end of `finish`.
  ///
  /// - Parameters:
  ///   - folderMode: permissions of missing folders, which are made; the umask applies. Nil to fail
  ///     without them.
  ///   - opened: the file that is replaced, if it is open from being read.
  ///   - tag: the caller's number for the file, told by `finish` when it fails later.
  /// - Throws: what `AtomicFile` throws before the commit; the file is then not in `finish`'s list.
  public func write(
    _ bytes: Span<UInt8>, to path: String, expecting expectation: WriteExpectation,
    options: WriteOptions = .init(), makingFolders folderMode: UInt32? = nil,
    opened: OpenedFile? = nil, tag: Int
  ) throws(PlatformError) {
    let place = try place(of: path, folderMode)
    if let place, opened == nil, writeAsNew(bytes, at: place, expecting: expectation, options) {
      return
    }
    let file = try stage(path, at: place, expecting: expectation, options, opened)
    let folder = file.folder
    try file.write(bytes)
    try file.complete()
    if folder.isInMemory { return try file.publish() }
    let isFull = state.withLock { state in
      state.pending.append(Entry(file: file, tag: tag))
      return state.pending.count >= groupLimit
    }
    if isFull { commit(atLeast: groupLimit) }
  }

  /// A name in an open folder.
  private struct Place {
    let folder: Folder
    let name: String
  }

  /// Where a file goes if it is no symbolic link; nil when that needs a closer look.
  private func place(of path: String, _ folderMode: UInt32?) throws(PlatformError) -> Place? {
    // Most are in the folder of the one before.
    let neighbour: Place? = state.withLock { state in
      guard let folder = state.folders.latest,
        let name = PathParts.name(of: path, in: folder.path)
      else { return nil }
      return Place(folder: folder, name: name)
    }
    if let neighbour { return neighbour }
    let parts = PathParts(path)
    let known = known(parts.folder)
    if known == nil, let folderMode { try Files.makeFolder(parts.folder, mode: folderMode) }
    guard path.utf8.last != UInt8(ascii: "/"), let folder = known ?? (try? folder(parts.folder))
    else { return nil }
    return Place(folder: folder, name: parts.name)
  }

  /// Without a look at what is there: the name is given only where nothing has it.
  private func writeAsNew(
    _ bytes: Span<UInt8>, at place: Place, expecting expectation: WriteExpectation,
    _ options: WriteOptions
  ) -> Bool {
    if case .unchanged = expectation { return false }
    let folder = place.folder
    guard folder.isInMemory, folder.seemsNew else { return false }
    let isWritten = NamelessFile.write(
      bytes, named: place.name, in: folder, mode: options.mode, observer: observer)
    if !isWritten { folder.noteThatItIsNotNew() }
    return isWritten
  }

  private func stage(
    _ path: String, at place: Place?, expecting expectation: WriteExpectation,
    _ options: WriteOptions, _ opened: OpenedFile?
  ) throws(PlatformError) -> StagedFile {
    if let place {
      // In an open folder one look tells a symbolic link and the version to replace.
      let folder = place.folder
      let found = found(opened, in: folder, named: place.name, path)
      if found.isPlain {
        // Files that wait for a disk would keep too many open.
        return try StagedFile(
          WriteTarget(path, checked: place.name, in: folder.path), in: folder,
          expecting: expectation, options,
          found: found, opened: folder.isInMemory ? opened : nil, observer: observer)
      }
    }
    let target = try WriteTarget(path)
    return try StagedFile(
      target, in: try folder(target.folderPath), expecting: expectation, options,
      observer: observer)
  }

  private func found(
    _ opened: OpenedFile?, in folder: Folder, named name: String, _ path: String
  ) -> StagedFile.Found {
    if let opened, opened.isDirect { return .file(opened.identity) }
    do throws(PlatformError) {
      return .file(try FileIdentity(folder: folder.number, name: name, path: path))
    } catch {
      return error.code == .notFound ? .nothing : .unknown
    }
  }

  /// Puts all files in their places and waits until they are on disk.
  ///
  /// Returns the files that failed after their `write`, by tag. An error that names a folder means
  /// that files are in place without being safe from a power failure yet.
  public func finish() -> [Failure] {
    commit(atLeast: 1)
    let folderFailures = unsynced.withLock { $0.sync() }
    return state.withLock { state in
      let failures = state.failures + folderFailures
      state = State()
      return failures.sorted { $0.tag < $1.tag }
    }
  }

  /// The folder, open; the first time, what killed runs left in it is removed.
  private func folder(_ path: String) throws(PlatformError) -> Folder {
    if let folder = known(path) { return folder }
    let folder = try Folder(path)
    if state.withLock({ $0.folders.add(folder, at: path) }) { folder.removeStaleTemporaries() }
    return folder
  }

  private func known(_ path: String) -> Folder? { state.withLock { $0.folders.known(path) } }

  private func commit(atLeast minimum: Int) {
    unsynced.withLock { unsynced in
      let group = state.withLock { state -> [Entry] in
        // Another worker may have committed them while this one waited.
        guard state.pending.count >= minimum else { return [] }
        defer { state.pending = [] }
        return state.pending
      }
      var failures: [Failure] = []
      for (entry, error) in GroupSync.sync(group) {
        do throws(PlatformError) {
          if let error { throw error }
          try entry.file.publish()
          unsynced.add(entry)
        } catch {
          entry.file.abandon()
          failures.append(Failure(tag: entry.tag, error: error))
        }
      }
      if !failures.isEmpty { state.withLock { $0.failures += failures } }
    }
  }
}
