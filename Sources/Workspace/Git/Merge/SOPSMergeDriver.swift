internal import CryptoCore
internal import Envelope
internal import Manifest
internal import Platform
internal import SOPSFormat

/// Three versions of a file of which both sides are SOPS's.
struct SOPSMergeSides {
  /// Nil when it is none, as where both sides added the file.
  let base: SOPSFile?
  let ours: SOPSFile
  let theirs: SOPSFile

  /// Nil when it is no merge of SOPS files.
  init?(_ base: Span<UInt8>, _ ours: Span<UInt8>, _ theirs: Span<UInt8>, path: String?) {
    func read(_ text: Span<UInt8>) -> SOPSFile? {
      (try? SOPSText.read(text, path: path)).flatMap { $0 }
    }
    guard let ours = read(ours), let theirs = read(theirs) else { return nil }
    self.ours = ours
    self.theirs = theirs
    self.base = read(base)
  }
}

/// Merges SOPS files by value.
///
/// The MAC is over all values, so only who has the data key can make the one of a merge.
struct SOPSMergeDriver {
  let keys: SOPSKeySource
  let labels: MergeLabels
  let markerSize: Int
  let path: String?
  /// Whether both sides would have to be signed, which they cannot be.
  var needsSignature = false
  /// Whom it must not be encrypted for, by the keys of recipients.
  var forbidden: Set<String> = []
  /// What keeps the result from being one to commit, for people.
  var problems: [String] = []
  private var notes: [String] = []

  init(keys: SOPSKeySource, labels: MergeLabels, markerSize: Int, path: String?) {
    self.keys = keys
    self.labels = labels
    self.markerSize = markerSize
    self.path = path
  }

  mutating func run(
    _ sides: SOPSMergeSides, _ base: Span<UInt8>, _ ours: Span<UInt8>, _ theirs: Span<UInt8>
  ) throws(WorkspaceError) -> MergeDriver.Outcome {
    guard !needsSignature else {
      problems.append(SOPSText.unsigned(path).message)
      return try mergeLines(base, ours, theirs)
    }
    do throws(WorkspaceError) {
      let merged = try mergeValues(sides)
      let needsMAC = merged.conflictCount > 0
      return outcome(merged, needsMAC: needsMAC)
    } catch {
      problems.append(error.message)
      if error.kind == .noIdentity, let merged = try mergeUnopened(sides) {
        return outcome(merged, needsMAC: true)
      }
      return try mergeLines(base, ours, theirs)
    }
  }

  private mutating func mergeValues(
    _ sides: SOPSMergeSides
  ) throws(WorkspaceError) -> TextMerge.Result {
    let ours = try keys.open(sides.ours, path: path)
    let theirs = try keys.open(sides.theirs, path: path)
    var base: SOPSOpened?
    if let file = sides.base { base = try keys.open(file, path: path) }
    let owners = owners(base, ours, theirs)
    var merge: SOPSMerge
    do {
      merge = try SOPSMerge(base: base, ours: ours, theirs: theirs, layout: layout)
    } catch { throw WorkspaceError(error, path: path) }
    if let byValue = mergeByValue(merge) { merge = byValue }
    let merged = try merged(merge, metadata: nil)
    guard merged.conflictCount > 0 else {
      let text = try finish(merge, merged.text, owners)
      checkForbidden(text)
      return TextMerge.Result(text: text, conflictCount: 0)
    }
    // Without a MAC, as long as nobody knows which values it will be over: so everybody sees, without a
    // key, that it is not done. With the same metadata in all three versions they are in what comes out.
    var metadata = sides.ours.metadata
    (metadata.keyGroups, metadata.shamirThreshold) = (owners.groups, owners.threshold)
    metadata.encryptedMAC = ""
    return try self.merged(merge, metadata: metadata)
  }

  /// The merge whose texts differ in no more than what both sides changed; nil when what comes of it
  /// would be no merge by value, or a conflict where lines merge.
  private func mergeByValue(_ merge: SOPSMerge) -> SOPSMerge? {
    guard let byValue = merge.withValuesTakenOver(),
      let merged = try? self.merged(byValue, metadata: nil)
    else { return nil }
    if merged.conflictCount == 0 { return merge.isMerged(merged.text.bytes) ? byValue : nil }
    if let byLine = try? self.merged(merge, metadata: nil), byLine.conflictCount == 0,
      merge.isMerged(byLine.text.bytes)
    {
      return nil
    }
    return byValue
  }

  /// Without a key the values are merged, and nobody can make a MAC of them.
  private func mergeUnopened(_ sides: SOPSMergeSides) throws(WorkspaceError) -> TextMerge.Result? {
    guard
      let merge = SOPSMerge(
        unopened: sides.base, ours: sides.ours, theirs: sides.theirs, layout: layout)
    else { return nil }
    var metadata = sides.ours.metadata
    metadata.encryptedMAC = ""
    return try merged(merge, metadata: metadata)
  }

  private var layout: SOPSLayout { path.map { SOPSRules().layout(for: $0) } ?? .standard }

