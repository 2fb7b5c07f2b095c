internal import Manifest

/// Names as they may be shown in messages.
enum SealedSecretNames {
  /// The most names that a message lists.
  private static let maximumCount = 5

  static func shown(_ name: String) -> String {
    name.isEmpty ? "(no name)" : ShownText.of(name)
  }

  /// Several names, with a comma between.
  static func list(_ names: [String]) -> String {
    let shown = names.prefix(maximumCount).map(Self.shown).joined(separator: ", ")
    let more = names.count - maximumCount
    return more > 0 ? "\(shown) and \(more) more" : shown
  }
}
