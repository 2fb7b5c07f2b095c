internal import CryptoCore
internal import Envelope
internal import Manifest
internal import SOPSFormat
internal import Synchronization

/// The ciphertexts whose values were read: they need not be opened again.
final class ReadTokens: Sendable {
  private let tokens = Mutex<Set<TokenDigest>>([])

  func areAllKnown(_ others: some Sequence<TokenDigest>) -> Bool {
    tokens.withLock { known in others.allSatisfy(known.contains) }
  }

  func insert(_ others: some Sequence<TokenDigest>) { tokens.withLock { $0.formUnion(others) } }
}

/// A worker's means to read the encrypted values of texts.
struct ValueReader: ~Copyable {
  /// What became of a text.
  struct Outcome {
    /// How many Secrets and files of SOPS there are in it.
    var secretCount = 0
    /// Why one does not open; the others were read.
    var failure: WorkspaceError?
  }

  private let unwrappers: [any KeyUnwrapper]
  private let keys: HistoryKeys
  private let tokens: ReadTokens
  private var sealer: ManifestSealer?

  init(_ ring: KeyRing, _ keys: HistoryKeys, _ tokens: ReadTokens) {
    unwrappers = ring.unwrappers
    self.keys = keys
    self.tokens = tokens
    sealer = nil
  }

  /// Lends every encrypted value of a text that can be opened; of a version of history only when one of
  /// its ciphertexts was not read before.
  ///
  /// - Parameter path: Where it is; nil for a version of history.
  /// - Throws: `.malformed` for what is damaged.
  mutating func read(
    _ source: Span<UInt8>, path: String?, _ body: (ValueOwner, Span<UInt8>) -> Void
  ) throws(WorkspaceError) -> Outcome {
    if let file = try SOPSText.read(source, path: path, refusesUnreadable: path != nil) {
      return try read(file, path, body)
    }
    guard SealedTraces.areIn(source) else { return Outcome() }
    return try readManifest(source, path, body)
  }

  private mutating func readManifest(
    _ source: Span<UInt8>, _ path: String?, _ body: (ValueOwner, Span<UInt8>) -> Void
  ) throws(WorkspaceError) -> Outcome {
    if sealer == nil {
      do { sealer = try ManifestSealer() } catch { throw WorkspaceError(error, path: nil) }
    }
    guard var ready = sealer.take() else { return Outcome() }
    var read: Set<[Int]> = []
    var lent: [(unit: Int, entry: Int, value: HeldBytes)] = []
    let versions: [UnitVersion]
    let tokens = tokens
    do throws(EnvelopeError) {
      versions = try ready.readValues(
        source, unwrappers: unwrappers, isWanted: { path != nil || !tokens.areAllKnown($0.tokens) }
      ) { unit, entry, value in
        read.insert([unit, entry])
        lent.append((unit, entry, HeldBytes(value)))
      }
      sealer = consume ready
    } catch {
      sealer = consume ready
      throw WorkspaceError(error, path: path)
    }
    for (unit, entry, value) in lent where versions[unit].entries[entry].token != nil {
      let version = versions[unit]
      let owner = ValueOwner(unit: version.identity.label, name: version.entries[entry].name)
      value.lend { body(owner, $0) }
    }
    var outcome = Outcome(secretCount: versions.count(where: \.isSealed))
    for (number, version) in versions.enumerated() where version.isSealed {
      let isOpen = version.entries.indices.allSatisfy { entry in
        version.entries[entry].token == nil || read.contains([number, entry])
      }
      if isOpen {
        tokens.insert(version.tokens)
      } else if path != nil || !tokens.areAllKnown(version.tokens) {
        outcome.failure = Self.closed(path, version)
      }
    }
    return outcome
  }

  private static func closed(_ path: String?, _ version: UnitVersion?) -> WorkspaceError {
    WorkspaceError(
      .noIdentity, "no identity opens it, and its values are not searched for", path: path,
      position: version?.position, unit: version?.identity.label,
      hints: ["name an identity with --identity FILE, or set SEALWAX_IDENTITY_FILE"])
  }

  private func read(
    _ file: SOPSFile, _ path: String?, _ body: (ValueOwner, Span<UInt8>) -> Void
  ) throws(WorkspaceError) -> Outcome {
    do throws(SOPSError) {
      let version = try SOPSVersion(file)
      let ciphertexts = version.entries.compactMap(\.version.token)
      guard path != nil || !tokens.areAllKnown(ciphertexts) else { return Outcome(secretCount: 1) }
      guard let opened = keys.open(file) else {
        return Outcome(secretCount: 1, failure: Self.closed(path, nil))
      }
      var names = SOPSEntryNames(file)
      try opened.withKey { (key) throws(SOPSError) in
        try file.forEachEntry(key) { entry, _, value in
          names.note(entry, value)
          guard entry.isEncrypted, names.counts(entry) else { return }
          let unit = names.object(of: entry)?.label ?? ValueOwner.file(path)
          let owner = ValueOwner(unit: unit, name: names.name(of: entry))
          names.withValue(of: entry, value) { body(owner, $0) }
        }
      }
      tokens.insert(ciphertexts)
      return Outcome(secretCount: 1)
    } catch { throw WorkspaceError(error, path: path) }
  }
}

extension UnitVersion {
  fileprivate var tokens: [TokenDigest] { entries.compactMap(\.token) }
}

/// A value that waits to be looked at.
private final class HeldBytes {
  private let bytes: WipedBuffer

  init(_ value: Span<UInt8>) { bytes = WipedBuffer(copying: value) }

  func lend(_ body: (Span<UInt8>) -> Void) { Self.lend(bytes, body) }

  private static func lend(_ bytes: borrowing WipedBuffer, _ body: (Span<UInt8>) -> Void) {
    body(bytes.bytes)
  }
}
