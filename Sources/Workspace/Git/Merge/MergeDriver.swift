public import CryptoCore
public import Envelope
internal import Platform

/// The merge driver: merges manifests by value, in the place of git's merge of lines.
public struct MergeDriver: Sendable {
  private let unwrappers: [any KeyUnwrapper]
  private let keys: SOPSKeySource
  private let settings: MergeSettings
  /// What is wrong with the policy.
  private let policyProblem: String?
  private let labels: MergeLabels
  private let markerSize: Int
  private let path: String?

  /// What came of a merge.
  public struct Outcome: ~Copyable, Sendable {
    /// The text.
    public let text: WipedBuffer
    /// Whether git may take it as merged.
    public let isClean: Bool
    /// Values in conflict.
    public let conflicts: [MergedManifest.Conflict]
    /// Secrets that have to be sealed again.
    public let unsealed: [String]
    /// What is wrong besides, for people.
    public let problems: [String]
    /// What there is to know, for people.
    public let notes: [String]
    /// The labels of both sides.
    public let labels: MergeLabels
  }

  /// - Parameters:
  ///   - ring: what opens Secrets that both sides changed.
  ///   - trustedSigners: whose signatures these must have, instead of the policy's signers.
  ///   - signer: who signs what is sealed again.
  ///   - path: the file's path in the repository.
  public init(
    ring: KeyRing, trustedSigners: [SignatureVerifier] = [],
    signer: SigningIdentity? = nil, labels: MergeLabels, markerSize: Int, path: String?
  ) {
    var settings = MergeSettings(now: .now)
    do throws(WorkspaceError) {
      settings = try MergePolicy.settings(for: path)
      unwrappers = ring.unwrappers
      keys = ring.sops
      policyProblem = nil
    } catch {
      // Nobody knows what may be sealed: what needs no key is merged all the same.
      unwrappers = []
      keys = KeyRing.empty.sops
      policyProblem = "\(error.path ?? Policy.fileName): \(error.message)"
    }
    if !trustedSigners.isEmpty { settings.trustedSigners = trustedSigners }
    settings.signer = signer
    self.settings = settings
    self.labels = labels
    self.markerSize = min(max(markerSize, 1), 1_000)
    self.path = path
  }

  /// Merges three files, and puts the result into the place of ours, as git wants it.
  ///
  /// What is no manifest is merged by git's lines; that is only clean when no part of it is sealed,
  /// or every seal in it holds.
  public func run(base: String, ours: String, theirs: String) throws(WorkspaceError) -> Outcome {
    let baseFile = try Self.read(base)
    let ourFile = try Self.read(ours)
    let theirFile = try Self.read(theirs)
    let outcome = try merge(baseFile.bytes.bytes, ourFile.bytes.bytes, theirFile.bytes.bytes)
    try Self.write(outcome, over: ours, ourFile.identity)
    return outcome
  }

  private static func write(
    _ outcome: borrowing Outcome, over path: String, _ identity: FileIdentity
  ) throws(WorkspaceError) {
    do { try AtomicFile.write(outcome.text.bytes, to: path, expecting: .unchanged(identity)) } catch
    { throw WorkspaceError(writing: error) }
  }

  private static func read(_ path: String) throws(WorkspaceError) -> FileSnapshot {
    do { return try Files.read(path, limit: ManifestFile.maximumByteCount) } catch {
      throw WorkspaceError(reading: error).at(path)
    }
  }

