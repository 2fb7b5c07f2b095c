internal import CryptoCore

/// A value that was found.
public struct KnownValueMatch: Sendable {
  /// The number of the value.
  public let value: Int
  /// How it is written there.
  public let form: ValueForm
  /// Where it begins, in bytes.
  public let offset: Int
}

/// Finds known values in a text.
public enum KnownValueSearch {
  /// The widest match, its margins and line breaks included, in bytes.
  static let widestMatch = 1 << 16

  /// Every place where a value stands, by offset; each value once at a place.
  public static func matches(of values: KnownValues, in text: Span<UInt8>) -> [KnownValueMatch] {
    var ends: [Int: Int] = [:]
    return matches(of: values, in: text, ends: &ends)
  }

  /// The same of a piece of a text.
  ///
  /// - Parameter ends: Behind the last match of each text of a value: its own bytes are not searched for
  ///   it again.
  static func matches(
    of values: KnownValues, in text: Span<UInt8>, ends: inout [Int: Int]
  ) -> [KnownValueMatch] {
    var found: [KnownValueMatch] = []
    var behind = ends
    values.forEachCandidate(in: text) { anchor, start in
      let pattern = values.texts[anchor.text]
      guard start >= behind[anchor.text] ?? 0 else { return }
      let range = values.withText(pattern) { bytes in
        ExactComparison(form: pattern.form).range(
          of: bytes, around: anchor.offset, in: text, at: start, window: values.window)
      }
      guard let range, range.count <= widestMatch else { return }
      behind[anchor.text] = range.upperBound
      found.append(
        KnownValueMatch(
          value: pattern.value, form: pattern.form, offset: range.lowerBound))
    }
    ends = behind
    var seen: Set<[Int]> = []
    return found.sorted { ($0.offset, $0.value) < ($1.offset, $1.value) }.filter { match in
      seen.insert([match.offset, match.value]).inserted
    }
  }
}

/// Compares a text's surroundings with a pattern, byte by byte but for how its lines are broken.
private struct ExactComparison {
  let form: ValueForm

  /// Where the pattern stands when its byte at `offset` is at `place`; nil when it does not.
  func range(
    of pattern: Span<UInt8>, around offset: Int, in text: Span<UInt8>, at place: Int, window: Int
  ) -> Range<Int>? {
    for index in 0..<window where !isSame(pattern[offset + index], text[place + index]) {
      return nil
    }
    guard let end = end(of: pattern, from: offset + window, in: text, place + window),
      let start = start(of: pattern, before: offset, in: text, place)
    else { return nil }
    return start..<end
  }

  private func isSame(_ wanted: UInt8, _ byte: UInt8) -> Bool {
    wanted == byte
      || (form.isWrapped
        && ((byte == UInt8(ascii: "-") && wanted == UInt8(ascii: "+"))
          || (byte == UInt8(ascii: "_") && wanted == UInt8(ascii: "/"))))
  }

  /// What texts put in front of lines: indentation, and the marks of patches, quotes and comments.
  private static func isMargin(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x09, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: ">"), UInt8(ascii: "#"),
      UInt8(ascii: "|"), UInt8(ascii: "*"), UInt8(ascii: "/"):
      true
    default: false
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// The widest margin, in bytes.
  private static let maximumMargin = 200

  private func end(
    of pattern: Span<UInt8>, from offset: Int, in text: Span<UInt8>, _ place: Int
  ) -> Int? {
    var (index, position) = (offset, place)
    while index < pattern.count {
      guard position < text.count else { return nil }
      if isSame(pattern[index], text[position]) {
        let isLineBreak = pattern[index] == 0x0a
        index += 1
        position += 1
        if isLineBreak, form.mayBeIndented {
          let wanted = margin(of: pattern, from: index)
          let there = margin(of: text, from: position)
          guard there >= wanted else { return nil }
          index += wanted
          position += there
        }
      } else if text[position] == 0x0d, position + 1 < text.count, text[position + 1] == 0x0a,
        form.isWrapped || pattern[index] == 0x0a
      {
        position += 1
      } else if form.isWrapped, text[position] == 0x0a {
        position += 1
        var width = 0
        while position < text.count, Self.isBlank(text[position]), width < Self.maximumMargin {
          position += 1
          width += 1
        }
      } else {
        return nil
      }
    }
    return position
  }

  private func margin(of bytes: Span<UInt8>, from start: Int) -> Int {
    var count = 0
    while start + count < bytes.count, count < Self.maximumMargin,
      Self.isMargin(bytes[start + count])
    {
      count += 1
    }
    return count
  }

  private func start(
    of pattern: Span<UInt8>, before offset: Int, in text: Span<UInt8>, _ place: Int
  ) -> Int? {
    var (index, position) = (offset, place)
    while index > 0 {
      if form.mayBeIndented, let wanted = marginToLineStart(of: pattern, before: index) {
        var there = 0
        while position - there > 0, there < Self.maximumMargin,
          Self.isMargin(text[position - there - 1])
        {
          there += 1
        }
        position -= there
        index -= wanted
        guard there >= wanted, position > 0, text[position - 1] == 0x0a else { return nil }
        index -= 1
        position -= 1
        if position > 0, text[position - 1] == 0x0d, index == 0 || pattern[index - 1] != 0x0d {
          position -= 1
        }
        continue
      }
      guard position > 0 else { return nil }
      if isSame(pattern[index - 1], text[position - 1]) {
        index -= 1
        position -= 1
        continue
      }
      guard form.isWrapped else { return nil }
      var width = 0
      while position > 0, width < Self.maximumMargin, Self.isBlank(text[position - 1]) {
        position -= 1
        width += 1
      }
      guard position > 0, text[position - 1] == 0x0a else { return nil }
      position -= 1
      if position > 0, text[position - 1] == 0x0d { position -= 1 }
    }
    return position
  }

  /// How many bytes of margin stand between a line break and this place of the pattern; nil when
  /// something else does.
  private func marginToLineStart(of pattern: Span<UInt8>, before index: Int) -> Int? {
    var count = 0
    while index - count > 0 {
      let byte = pattern[index - count - 1]
      if byte == 0x0a { return count }
      guard Self.isMargin(byte), count < Self.maximumMargin else { return nil }
      count += 1
    }
    return nil
  }
}
