/// What counts as a line break: LF, CR, and what libyaml takes for one beside them (NEL, LS, PS).
package enum LineBreaks {
  /// The length of the line break at an offset, 0 when there is none.
  package static func length(at offset: Int, in bytes: Span<UInt8>) -> Int {
    guard offset < bytes.count else { return 0 }
    switch bytes[offset] {
    case 0x0a: return 1
    case 0x0d: return offset + 1 < bytes.count && bytes[offset + 1] == 0x0a ? 2 : 1
    case 0xc2: return offset + 1 < bytes.count && bytes[offset + 1] == 0x85 ? 2 : 0
    case 0xe2:
      return offset + 2 < bytes.count && bytes[offset + 1] == 0x80
        && (bytes[offset + 2] == 0xa8 || bytes[offset + 2] == 0xa9) ? 3 : 0
    default: return 0
    }
  }

  /// The length of the line break that ends at an offset, 0 when there is none behind `start`.
  package static func length(before offset: Int, from start: Int, in bytes: Span<UInt8>) -> Int {
    guard offset > start, offset <= bytes.count else { return 0 }
    switch bytes[offset - 1] {
    case 0x0a: return offset - 2 >= start && bytes[offset - 2] == 0x0d ? 2 : 1
    case 0x0d: return 1
    case 0x85: return offset - 2 >= start && bytes[offset - 2] == 0xc2 ? 2 : 0
    case 0xa8, 0xa9:
      return offset - 3 >= start && bytes[offset - 3] == 0xe2 && bytes[offset - 2] == 0x80 ? 3 : 0
    default: return 0
    }
  }

  /// Where the line of an offset ends: at its line break, or at the end of the text.
  package static func endOfLine(from offset: Int, in bytes: Span<UInt8>) -> Int {
    var index = offset
    while index < bytes.count, length(at: index, in: bytes) == 0 { index += 1 }
    return index
  }
}
