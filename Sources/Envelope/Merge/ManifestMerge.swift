public import CryptoCore
internal import Manifest
internal import YAMLSource

/// A three-way merge of a manifest by value (docs/git.md, "Merging").
///
/// Values and envelopes are decided on here; the text around them is merged by git, in which words
/// stand for them.
public struct ManifestMerge: ~Copyable {
  let texts: MergeTexts
  let trios: [UnitTrio]
  let decisions: [UnitDecision]
  let slots: [MergeSlot]
  let words: SlotWords
  let unwrappers: [any KeyUnwrapper]
  let signer: SigningIdentity?
  /// Whom nothing must be sealed for.
  let forbidden: Set<String>
  /// What both sides come from, for git to merge: nothing is in it that was not readable before.
  public let baseText: WipedBuffer
  /// Our side, likewise.
  public let ourText: WipedBuffer
  /// Their side, likewise.
  public let theirText: WipedBuffer
}

extension ManifestSealer {
  /// Begins a merge.
  ///
  /// - Parameters:
  ///   - base: What both sides come from; empty when there is no such version. One that is no
  ///     manifest counts as none.
  ///   - unwrappers: The secrets to open Secrets with that both sides changed; none are needed for
  ///     others.
  ///   - settings: On what terms they are sealed again.
  ///   - nonce: Letters and digits that nobody can have known when the files were written.
  /// - Throws: `EnvelopeError` when a version is not a manifest that can be worked on.
  public mutating func beginMerge(
    base: Span<UInt8>, ours: Span<UInt8>, theirs: Span<UInt8>, unwrappers: [any KeyUnwrapper],
    settings: MergeSettings, nonce: String
  ) throws(EnvelopeError) -> ManifestMerge {
    let texts = MergeTexts(
      base: try Self.base(base), ours: try MergeText(ours), theirs: try MergeText(theirs))
    var trios = UnitTrio.all(base: texts.base, ours: texts.ours, theirs: texts.theirs)
    var decisions: [UnitDecision] = []
    var planner = try SlotPlanner(in: arena)
    for index in trios.indices {
      let decision = try decide(on: &trios[index], texts, unwrappers, settings)
      decisions.append(decision)
      try planner.plan(trios[index], index, decision, texts, codec: &codec)
    }
    let words = SlotWords(nonce: nonce)
    let baseText = try planner.skeleton(.base, texts, words)
    let ourText = try planner.skeleton(.ours, texts, words)
    let theirText = try planner.skeleton(.theirs, texts, words)
    return ManifestMerge(
      texts: texts, trios: trios, decisions: decisions, slots: planner.slots, words: words,
      unwrappers: unwrappers, signer: settings.signer, forbidden: settings.forbidden,
      baseText: baseText, ourText: ourText, theirText: theirText)
  }

  /// A base that git made by a merge of its own may be full of conflicts: then there is none.
  private static func base(_ source: Span<UInt8>) throws(EnvelopeError) -> MergeText {
    do { return try MergeText(source) } catch { return try MergeText(Span()) }
  }

