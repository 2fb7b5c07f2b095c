internal import CryptoCore
internal import Manifest

/// Finds the tokens of an earlier version that can stay because their source text is unchanged.
///
/// Values are found by their names. The comments of a mapping share one, and there may be
/// thousands: they are found by a MAC of their texts under a key that is thrown away.
struct TokenKeeper: ~Copyable {
  private struct CommentKey: Hashable {
    let name: String
    let text: HMACSHA256.Tag
  }

  let opened: OpenedUnit
  private var values: [String: Int] = [:]
  private var comments: [CommentKey: [Int]] = [:]
  private let macKey: SymmetricKey<HMACSHA256>
  /// The entry that was found last: of equal comments, the one behind it is more likely the same.
  private var last = -1
  /// How many tokens were kept.
  private(set) var keptCount = 0

  init(_ opened: OpenedUnit, in arena: SecretArena) throws(EnvelopeError) {
    self.opened = opened
    do { macKey = try SymmetricKey<HMACSHA256>.random(in: arena) } catch {
      throw EnvelopeError(crypto: error)
    }
    // From the last one, so that the first of several is the one on top.
    for (index, entry) in opened.unit.entries.enumerated().reversed() {
      switch entry.kind {
      case .value: values[entry.name] = index
      case .comment:
        let key = opened.withText(of: index) { text in
          CommentKey(name: entry.name, text: HMACSHA256.authenticate(text, key: macKey))
        }
        comments[key, default: []].append(index)
      case .alias, .empty: continue
      }
    }
  }

  /// The range of the earlier token of an entry with this source text and form, or nil.
  mutating func token(for entry: UnitEntry, source: Span<UInt8>) -> Range<Int>? {
    let found: Int?
    switch entry.kind {
    case .value: found = values.removeValue(forKey: entry.name)
    case .comment:
      let text = HMACSHA256.authenticate(source, key: macKey)
      found = takeComment(CommentKey(name: entry.name, text: text))
    case .alias, .empty: found = nil
    }
    guard let found,
      opened.isUnchanged(found, source: source, insertion: entry.insertion)
    else { return nil }
    keptCount += 1
    last = found
    return opened.unit.entries[found].token
  }

  private mutating func takeComment(_ key: CommentKey) -> Int? {
    guard var indices = comments.removeValue(forKey: key) else { return nil }
    while indices.count > 1, let index = indices.last, index < last { indices.removeLast() }
    let found = indices.popLast()
    if !indices.isEmpty { comments[key] = indices }
    return found
  }
}
