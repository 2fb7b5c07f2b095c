internal import Glibc
internal import Synchronization

/// The temporary files of this process, removed when a signal ends it.
enum TemporaryFiles {
  private struct Entry: Hashable {
    let name: String
    let folder: ObjectIdentifier
  }

  private struct State {
    var entries: [Entry: Folder] = [:]
    var isEnding = false
  }

  private static let state = Mutex(State())

  private static let installed: Void = SignalRelay.alwaysBeforeEnding {
    state.withLock { state in
      state.isEnding = true
      for (entry, folder) in state.entries {
        unsafe unlinkat(folder.number, entry.name, 0)
      }
    }
  }

  /// To be called before the file is made; does not return when the process is ending.
  static func add(_ name: String, in folder: Folder) {
    _ = installed
    let entry = Entry(name: name, folder: ObjectIdentifier(folder))
    let isEnding = state.withLock { state in
      state.entries[entry] = folder
      return state.isEnding
    }
    while isEnding { pause() }
  }

  /// To be called when the file is gone.
  static func remove(_ name: String, in folder: Folder) {
    let entry = Entry(name: name, folder: ObjectIdentifier(folder))
    _ = state.withLock { $0.entries.removeValue(forKey: entry) }
  }
}
