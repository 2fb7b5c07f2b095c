internal import CryptoCore
internal import Manifest

/// One value in the three versions of a Secret.
struct MergedValue {
  let trio: UnitTrio
  /// Which entry it is in each.
  let numbers: PerVersion<Int?>

  /// What becomes of it.
  enum Choice {
    case version(MergeVersion)
    /// Both sides changed it.
    case conflict
    /// One side removed it, the other changed it.
    case split
  }

  func entry(_ version: MergeVersion) -> UnitEntry? {
    guard let number = numbers[version] else { return nil }
    return trio.units[version]?.placed.entries[number]
  }

  func choice(_ texts: borrowing MergeTexts) -> Choice {
    let hasBase = numbers[.base] != nil
    switch (numbers[.ours] != nil, numbers[.theirs] != nil) {
    case (true, true):
      if areSame(.ours, .theirs, texts) { return .version(sameChoice) }
      if hasBase, areSame(.base, .ours, texts) { return .version(.theirs) }
      if hasBase, areSame(.base, .theirs, texts) { return .version(.ours) }
      return .conflict
    case (true, false):
      return !hasBase || areSame(.base, .ours, texts) ? .version(.ours) : .split
    case (false, true):
      return !hasBase || areSame(.base, .theirs, texts) ? .version(.theirs) : .split
    case (false, false): return .version(.base)
    }
  }

  /// Which of two tokens of an equal value stays: the one that is new, ours when both are.
  private var sameChoice: MergeVersion {
    guard let base = trio.units[.base]?.envelope.commitment,
      let ours = trio.units[.ours]?.envelope.commitment,
      let theirs = trio.units[.theirs]?.envelope.commitment
    else { return .ours }
    return ours == base && theirs != base ? .theirs : .ours
  }

  /// Whether two versions have the same value, as far as can be told: the same token, or with keys
  /// the same source text.
  private func areSame(
    _ first: MergeVersion, _ second: MergeVersion, _ texts: borrowing MergeTexts
  ) -> Bool {
    guard let left = entry(first), let right = entry(second), left.insertion == right.insertion
    else { return false }
    if let one = left.token, let other = right.token,
      texts.copy(one, of: first) == texts.copy(other, of: second)
    {
      return true
    }
    guard let one = trio.units[first]?.opened, let other = trio.units[second]?.opened,
      let number = numbers[first], let otherNumber = numbers[second]
    else { return false }
    return one.isUnchanged(number, asIn: other, otherNumber)
  }
}

extension UnitTrio {
  /// What stands in the place of an entry of a version; for a Secret that is sealed again under the
  /// key of another side, with a token under that key.
  func text(
    of number: Int, in version: MergeVersion, under decision: UnitDecision,
    _ texts: borrowing MergeTexts, codec: inout TokenCodec
  ) throws(EnvelopeError) -> [UInt8] {
    guard let unit = units[version] else { return [] }
    let entry = unit.placed.entries[number]
    let text = texts.copy(entry.contentRange, of: version)
    guard version != .base, case .resealed(let resealing) = decision, let opened = unit.opened,
      let token = entry.token, unit.envelope.commitment != resealing.envelope.commitment
    else { return text }
    var context = EntryContext(resealing.context)
    let info = context.info(of: entry)
    let new = try opened.sealed(
      number, keys: resealing.keys, cipher: resealing.context.cipher, info: info, codec: &codec)
    let start = token.lowerBound - entry.contentRange.lowerBound
    return Array(text[..<start]) + new + Array(text[(start + token.count)...])
  }
}
