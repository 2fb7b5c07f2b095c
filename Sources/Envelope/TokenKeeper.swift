internal import Manifest

/// Finds the tokens of an earlier version that can stay because their source text is unchanged.
final class TokenKeeper {
  private let opened: OpenedUnit
  private let unit: SecretUnit
  /// The entries of each name that no new entry has taken yet, in order. Values have one each;
  /// the comments of a mapping share a name.
  private var places: [String: [Int]] = [:]
  /// How many tokens were kept.
  private(set) var keptCount = 0

  var keys: UnitKeys { opened.keys }

  init(_ opened: consuming OpenedUnit, unit: SecretUnit) {
    self.opened = opened
    self.unit = unit
    for (index, entry) in unit.entries.enumerated() where entry.token != nil {
      places[entry.name, default: []].append(index)
    }
  }

  /// The range of the earlier token of an entry with this source text and form, or nil.
  func token(for entry: UnitEntry, source: Span<UInt8>, form: UInt8) -> Range<Int>? {
    guard let candidates = places[entry.name] else { return nil }
    for (position, index) in candidates.enumerated()
    where opened.isUnchanged(index, source: source, form: form) {
      places[entry.name]?.remove(at: position)
      keptCount += 1
      return unit.entries[index].token
    }
    return nil
  }
}