  /// Merges three texts.
  public func merge(
    _ base: Span<UInt8>, _ ours: Span<UInt8>, _ theirs: Span<UInt8>
  ) throws(WorkspaceError) -> Outcome {
    if let sides = SOPSMergeSides(base, ours, theirs, path: path) {
      let labels = self.labels.completed(MergeHistory(self.labels, path: path))
      var merge = SOPSMergeDriver(
        keys: keys, labels: labels, markerSize: markerSize, path: path)
      merge.needsSignature = !settings.trustedSigners.isEmpty
      merge.forbidden = settings.forbidden
      if let policyProblem { merge.problems.append(policyProblem) }
      return try merge.run(sides, base, ours, theirs)
    }
    var sealer: ManifestSealer
    do { sealer = try ManifestSealer() } catch { throw WorkspaceError(error, path: path) }
    let nonce = Self.nonce()
    let merge: ManifestMerge
    do throws(EnvelopeError) {
      merge = try sealer.beginMerge(
        base: base, ours: ours, theirs: theirs, unwrappers: unwrappers,
        settings: settings, nonce: nonce)
    } catch { return try mergeLines(base, ours, theirs, because: error) }
    let secret = MergeLabels(base: nonce, ours: nonce, theirs: nonce)
    // Longer than any marker in the files, and nobody knows by how much.
    let size = 64 + Int(RandomBytes.array(count: 1)[0])
    let text = try TextMerge(markerSize: size, labels: secret).merge(
      base: merge.baseText.bytes, ours: merge.ourText.bytes, theirs: merge.theirText.bytes)
    return try finish(merge, text, secret, size: size, &sealer)
  }

  private func finish(
    _ merge: borrowing ManifestMerge, _ text: borrowing TextMerge.Result, _ secret: MergeLabels,
    size: Int, _ sealer: inout ManifestSealer
  ) throws(WorkspaceError) -> Outcome {
    // Who changed what takes a look into the history.
    let conflicts = merge.conflicts
    let hasConflicts = text.conflictCount > 0 || !conflicts.isEmpty
    let history = hasConflicts ? MergeHistory(self.labels, path: path) : nil
    let labels = history.map { self.labels.completed($0) } ?? self.labels
    let style = hasConflicts ? GitProgram().line(["config", "merge.conflictStyle"]) : nil
    var shown = Self.markers(labels, size: markerSize, style)
    shown.authors = history?.authors(of: conflicts) ?? [:]
    do throws(EnvelopeError) {
      let merged = try sealer.finish(
        merge, text.text.bytes, conflictCount: text.conflictCount,
        found: Self.markers(secret, size: size, style), shown: shown)
      return Outcome(
        text: WipedBuffer(copying: merged.text.bytes),
        isClean: merged.isClean, conflicts: merged.conflicts, unsealed: merged.unsealed,
        problems: merged.problems + (merged.isClean ? [] : [policyProblem].compactMap { $0 }),
        notes: merged.notes, labels: labels)
    } catch { throw WorkspaceError(error, path: path) }
  }

  private static func markers(
    _ labels: MergeLabels, size: Int, _ style: String?
  ) -> ConflictMarkers {
    ConflictMarkers(
      size: size, base: labels.base, ours: labels.ours, theirs: labels.theirs,
      showsBase: style?.hasSuffix("diff3") ?? false)
  }

  private static func nonce() -> String {
    RandomBytes.array(count: 16).map { String($0, radix: 16) }.joined(separator: "x")
  }

  private func mergeLines(
    _ base: Span<UInt8>, _ ours: Span<UInt8>, _ theirs: Span<UInt8>, because error: EnvelopeError
  ) throws(WorkspaceError) -> Outcome {
    let labels = self.labels.completed(MergeHistory(self.labels, path: path))
    let merged = try TextMerge(markerSize: markerSize, labels: labels).merge(
      base: base, ours: ours, theirs: theirs)
    var problems: [String] = []
    if SealedTraces.areIn(merged.text.bytes) {
      let statuses = try? ManifestInspector.inspect(merged.text.bytes)
      let isFine = statuses?.allSatisfy { $0.problems.isEmpty } ?? false
      if merged.conflictCount > 0 || !isFine {
        problems.append("merged line by line: \(error.message)")
      }
    }
    return Outcome(
      text: WipedBuffer(copying: merged.text.bytes),
      isClean: merged.conflictCount == 0 && problems.isEmpty, conflicts: [], unsealed: [],
      problems: problems, notes: [], labels: labels)
  }
}