  private func merged(
    _ merge: SOPSMerge, metadata: SOPSMetadata?
  ) throws(WorkspaceError) -> TextMerge.Result {
    let base = try text(merge, .base, metadata)
    let ours = try text(merge, .ours, metadata)
    let theirs = try text(merge, .theirs, metadata)
    return try TextMerge(markerSize: markerSize, labels: labels).merge(
      base: base.bytes, ours: ours.bytes, theirs: theirs.bytes)
  }

  private func text(
    _ merge: SOPSMerge, _ version: SOPSMerge.Version, _ metadata: SOPSMetadata?
  ) throws(WorkspaceError) -> WipedBuffer {
    do { return try merge.text(of: version, metadata: metadata) } catch {
      throw WorkspaceError(error, path: path)
    }
  }

  private func finish(
    _ merge: SOPSMerge, _ text: borrowing WipedBuffer, _ owners: Owners
  ) throws(WorkspaceError) -> WipedBuffer {
    do {
      return try merge.finish(
        text.bytes, keyGroups: owners.groups, shamirThreshold: owners.threshold, date: .now)
    } catch { throw WorkspaceError(error, path: path) }
  }

  private mutating func checkForbidden(_ text: borrowing WipedBuffer) {
    guard let file = (try? SOPSText.read(text.bytes, path: path)).flatMap({ $0 }) else { return }
    for one in SOPSText.recipients(of: file) where forbidden.contains(one.key) {
      problems.append("the policy forbids \(one.label), for whom a side is encrypted")
    }
  }

  /// Who has the data key of the merge.
  private struct Owners {
    let groups: [SOPSKeyGroup]
    let threshold: Int

    init(_ file: SOPSFile) {
      groups = file.metadata.keyGroups
      threshold = file.metadata.shamirThreshold
    }

    /// Those of a file that has the data key of ours.
    ///
    /// No MAC is over them: whom ours knows keeps what ours has for them.
    init(_ file: SOPSFile, keeping ours: SOPSFile) {
      threshold = file.metadata.shamirThreshold
      // A share of a threshold group is no other group's.
      guard ours.metadata.keyGroups.count == 1, file.metadata.keyGroups.count == 1 else {
        groups = file.metadata.keyGroups
        return
      }
      let known = ours.metadata.keyGroups.flatMap(\.entries)
      groups = file.metadata.keyGroups.map { group in
        SOPSKeyGroup(
          group.entries.map { entry in
            known.first { $0.backend == entry.backend && $0.recipient == entry.recipient } ?? entry
          })
      }
    }
  }

  /// The data key is always ours: recipients are public, so their side's may be one that its author
  /// made up to read our values.
  private mutating func owners(
    _ base: SOPSOpened?, _ ours: SOPSOpened, _ theirs: SOPSOpened
  ) -> Owners {
    let own = Owners(ours.file)
    guard ours.hasSameKey(as: theirs) else {
      let isOnlyOurs = base.map { $0.hasSameKey(as: theirs) } ?? false
      if !isOnlyOurs {
        problems.append(
          "their side has another data key, for which nobody vouches: the values are encrypted with "
            + "ours; if somebody was shut out there, rotate it again")
      } else if base?.file.metadata.keyGroups != theirs.file.metadata.keyGroups {
        problems.append(
          "our side made a new data key while theirs changed who has the old one: give it "
            + "its recipients again with sealwax rewrap")
      }
      return own
    }
    let (mine, other) = (ours.file.metadata, theirs.file.metadata)
    guard mine.keyGroups != other.keyGroups else { return own }
    let before = base?.file.metadata.keyGroups
    if before == other.keyGroups { return own }
    guard before == mine.keyGroups else {
      problems.append("both sides changed who has the data key: run sealwax rewrap")
      return own
    }
    let (old, new) = (SOPSText.recipients(of: ours.file), SOPSText.recipients(of: theirs.file))
    for added in new where !old.contains(added) { notes.append("the merge lets \(added.text) in") }
    for taken in old where !new.contains(taken) {
      notes.append("the merge takes \(taken.text) out")
    }
    return Owners(theirs.file, keeping: ours.file)
  }

  private mutating func mergeLines(
    _ base: Span<UInt8>, _ ours: Span<UInt8>, _ theirs: Span<UInt8>
  ) throws(WorkspaceError) -> MergeDriver.Outcome {
    problems.append("merged line by line: its MAC does not hold")
    return outcome(
      try TextMerge(markerSize: markerSize, labels: labels).merge(
        base: base, ours: ours, theirs: theirs))
  }

  private func outcome(
    _ merged: consuming TextMerge.Result, needsMAC: Bool = false
  ) -> MergeDriver.Outcome {
    let isClean = merged.conflictCount == 0 && problems.isEmpty && !needsMAC
    var shown = problems
    if merged.conflictCount > 0 {
      let count = merged.conflictCount
      shown.insert(
        "\(count) \(count == 1 ? "conflict" : "conflicts"), to be resolved before it is sealed again",
        at: 0)
    }
    return MergeDriver.Outcome(
      text: WipedBuffer(copying: merged.text.bytes), isClean: isClean, conflicts: [],
      unsealed: needsMAC ? [SOPSText.identity.label] : [], problems: shown, notes: notes,
      labels: labels)
  }
}
