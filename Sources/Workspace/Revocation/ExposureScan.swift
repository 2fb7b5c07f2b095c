internal import CryptoCore
internal import Envelope
internal import Findings
internal import Manifest
public import Platform
internal import Synchronization

/// Looks through all of a repository's history for what somebody could read.
///
/// Every version of every file is read once, through one `git cat-file`, and looked at on all cores.
/// Only versions with Secrets are remembered, as digests and commits.
public struct ExposureScan: Sendable {
  private let match: KeyMatch
  private let ring: KeyRing
  private let fingerprinter: ValueFingerprinter
  private let keys: HistoryKeys
  /// Revisions whose values are in use; empty for the working tree.
  public var revisions: [String] = []
  /// Keys of Secrets that are left out, such as `stringData/username`.
  public var exceptions: [GlobPattern] = []
  /// Whether to make do with the files below the working folder where there is no repository.
  public var worksWithoutRepository = false

  /// - Parameters:
  ///   - match: Whose key is lost.
  ///   - ring: What opens Secrets, so that values can be compared under different data keys.
  /// - Throws: `.other` without memory for a key.
  public init(_ match: KeyMatch, ring: KeyRing) throws(WorkspaceError) {
    self.match = match
    self.ring = ring
    keys = HistoryKeys(ring)
    fingerprinter = try ValueFingerprinter()
  }

  /// Looks at everything.
  ///
  /// - Throws: `.noInput` outside of a repository, and for names that nobody ever had; what else
  ///   could not be looked at is among the errors of the answer.
  public func run() throws(WorkspaceError) -> Exposure {
    let collected = Mutex(Collected())
    let repository: CallersRepository
    do {
      repository = try CallersRepository.find(hint: "its history is looked at: go into one")
    } catch {
      guard worksWithoutRepository else { throw error }
      try lookAtFiles(collected)
      var exposure = try judged(
        collected, spans: [:], judge: PolicyJudge(today: .distantFuture), root: ".")
      exposure.hasHistory = false
      return exposure
    }
    try lookAtHistory(repository, collected)
    try lookAtPresent(repository, collected)
    let (objects, isPartial) = collected.withLock { collected in
      (collected.index.objects + collected.failures.keys, collected.missingCount > 0)
    }
    let spans = try HistorySpans.collect(
      of: Set(objects), in: repository.folder, isPartial: isPartial)
    collected.withLock { collected in
      if collected.missingCount > 0 {
        collected.errors.append(HistoryLists.partial(collected.missingCount))
      }
    }
    if try HistoryLists.isShallow(repository.folder) {
      collected.withLock { $0.errors.append(HistoryLists.shallow) }
    }
    return try judged(
      collected, spans: spans,
      judge: repository.root.map { PolicyJudge(today: .distantFuture, root: $0) },
      root: repository.root ?? repository.folder)
  }

  /// What the workers find.
  struct Collected: Sendable {
    var index = ExposureIndex()
    var current: Set<Int> = []
    /// Damaged texts, by the name of their object.
    var failures: [String: WorkspaceError] = [:]
    var errors: [WorkspaceError] = []
    /// How many objects are not in this clone.
    var missingCount = 0
    var failure: WorkspaceError?

    /// Takes note that a version which is known is in use.
    mutating func use(_ file: BlobEntry) {
      current.formUnion(index.valuesOfObjects[file.object] ?? [])
      if let key = index.sops.keysOfObjects[file.object] {
        index.sops.present.append((file.path, key))
      }
    }
  }

