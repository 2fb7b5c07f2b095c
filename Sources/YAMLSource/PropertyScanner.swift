/// Finds where anchors and tags end, which libyaml's events do not say.
enum PropertyScanner {
  /// The end of the anchor or tag at an offset, by libyaml's rules for their characters.
  static func end(of offset: Int, in bytes: Span<UInt8>) -> Int {
    var index = offset + 1
    if bytes[offset] == UInt8(ascii: "&") {
      while index < bytes.count, isWordByte(bytes[index]) { index += 1 }
      return index
    }
    if index < bytes.count, bytes[index] == UInt8(ascii: "<") {
      while index < bytes.count, bytes[index] != UInt8(ascii: ">") { index += 1 }
      return min(index + 1, bytes.count)
    }
    while index < bytes.count {
      switch bytes[index] {
      case 0x20, 0x09, UInt8(ascii: ","): return index
      default:
        if LineBreaks.length(at: index, in: bytes) > 0 { return index }
        index += 1
      }
    }
    return index
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  /// Behind blanks, line breaks, comments, and the byte order marks that libyaml lets begin a line.
  static func skipSeparation(from offset: Int, in bytes: Span<UInt8>) -> Int {
    var index = offset
    var isLineStart = false
    while index < bytes.count {
      let wasLineStart = isLineStart
      isLineStart = false
      switch bytes[index] {
      case 0x20, 0x09: index += 1
      case UInt8(ascii: "#"): index = LineBreaks.endOfLine(from: index, in: bytes)
      case 0xef where wasLineStart && UTF8Text.hasMark(bytes.extracting(index...)): index += 3
      default:
        let length = LineBreaks.length(at: index, in: bytes)
        guard length > 0 else { return index }
        index += length
        isLineStart = true
      }
    }
    return index
  }
}
