/// The lines with which git shows what two sides of a merge made of a text.
package enum ConflictMarkers {
  private static let characters = [UInt8]("<|=>".utf8)

  /// The character that a line is made of when it is such a line: seven or more of it, and a blank
  /// or nothing behind.
  package static func marker(_ line: Span<UInt8>) -> UInt8? {
    guard line.count >= 7, characters.contains(line[0]) else { return nil }
    var end = 0
    while end < line.count, line[end] == line[0] { end += 1 }
    guard end >= 7 else { return nil }
    return end == line.count || [0x20, 0x0a, 0x0d].contains(line[end]) ? line[0] : nil
  }

  /// Where the first line stands that begins a conflict or ends it; nil without one.
  ///
  /// A row of equals signs alone may be a heading.
  package static func first(in source: Span<UInt8>) -> Int? {
    var start = 0
    while start < source.count {
      var end = start
      while end < source.count, source[end] != 0x0a { end += 1 }
      let marker = marker(source.extracting(start..<end))
      if marker == UInt8(ascii: "<") || marker == UInt8(ascii: ">") { return start }
      start = end + 1
    }
    return nil
  }
}
