/// Finds where anchors and tags end, which libyaml does not say.
enum PropertyScanner {
  /// The end of the anchor or tag at an offset.
  static func end(of offset: Int, in bytes: Span<UInt8>, isInFlow: Bool) -> Int {
    var index = offset + 1
    if bytes[offset] == UInt8(ascii: "!"), index < bytes.count, bytes[index] == UInt8(ascii: "<") {
      while index < bytes.count, bytes[index] != UInt8(ascii: ">") { index += 1 }
      return min(index + 1, bytes.count)
    }
    while index < bytes.count {
      switch bytes[index] {
      case 0x20, 0x09, 0x0a, 0x0d: return index
      case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
        UInt8(ascii: "}"):
        if isInFlow { return index }
      case UInt8(ascii: ":"):
        // `&a : b` aside, a colon ends an anchor on an empty key (`{&a : b}` has a blank).
        if bytes[offset] == UInt8(ascii: "&") { return index }
      default:
        if LineBreaks.length(at: index, in: bytes) > 0 { return index }
      }
      index += 1
    }
    return index
  }

  /// Behind blanks, line breaks and comments.
  static func skipSeparation(from offset: Int, in bytes: Span<UInt8>) -> Int {
    var index = offset
    while index < bytes.count {
      switch bytes[index] {
      case 0x20, 0x09: index += 1
      case UInt8(ascii: "#"): index = LineBreaks.endOfLine(from: index, in: bytes)
      default:
        let length = LineBreaks.length(at: index, in: bytes)
        guard length > 0 else { return index }
        index += length
      }
    }
    return index
  }
}
