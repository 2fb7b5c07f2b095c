internal import CryptoCore
internal import Manifest
internal import YAMLSource

/// The three versions of a manifest.
struct MergeTexts: ~Copyable {
  let base: MergeText
  let ours: MergeText
  let theirs: MergeText

  /// Lends a version's text.
  func lend<Result: ~Copyable, Failure: Error>(
    _ version: MergeVersion, _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    switch version {
    case .base: try body(base.text.bytes)
    case .ours: try body(ours.text.bytes)
    case .theirs: try body(theirs.text.bytes)
    }
  }

  /// A copy of what stands in a range, which is public: a token or an envelope.
  func copy(_ range: Range<Int>, of version: MergeVersion) -> [UInt8] {
    lend(version) { [UInt8](copying: $0.extracting(range)) }
  }
}

/// What becomes of the envelope of a Secret.
enum UnitDecision {
  /// Its text is merged as it stands, for a reason that a person has to know, if any.
  case raw(String?)
  /// It is sealed as in this version.
  case sealed(MergeVersion)
  /// Its values are merged, and the seal has to be made again by somebody with a key.
  case stale
  /// Its values are merged, and the seal is made again.
  case resealed(UnitResealing)
  /// One side removed the Secret, which the other changed.
  case split
}

/// How a merged Secret is sealed again.
struct UnitResealing {
  let context: UnitContext
  let keys: UnitKeys
  /// With the seal of one side.
  let envelope: Envelope
  /// Why there is a new data key, if there is one.
  let newKeyReason: String?
  /// Whom their side lets in.
  let joined: [RecipientDescription]
}

extension ManifestSealer {
  /// Decides on a Secret; opens the versions where that is needed.
  mutating func decide(
    on trio: inout UnitTrio, _ texts: borrowing MergeTexts, _ unwrappers: [any KeyUnwrapper],
    _ settings: MergeSettings
  ) throws(EnvelopeError) -> UnitDecision {
    guard !trio.hasOther else { return .raw(nil) }
    let base = trio.units[.base]
    guard let ours = trio.units[.ours], let theirs = trio.units[.theirs] else {
      let version: MergeVersion = trio.units[.ours] != nil ? .ours : .theirs
      guard let kept = trio.units[version] else { return .sealed(.base) }
      guard let base else { return .sealed(version) }
      return kept.isSealedLike(base) ? .sealed(version) : .split
    }
    if ours.isSealedLike(theirs) { return .sealed(.ours) }
    if let base {
      if ours.isSealedLike(base) { return .sealed(.theirs) }
      if theirs.isSealedLike(base) { return .sealed(.ours) }
    }
    for version in MergeVersion.allCases {
      guard let unit = trio.units[version] else { continue }
      do throws(EnvelopeError) {
        trio.units[version]?.opened = try texts.lend(version) { source throws(EnvelopeError) in
          try openUnit(
            unit.placed, annotation: unit.annotation, source: source, unwrappers: unwrappers,
            trustedSigners: version == .base ? [] : settings.trustedSigners, keepsKeys: true)
        }
      } catch {
        guard version != .base else { continue }
        return Self.closed(ours, theirs, error)
      }
    }
    do throws(EnvelopeError) {
      return .resealed(try resealing(of: trio, unwrappers, settings))
    } catch { return .raw(error.message) }
  }

  /// What to do without a key: values can be merged, but nobody can tell whether a changed envelope
  /// is one to go on with.
  private static func closed(
    _ ours: MergeUnit, _ theirs: MergeUnit, _ error: EnvelopeError
  ) -> UnitDecision {
    let isTampered = error.code != .noIdentity && error.code != .unwrapFailed
    guard !isTampered else { return .raw(error.message) }
    guard ours.envelope.sealedLines == theirs.envelope.sealedLines else {
      return .raw(
        "the sides have different recipients or data keys, which takes an identity to merge")
    }
    return .stale
  }

  private func resealing(
    of trio: UnitTrio, _ unwrappers: [any KeyUnwrapper], _ settings: MergeSettings
  ) throws(EnvelopeError) -> UnitResealing {
    guard let ours = trio.units[.ours], let theirs = trio.units[.theirs] else {
      throw EnvelopeError(.wrapFailed, "a side is missing")
    }
    guard ours.envelope.fields == theirs.envelope.fields else {
      throw EnvelopeError(.wrapFailed, "the two sides seal different fields")
    }
    let base = trio.units[.base]?.envelope
    let merge = try RecipientMerge(base: base, ours: ours.envelope, theirs: theirs.envelope)
    guard let opened = trio.units[merge.keyVersion]?.opened else {
      throw EnvelopeError(.wrapFailed, "the key of one side is missing")
    }
    if let one = merge.recipients.first(where: { settings.forbidden.contains($0.recipient.key) }) {
      throw EnvelopeError(
        .wrapFailed, "the policy forbids \(one.recipient.label), for whom a side is sealed")
    }
    let isNew = merge.newKeyReason != nil
    let dataKey =
      isNew
      ? try DataKey.random(in: arena)
      : try KeyUnwrapping.unwrap(
        opened.envelope, context: opened.context, unwrappers: unwrappers, in: arena)
    let keys = try UnitKeys(dataKey, in: arena)
    var lines: [RecipientLine] = []
    for (recipient, line) in merge.recipients {
      if let line {
        lines.append(line)
        continue
      }
      guard let wrapper = RecipientResolver.wrapper(for: recipient, unwrappers: unwrappers) else {
        throw EnvelopeError(
          .wrapFailed, "there is no way to give \(recipient.label) the data key of the merge")
      }
      let wrap = try wrapper.wrap(dataKey, context: opened.context, in: arena)
      lines.append(RecipientLine(recipient: recipient, wrap: wrap))
    }
    let isOurs = ours.envelope.layout != base?.layout
    var envelope = Envelope(
      cipher: opened.envelope.cipher, scope: opened.envelope.scope, recipients: lines,
      fields: opened.envelope.fields,
      layout: isOurs ? ours.envelope.layout : theirs.envelope.layout,
      commitment: isNew ? try keys.commitment() : opened.envelope.commitment,
      made: isNew ? settings.now : opened.envelope.made)
    envelope.seal = opened.envelope.seal
    envelope.digestText = opened.envelope.digestText
    return UnitResealing(
      context: opened.context, keys: keys, envelope: envelope, newKeyReason: merge.newKeyReason,
      joined: merge.joined)
  }
}
