public import CryptoCore

/// Replacements in a text, carried out in one pass that copies every other byte.
public struct SpliceEdits: ~Copyable {
  private struct Edit {
    let range: Range<Int>
    let replacement: Range<Int>
  }
  private var edits: [Edit] = []
  private var replacements = WipedBuffer()

  /// No edits yet.
  public init() {}

  /// Whether there are none.
  public var isEmpty: Bool { edits.isEmpty }

  /// Replaces a range of the text.
  public mutating func replace(_ range: Range<Int>, with bytes: Span<UInt8>) {
    let start = replacements.count
    replacements.append(bytes)
    edits.append(Edit(range: range, replacement: start..<replacements.count))
  }

  /// Replaces a range of the text by a public text.
  public mutating func replace(_ range: Range<Int>, with text: String) {
    let start = replacements.count
    replacements.append(utf8: text)
    edits.append(Edit(range: range, replacement: start..<replacements.count))
  }

  /// Removes a range of the text.
  public mutating func remove(_ range: Range<Int>) {
    edits.append(Edit(range: range, replacement: 0..<0))
  }

  /// Appends the edited text.
  ///
  /// Insertions at one place keep the order in which they were made.
  ///
  /// - Throws: `.overlappingEdits` when two overlap or one lies outside the text.
  public borrowing func apply(
    to source: Span<UInt8>, appendingTo output: inout WipedBuffer
  ) throws(SourceError) {
    let ordered = edits.enumerated().sorted { left, right in
      if left.element.range.lowerBound != right.element.range.lowerBound {
        return left.element.range.lowerBound < right.element.range.lowerBound
      }
      return left.offset < right.offset
    }
    var length = source.count
    var position = 0
    for (_, edit) in ordered {
      guard edit.range.lowerBound >= position, edit.range.upperBound <= source.count else {
        throw SourceError(
          .overlappingEdits, "two edits overlap",
          at: SourcePosition(offset: edit.range.lowerBound, line: 1, column: 1))
      }
      position = edit.range.upperBound
      length += edit.replacement.count - edit.range.count
    }
    output.reserve(length)
    position = 0
    for (_, edit) in ordered {
      output.append(source.extracting(position..<edit.range.lowerBound))
      output.append(replacements.bytes.extracting(edit.replacement))
      position = edit.range.upperBound
    }
    output.append(source.extracting(position...))
  }
}
