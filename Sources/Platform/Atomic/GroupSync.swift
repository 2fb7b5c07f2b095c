/// Getting many files to disk with few waits.
enum GroupSync {
  /// From this many files on one device, one sync of the whole file system takes the place of one
  /// wait for each file.
  ///
  /// It also waits for what other programs wrote, hence not for a few.
  static let wholeDeviceCount = 8

  /// Waits until all files are on disk; pairs each with what went wrong.
  static func sync(
    _ group: [AtomicBatch.Entry]
  ) -> [(entry: AtomicBatch.Entry, error: PlatformError?)] {
    let devices = Dictionary(grouping: group) { $0.file.folder.identity.device }
    var errors: [UInt64: PlatformError] = [:]
    for (device, entries) in devices where entries.count >= wholeDeviceCount {
      errors[device] = failure(of: entries.first) { entry throws(PlatformError) in
        try entry.file.folder.syncFileSystem()
      }
    }
    return group.map { entry in
      let device = entry.file.folder.identity.device
      let isSynced = (devices[device]?.count ?? 0) >= wholeDeviceCount
      if isSynced { return (entry, errors[device]) }
      let error = failure(of: entry) { entry throws(PlatformError) in try entry.file.sync() }
      return (entry, error)
    }
  }

  private static func failure(
    of entry: AtomicBatch.Entry?, _ body: (AtomicBatch.Entry) throws(PlatformError) -> Void
  ) -> PlatformError? {
    guard let entry else { return nil }
    do throws(PlatformError) {
      try body(entry)
      return nil
    } catch {
      return error
    }
  }
}

/// Folders whose new names may not be on disk yet.
struct UnsyncedFolders {
  /// A few folders of each device; when there are more, one of them stands for the device.
  private var devices: [UInt64: [UInt64: AtomicBatch.Entry]] = [:]

  mutating func add(_ entry: AtomicBatch.Entry) {
    let identity = entry.file.folder.identity
    let count = devices[identity.device]?.count ?? 0
    guard count < GroupSync.wholeDeviceCount else { return }
    devices[identity.device, default: [:]][identity.inode] = entry
  }

  /// Syncs and forgets them all.
  mutating func sync() -> [AtomicBatch.Failure] {
    defer { devices = [:] }
    return devices.values.flatMap { folders in
      if folders.count >= GroupSync.wholeDeviceCount {
        return folders.values.prefix(1).compactMap { entry in
          failure(entry) { folder throws(PlatformError) in try folder.syncFileSystem() }
        }
      }
      return folders.values.compactMap { entry in
        failure(entry) { folder throws(PlatformError) in try folder.sync() }
      }
    }
  }

  private func failure(
    _ entry: AtomicBatch.Entry, _ body: (Folder) throws(PlatformError) -> Void
  ) -> AtomicBatch.Failure? {
    do throws(PlatformError) {
      try body(entry.file.folder)
      entry.file.observeFolderSync()
      return nil
    } catch {
      return AtomicBatch.Failure(tag: entry.tag, error: error)
    }
  }
}

/// The folders of the latest files, open, and all those that were looked through for leftovers.
struct FolderCache {
  private struct Key: Hashable {
    let device: UInt64
    let inode: UInt64
  }

  private static let maximumCount = 16
  private var open: [PathKey: Folder] = [:]
  private var seen: Set<Key> = []
  /// The one that was asked for last.
  private(set) var latest: Folder?

  mutating func known(_ path: String) -> Folder? {
    guard let folder = open[PathKey(path)] else { return nil }
    latest = folder
    return folder
  }

  /// Returns whether the folder is new to the batch.
  mutating func add(_ folder: Folder, at path: String) -> Bool {
    if open.count >= FolderCache.maximumCount { open = [:] }
    open[PathKey(path)] = folder
    latest = folder
    return seen.insert(Key(device: folder.identity.device, inode: folder.identity.inode)).inserted
  }
}