  private func judged(
    _ collected: borrowing Mutex<Collected>, spans: [String: HistorySpan], judge: PolicyJudge?,
    root: String
  ) throws(WorkspaceError) -> Exposure {
    var found = collected.withLock { $0 }
    found.index.nameFiles(spans)
    let recipients = found.index.recipientsOfKeys.reduce(into: Set()) { $0.formUnion($1) }
    try match.check(recipients)
    let match = self.match.knowing(recipients)
    let keys = found.index.dataKeys(of: match)
    let judgement = ExposureJudgement(
      found.index, spans: spans, current: found.current, exposedKeys: keys,
      isIgnored: { (try? judge?.ignores($0)) ?? false })
    var exposure = Exposure(self.match.knowingUnresolved(recipients))
    exposure.entries = judgement.entries { name in
      !exceptions.contains { $0.matches(name) }
    }
    exposure.recipients = recipients.filter(match.matches).sorted {
      ($0.label, $0.key) < ($1.label, $1.key)
    }
    exposure.commitments = found.index.commitments(to: keys)
    exposure.links = found.index.links(to: keys)
    exposure.openFiles = found.index.openFiles(keys, in: root)
    exposure.openToday =
      Set(
        found.current.compactMap { number in
          let key = found.index.values[number].key
          guard let dataKey = key.dataKey, keys.contains(dataKey),
            !found.index.sops.isOfSOPS(dataKey)
          else { return nil }
          return found.index.units[key.unit].label
        }
      ).sorted() + exposure.openFiles.keys.map(\.path).sorted()
    exposure.versionCount = found.index.objects.count
    exposure.errors = found.errors
    exposure.unreadable = found.failures.sorted { $0.key < $1.key }.compactMap { object, error in
      guard let span = spans[object],
        let path = span.paths.first(where: InputPaths.isManifestName)
      else { return nil }
      var error = error
      error.path = path
      if let commit = span.first?.mark { error.hints = ["it came with commit \(commit.shortID)"] }
      return error
    }
    return exposure
  }

  // MARK: History

  private func lookAtHistory(
    _ repository: CallersRepository, _ collected: borrowing Mutex<Collected>
  ) throws(WorkspaceError) {
    let stream = Mutex(
      try BlobStream(
        lists: [try HistoryLists.blobs(in: repository.folder)], in: repository.folder, .objects))
    try work(collected) { buffer throws(WorkspaceError) in
      try stream.withLock { stream throws(WorkspaceError) in
        try stream.nextManifest(into: &buffer) {
          collected.withLock { $0.missingCount += 1 }
        }.map { ReadText(object: $0.object, path: $0.path) }
      }
    } take: { collected, text, facts in
      if let failure = facts.failure { collected.failures[text.object] = failure }
      collected.index.add(facts, object: text.object, withPlaintext: true)
    }
  }

  /// A text whose bytes are in the worker's buffer.
  struct ReadText: Sendable {
    /// The name of its object; empty for a file that git does not track.
    let object: String
    /// Its path, where that is known, from the working folder.
    let path: String
    /// The same from the repository's root, for a file of now.
    var file: String?
  }

  /// Reads texts one after the other, and looks at them on all cores.
  func work(
    _ collected: borrowing Mutex<Collected>,
    next: @Sendable (inout WipedBuffer) throws(WorkspaceError) -> ReadText?,
    take: @Sendable (inout Collected, ReadText, SecretFacts) -> Void
  ) throws(WorkspaceError) {
    let workers = Parallel.availableCores
    Parallel.forEach(count: workers, workers: workers, makeState: { _ in makeReader() }) {
      _, reader in
      var buffer = WipedBuffer()
      do throws(WorkspaceError) {
        while collected.withLock({ $0.failure == nil }) {
          buffer.removeAll()
          guard let text = try next(&buffer) else { return }
          let facts = try reader.facts(
            in: buffer.bytes, path: text.file,
            isKnown: { unit in collected.withLock { $0.index.knows(unit) } },
            isKnownFile: { file in collected.withLock { $0.index.knows(file) } })
          // Of a file of now something else may be known.
          let found = facts ?? (text.file == nil ? nil : SecretFacts())
          if let found { collected.withLock { take(&$0, text, found) } }
        }
      } catch {
        collected.withLock { if $0.failure == nil { $0.failure = error } }
      }
    }
    if let failure = collected.withLock({ $0.failure }) { throw failure }
  }

  func makeReader() -> SecretReader {
    SecretReader(unwrappers: ring.unwrappers, keys, fingerprinter)
  }
}