  /// Ends a merge: puts values and envelopes into what git made of the text, and seals anew.
  ///
  /// - Parameters:
  ///   - merged: Git's merge of the three texts.
  ///   - conflictCount: How many conflicts git says there are in it.
  ///   - found: The markers in it.
  ///   - shown: The markers to show instead.
  public mutating func finish(
    _ merge: borrowing ManifestMerge, _ merged: Span<UInt8>, conflictCount: Int,
    found: ConflictMarkers, shown: ConflictMarkers
  ) throws(EnvelopeError) -> MergedManifest {
    let rendering = MergeRendering(
      slots: merge.slots, words: merge.words, found: found, shown: shown)
    let first = rendering.render(merged) { merge.envelopeText($0, [:]) }
    let conflicts = first.conflicts.sorted().map {
      MergedManifest.Conflict(
        unit: merge.slots[$0].unit, entry: merge.slots[$0].entry, authors: shown.authors[$0])
    }
    guard first.isClean, conflictCount == 0 else {
      // Sealed as it will be when our side is taken everywhere.
      let ours = rendering.render(merged, resolvedTo: .ours) { merge.envelopeText($0, [:]) }
      let envelopes = (try? merge.sealedEnvelopes(for: ours.text.bytes)) ?? [:]
      let shown = rendering.render(merged) { merge.envelopeText($0, envelopes) }
      var result = MergedManifest(
        text: WipedBuffer(copying: shown.text.bytes), conflicts: conflicts,
        textConflictCount: max(shown.textConflictCount, conflictCount))
      merge.describe(&result)
      return result
    }
    var problems: [String] = []
    var envelopes: [Int: Envelope] = [:]
    do throws(EnvelopeError) {
      envelopes = try merge.sealedEnvelopes(for: first.text.bytes)
    } catch { problems.append(Self.described(error)) }
    let last = rendering.render(merged) { merge.envelopeText($0, envelopes) }
    var result = MergedManifest(
      text: WipedBuffer(copying: last.text.bytes), conflicts: [], textConflictCount: 0)
    result.problems = problems
    merge.describe(&result)
    if problems.isEmpty { check(merge, last.text.bytes, &result) }
    return result
  }

  /// Looks at a merged text as everybody will: nothing may be wrong with it but what was said.
  private mutating func check(
    _ merge: borrowing ManifestMerge, _ text: Span<UInt8>, _ result: inout MergedManifest
  ) {
    do throws(EnvelopeError) {
      for status in try ManifestInspector.inspect(text) {
        for problem in status.problems where !result.unsealed.contains(status.label) {
          if problem.code == .staleSeal, status.envelope != nil {
            result.unsealed.append(status.label)
          } else if problem.code != .plaintextElsewhere {
            result.problems.append("\(status.label): \(problem.message)")
          }
        }
      }
      guard merge.hasResealed, result.unsealed.isEmpty else { return }
      _ = try open(text, unwrappers: merge.unwrappers)
    } catch {
      // A Secret that only one side changed need not open here.
      if error.code != .noIdentity { result.problems.append(Self.described(error)) }
    }
  }

  private static func described(_ error: EnvelopeError) -> String {
    "the merged manifest is not one: \(error.message)"
      + (error.position.map { " (line \($0.line))" } ?? "")
  }
}

extension ManifestMerge {
  /// A value that both sides changed, or that one removed and the other changed.
  public struct ConflictTokens: Sendable {
    /// The number of the conflict.
    public let number: Int
    /// The beginning of our token, by which it can be found in the history.
    public let ours: String?
    /// The same of theirs.
    public let theirs: String?
  }

  /// The values in conflict.
  public var conflicts: [ConflictTokens] {
    slots.indices.compactMap { index in
      switch slots[index].decision {
      case .conflict, .split: break
      case .text, .comments, .envelope: return nil
      }
      return ConflictTokens(
        number: index, ours: Self.token(slots[index].texts[.ours]),
        theirs: Self.token(slots[index].texts[.theirs]))
    }
  }

  private static func token(_ text: [UInt8]?) -> String? {
    guard let text else { return nil }
    let token = text.drop { $0 != UInt8(ascii: "S") }
    let start = Array(token.prefix(64))
    return TokenScanner.isToken(start.span) ? String(decoding: start, as: UTF8.self) : nil
  }

  var hasResealed: Bool {
    decisions.contains { if case .resealed = $0 { true } else { false } }
  }

  /// The text for a Secret's envelope.
  func envelopeText(_ index: Int, _ envelopes: [Int: Envelope]) -> [UInt8] {
    let trio = trios[index]
    switch decisions[index] {
    case .sealed(let version):
      guard let unit = trio.units[version] else { return [] }
      if version == .ours, let theirs = trio.units[.theirs], unit.isSealedLike(theirs) {
        let more = theirs.envelope.signatures.filter { !unit.envelope.signatures.contains($0) }
        var envelope = unit.envelope
        envelope.signatures += more.prefix(
          max(0, Envelope.maximumSignatureCount - envelope.signatures.count))
        if !more.isEmpty { return scalar(envelope, like: unit, .ours) }
      }
      return source(of: unit, version)
    case .resealed(let resealing):
      guard let unit = trio.units[.ours] else { return [] }
      return scalar(envelopes[index] ?? resealing.envelope, like: unit, .ours)
    case .stale, .raw, .split:
      return trio.units[.ours].map { source(of: $0, .ours) } ?? []
    }
  }

