internal import CryptoCore
internal import SOPSFormat
internal import Synchronization

/// The keys of SOPS files, looked for when the first such file needs them.
///
/// The latest data keys are kept, so that versions of one file cost one question to gpg or a service.
public final class SOPSKeySource: Sendable {
  private final class KnownKey: Sendable {
    let groups: [SOPSKeyGroup]
    private let key: SOPSDataKey

    init(_ groups: [SOPSKeyGroup], _ key: consuming SOPSDataKey) {
      self.groups = groups
      self.key = key
    }

    func copy() throws(SOPSError) -> SOPSDataKey { try KnownKey.copy(key) }

    static func copy(_ key: borrowing SOPSDataKey) throws(SOPSError) -> SOPSDataKey {
      let secret: SecretBytes
      do {
        secret = try key.withBytes { (bytes) throws(CryptoError) in
          try SecretBytes(copying: bytes)
        }
      } catch { throw SOPSError(.cryptoFailure, "no memory for a key") }
      return try SOPSDataKey(secret)
    }
  }

  /// How many data keys are kept.
  private static let maximumKeyCount = 8

  private let ring: KeyRing
  private let loaded = Mutex<SOPSKeys?>(nil)
  private let known = Mutex<[KnownKey]>([])
  private let ownArena = Mutex<SecretArena?>(nil)

  /// For the secrets of a few files at a time.
  private static let slotCount = 256

  /// Keys of a ring, and where its own were found and not named, those of SOPS's places.
  public init(_ ring: KeyRing) { self.ring = ring }

  /// The keys.
  func keys() -> SOPSKeys {
    loaded.withLock { loaded in
      if let loaded { return loaded }
      let keys = ring.sopsKeys()
      loaded = keys
      return keys
    }
  }

  /// One region for the secrets of all files; nil when there is no memory for it, and each secret
  /// has one of its own.
  private func arena() -> SecretArena? {
    ownArena.withLock { arena in
      if arena == nil { arena = try? SecretArena(slotCount: SOPSKeySource.slotCount) }
      return arena
    }
  }

  /// Opens a file's data key.
  ///
  /// - Throws: `.noIdentity`.
  func open(_ file: SOPSFile, path: String?) throws(WorkspaceError) -> SOPSOpened {
    do throws(WorkspaceError) {
      return SOPSOpened(file, try dataKey(of: file.metadata))
    } catch {
      guard let path else { throw error }
      throw error.at(path)
    }
  }

  /// Opens a file's data key with age identities alone: no other program and no service is asked.
  ///
  /// - Throws: `.noIdentity`.
  func openAtHand(_ file: SOPSFile) throws(WorkspaceError) -> SOPSOpened {
    var metadata = file.metadata
    metadata.keyGroups = metadata.keyGroups.map { group in
      SOPSKeyGroup(group.entries.filter { $0.backend == .age })
    }
    return SOPSOpened(file, try keys().dataKey(of: metadata, in: arena()))
  }

  private func dataKey(of metadata: SOPSMetadata) throws(WorkspaceError) -> SOPSDataKey {
    // What takes no service and no other program is faster than looking.
    guard
      metadata.keyGroups.contains(where: { group in
        group.entries.contains { $0.backend != .age }
      })
    else { return try keys().dataKey(of: metadata, in: arena()) }
    let groups = metadata.keyGroups
    if let found = known.withLock({ $0.first { $0.groups == groups } }) {
      do { return try found.copy() } catch { throw WorkspaceError(error) }
    }
    let key = try keys().dataKey(of: metadata, in: arena())
    guard let kept = try? KnownKey(groups, KnownKey.copy(key)) else { return key }
    known.withLock { known in
      if known.count == SOPSKeySource.maximumKeyCount { known.removeFirst() }
      known.append(kept)
    }
    return key
  }
}

extension KeyRing {
  /// The keys of SOPS files.
  public var sops: SOPSKeySource { SOPSKeySource(self) }
}
