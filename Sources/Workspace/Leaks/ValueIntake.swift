internal import CryptoCore
internal import Platform
internal import SOPSFormat
internal import SecretScan
internal import Synchronization

/// Takes in the values that are to be searched for.
struct ValueIntake: Sendable {
  private let ring: KeyRing
  private let keys: HistoryKeys
  private let tokens = ReadTokens()
  private let fingerprinter: ValueFingerprinter
  private let minimumByteCount: Int

  init(_ ring: KeyRing, _ minimumByteCount: Int) throws(WorkspaceError) {
    self.ring = ring
    self.minimumByteCount = minimumByteCount
    keys = HistoryKeys(ring)
    fingerprinter = try ValueFingerprinter()
  }

  func makeReader() -> ValueReader { ValueReader(ring, keys, tokens) }

  /// Takes a value, without the blanks at its ends.
  func take(
    _ value: Span<UInt8>, _ owner: ValueOwner, isFormer: Bool,
    _ collected: borrowing Mutex<HeldValues.Collected>
  ) {
    let value = value.extracting(ValueCare.trimmed(value))
    guard !value.isEmpty else { return }
    let reason = ValueCare.reasonToSkip(value, minimumByteCount: minimumByteCount)
    let fingerprint = fingerprinter.fingerprint(of: value)
    collected.withLock { collected in
      collected.add(value, owner, fingerprint, reasonToSkip: reason, isFormer: isFormer)
    }
  }

  /// Takes the values of every version in history that opens and was not read before.
  ///
  /// - Throws: What git cannot do; versions that are damaged, or for somebody else, are counted.
  func takeHistory(
    _ repository: CallersRepository, versionsOf paths: [String],
    _ collected: borrowing Mutex<HeldValues.Collected>
  ) throws(WorkspaceError) {
    let stream = Mutex(
      try BlobStream(
        lists: [try HistoryLists.blobs(of: paths, in: repository.folder)],
        in: repository.folder, .objects))
    let failure = Mutex<WorkspaceError?>(nil)
    let objects = Mutex<Set<String>>([])
    let workers = Parallel.availableCores
    Parallel.forEach(count: workers, workers: workers, makeState: { _ in makeReader() }) {
      _, reader in
      var buffer = WipedBuffer()
      do throws(WorkspaceError) {
        while failure.withLock({ $0 == nil }) {
          buffer.removeAll()
          let object = try stream.withLock { (stream) throws(WorkspaceError) in
            try stream.nextManifest(into: &buffer) {
              collected.withLock { $0.missingCount += 1 }
            }?.object
          }
          guard let object else { return }
          let isOpen = Self.read(buffer, &reader) { owner, value in
            var owner = owner
            if owner.unit == ValueOwner.file(nil) {
              owner.object = object
              _ = objects.withLock { $0.insert(object) }
            }
            take(value, owner, isFormer: true, collected)
          } count: { count in
            collected.withLock { $0.secretCount += count }
          }
          if !isOpen { collected.withLock { $0.closedVersionCount += 1 } }
        }
      } catch {
        failure.withLock { $0 = $0 ?? error }
      }
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
    let spans = try HistorySpans.collect(
      of: objects.withLock { $0 }, in: repository.folder,
      isPartial: collected.withLock { $0.missingCount > 0 })
    collected.withLock { $0.nameFiles(spans) }
  }

  private static func read(
    _ text: borrowing WipedBuffer, _ reader: inout ValueReader,
    _ body: (ValueOwner, Span<UInt8>) -> Void, count: (Int) -> Void
  ) -> Bool {
    do throws(WorkspaceError) {
      let outcome = try reader.read(text.bytes, path: nil, body)
      count(outcome.secretCount)
      return outcome.failure == nil
    } catch { return false }
  }
}