  private func source(of unit: MergeUnit, _ version: MergeVersion) -> [UInt8] {
    texts.lend(version) { source in
      [UInt8](
        copying: source.extracting(
          EnvelopeEditor.range(of: unit.annotation, tree: unit.placed.tree, source: source)))
    }
  }

  private func scalar(
    _ envelope: Envelope, like unit: MergeUnit, _ version: MergeVersion
  ) -> [UInt8] {
    texts.lend(version) { source in
      Array(
        EnvelopeEditor.scalar(
          envelope.text, like: unit.annotation, tree: unit.placed.tree, source: source
        ).utf8)
    }
  }

  /// The envelopes of Secrets that are sealed again, with seals over the merged text.
  func sealedEnvelopes(for text: Span<UInt8>) throws(EnvelopeError) -> [Int: Envelope] {
    guard hasResealed else { return [:] }
    var units: [UnitPlace: PlacedUnit] = [:]
    for (place, unit) in UnitPlace.all(of: try ManifestSealer.read(text).units) {
      units[place] = unit
    }
    var counts: [UnitIdentity: Int] = [:]
    var envelopes: [Int: Envelope] = [:]
    for (index, trio) in trios.enumerated() {
      let number = counts[trio.identity, default: 0]
      counts[trio.identity] = number + 1
      guard case .resealed(let resealing) = decisions[index],
        let unit = units[UnitPlace(identity: trio.identity, number: number)]
      else { continue }
      var envelope = resealing.envelope
      let body = try UnitSeal.entries(of: unit, source: text).body(
        context: resealing.context, typeName: unit.unit.typeName, lines: envelope.sealedLines)
      envelope.seal = resealing.keys.seal(body)
      envelope.digestText = body.digestText
      if let signer {
        envelope.signatures = [
          signer.sign(SealBuilder.signedMessage(body, seal: envelope.seal))
        ]
      }
      envelopes[index] = envelope
    }
    return envelopes
  }

  /// Says what a person has to do or to know.
  func describe(_ result: inout MergedManifest) {
    for (trio, decision) in zip(trios, decisions) {
      switch decision {
      case .raw(let reason?): result.problems.append("\(trio.label): \(reason)")
      case .stale: result.unsealed.append(trio.label)
      case .resealed(let resealing):
        let isInConflict = result.conflicts.contains { $0.unit == trio.label }
        if isInConflict || result.textConflictCount > 0 { result.unsealed.append(trio.label) }
        if let reason = resealing.newKeyReason {
          result.notes.append("\(trio.label): a new data key: \(reason)")
        }
        result.notes += resealing.change.notes.map { "\(trio.label): \($0)" }
        let isSigned = [MergeVersion.ours, .theirs].contains { version in
          trio.units[version]?.envelope.signatures.isEmpty == false
        }
        if isSigned, signer == nil {
          result.notes.append("\(trio.label): its signatures were dropped")
        }
      case .sealed(.theirs): describeTheirs(trio, &result)
      case .raw(nil), .sealed, .split: break
      }
    }
  }

  /// What is theirs was not looked at with a key: whom it is sealed for must show all the same.
  private func describeTheirs(_ trio: UnitTrio, _ result: inout MergedManifest) {
    // What our side removed and theirs left as it was is gone.
    guard let theirs = trio.units[.theirs]?.envelope,
      trio.units[.ours] != nil || trio.units[.base] == nil
    else { return }
    if let ours = trio.units[.ours]?.envelope {
      let change = RecipientMerge.RecipientChange(from: ours, to: theirs)
      result.notes += change.notes.map { "\(trio.label): \($0)" }
    }
    if let one = theirs.recipients.first(where: { forbidden.contains($0.recipient.key) }) {
      result.problems.append("\(trio.label): \(ManifestSealer.forbids(one.recipient))")
    }
  }
}
