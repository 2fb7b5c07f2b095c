internal import CryptoCore

/// A place in the text that holds a token or an envelope, in one or more of the versions.
///
/// The text that git merges has a word in its place: the same one in all versions when it is decided
/// here what will stand there, so that git sees no difference.
struct MergeSlot {
  /// What becomes of it.
  enum Decision {
    /// This text, wherever the place is kept.
    case text([UInt8])
    /// Equal comments, each with its own token while there are some.
    case comments([[UInt8]])
    /// Both sides changed the value: a conflict.
    case conflict
    /// One side removed the value, which the other changed: git is shown the difference.
    case split
    /// The envelope of the Secret at this index.
    case envelope(Int)
  }

  let decision: Decision
  /// What stands there in each version.
  let texts: PerVersion<[UInt8]?>
  /// The name of the Secret and of the entry.
  let unit: String
  let entry: String

  /// What stands there in the section of a version.
  func text(for version: MergeVersion) -> [UInt8] {
    if case .text(let text) = decision { return text }
    return texts[version] ?? texts[.ours] ?? texts[.theirs] ?? texts[.base] ?? []
  }
}

/// The words that stand for slots.
struct SlotWords {
  private let prefix: [UInt8]

  /// - Parameter nonce: letters and digits that nobody can have known when the files were written.
  init(nonce: String) { prefix = Array("SLOT\(nonce)n".utf8) }

  /// The word for a slot in a version.
  func word(_ slot: Int, _ version: MergeVersion?) -> [UInt8] {
    prefix + Array("\(slot)v\(version.map(\.rawValue) ?? 9)z".utf8)
  }

  /// A word in a text.
  struct Occurrence {
    let range: Range<Int>
    let slot: Int
    let version: MergeVersion?
  }

  /// The first word in a range.
  func first(in range: Range<Int>, of text: Span<UInt8>) -> Occurrence? {
    var index = range.lowerBound
    while index + prefix.count < range.upperBound {
      if text[index] == prefix[0], let found = word(at: index, range.upperBound, text) {
        return found
      }
      index += 1
    }
    return nil
  }

  private func word(at start: Int, _ end: Int, _ text: Span<UInt8>) -> Occurrence? {
    for offset in prefix.indices where text[start + offset] != prefix[offset] { return nil }
    var index = start + prefix.count
    guard let slot = Self.number(&index, end, text, closing: UInt8(ascii: "v")),
      let version = Self.number(&index, end, text, closing: UInt8(ascii: "z"))
    else { return nil }
    return Occurrence(
      range: start..<index, slot: slot, version: MergeVersion(rawValue: version))
  }

  private static func number(
    _ index: inout Int, _ end: Int, _ text: Span<UInt8>, closing: UInt8
  ) -> Int? {
    let start = index
    var number = 0
    while index < end, (0x30...0x39).contains(text[index]), index - start < 9 {
      number = number * 10 + Int(text[index] - 0x30)
      index += 1
    }
    guard index > start, index < end, text[index] == closing else { return nil }
    index += 1
    return number
  }
}
