internal import SOPSFormat
internal import Synchronization

/// Opens versions of SOPS files, of which a history may have any number, for keys that nobody here has.
final class HistoryKeys: Sendable {
  private let source: SOPSKeySource
  private let failureCount = Mutex(0)

  /// How many files gpg and services may fail to open before they are not asked any more.
  private static let maximumFailureCount = 8

  init(_ ring: KeyRing) { source = ring.sops }

  /// A version with its data key; nil when no key at hand opens it.
  func open(_ file: SOPSFile) -> SOPSOpened? {
    if let opened = try? source.openAtHand(file) { return opened }
    let takesOthers = file.metadata.keyGroups.contains { group in
      group.entries.contains { $0.backend != .age }
    }
    guard takesOthers, failureCount.withLock({ $0 < Self.maximumFailureCount }) else { return nil }
    if let opened = try? source.open(file, path: nil) { return opened }
    failureCount.withLock { $0 += 1 }
    return nil
  }
}
