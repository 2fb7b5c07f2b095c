public import CryptoCore

/// Replacements in a text, carried out in one pass that copies every other byte.
public struct SpliceEdits: ~Copyable {
  private struct Edit {
    let range: Range<Int>
    let replacement: Range<Int>

    /// Whether it comes behind another one; an insertion comes in front of what replaces there.
    func isBehind(_ other: Edit) -> Bool {
      range.lowerBound != other.range.lowerBound
        ? range.lowerBound > other.range.lowerBound
        : !range.isEmpty && other.range.isEmpty
    }
  }
  private var edits: [Edit] = []
  private var isOrdered = true
  private var replacements = WipedBuffer()

  /// No edits yet.
  public init() {}

  /// Whether there are none.
  public var isEmpty: Bool { edits.isEmpty }

  /// Makes room for so many more replacements, of so many bytes together.
  public mutating func reserve(count: Int, byteCount: Int) {
    edits.reserveCapacity(edits.count + count)
    replacements.reserve(byteCount)
  }

  /// Replaces a range of the text.
  public mutating func replace(_ range: Range<Int>, with bytes: Span<UInt8>) {
    let start = replacements.count
    replacements.append(bytes)
    add(range, start..<replacements.count)
  }

  /// Replaces a range of the text by a public text.
  public mutating func replace(_ range: Range<Int>, with text: String) {
    let start = replacements.count
    replacements.append(utf8: text)
    add(range, start..<replacements.count)
  }

  /// Inserts a public text; insertions at one place keep the order in which they are made.
  public mutating func insert(at offset: Int, _ text: String) {
    replace(offset..<offset, with: text)
  }

  /// Removes a range of the text.
  public mutating func remove(_ range: Range<Int>) { add(range, 0..<0) }

  private mutating func add(_ range: Range<Int>, _ replacement: Range<Int>) {
    let edit = Edit(range: range, replacement: replacement)
    var place = edits.count
    while place > 0, edits[place - 1].isBehind(edit) {
      guard edits.count - place < Self.keptInOrderCount else {
        isOrdered = false
        place = edits.count
        break
      }
      place -= 1
    }
    edits.insert(edit, at: place)
  }

  /// In front of how many others an edit is put, so that nothing has to be sorted.
  private static let keptInOrderCount = 32

  private func ordered() -> [Edit] {
    if isOrdered { return edits }
    return edits.indices.sorted { left, right in
      if edits[left].isBehind(edits[right]) { return false }
      return edits[right].isBehind(edits[left]) || left < right
    }.map { edits[$0] }
  }

  /// Appends the edited text.
  ///
  /// - Throws: `.overlappingEdits` when two overlap or one lies outside the text; nothing has been
  ///   appended then.
  public borrowing func apply(
    to source: Span<UInt8>, appendingTo output: inout WipedBuffer
  ) throws(SourceError) {
    let edits = try ordered(for: source)
    var length = source.count
    for edit in edits { length += edit.replacement.count - edit.range.count }
    output.reserve(length)
    var position = 0
    for edit in edits {
      output.append(source.extracting(position..<edit.range.lowerBound))
      output.append(replacements.bytes.extracting(edit.replacement))
      position = edit.range.upperBound
    }
    output.append(source.extracting(position...))
  }

  /// Whether `apply` would give these bytes; in constant time but for lengths.
  ///
  /// - Throws: As `apply`.
  public borrowing func gives(
    _ expected: Span<UInt8>, from source: Span<UInt8>
  ) throws(SourceError) -> Bool {
    var rest = expected
    var isSame = true
    func take(_ bytes: Span<UInt8>, _ rest: inout Span<UInt8>) -> Bool {
      guard bytes.count <= rest.count else { return false }
      let isSame = ConstantTime.equal(bytes, rest.extracting(..<bytes.count))
      rest = rest.extracting(bytes.count...)
      return isSame
    }
    var position = 0
    for edit in try ordered(for: source) {
      isSame = take(source.extracting(position..<edit.range.lowerBound), &rest) && isSame
      isSame = take(replacements.bytes.extracting(edit.replacement), &rest) && isSame
      position = edit.range.upperBound
    }
    isSame = take(source.extracting(position...), &rest) && isSame
    return isSame && rest.isEmpty
  }

  /// The edits in order; throws when two overlap or one lies outside the text.
  private func ordered(for source: Span<UInt8>) throws(SourceError) -> [Edit] {
    let edits = ordered()
    var position = 0
    for edit in edits {
      guard edit.range.lowerBound >= position, edit.range.upperBound <= source.count else {
        let lines = LineTable(source, base: UTF8Text.hasMark(source) ? 3 : 0, isASCII: false)
        throw SourceError(
          .overlappingEdits, "two edits overlap",
          at: lines.position(of: edit.range.lowerBound, in: source))
      }
      position = edit.range.upperBound
    }
    return edits
  }
}
