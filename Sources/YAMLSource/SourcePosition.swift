/// A place in a text, for people and programs.
public struct SourcePosition: Sendable, Equatable, Hashable {
  /// Bytes from the beginning.
  public let offset: Int
  /// The line, from 1.
  public let line: Int
  /// The column in Unicode scalars, from 1.
  public let column: Int

  /// Makes a position.
  public init(offset: Int, line: Int, column: Int) {
    self.offset = offset
    self.line = line
    self.column = column
  }
}

/// Where the lines of a text begin.
struct LineTable: Sendable {
  private var starts: [Int32] = [0]

  init(_ bytes: Span<UInt8>) {
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == 0x0a || (byte == 0x0d && !(index + 1 < bytes.count && bytes[index + 1] == 0x0a)) {
        starts.append(Int32(truncatingIfNeeded: index + 1))
      }
      index += 1
    }
  }

  /// The position of an offset; one outside the text is moved into it.
  func position(of offset: Int, in bytes: Span<UInt8>) -> SourcePosition {
    let offset = max(0, min(offset, bytes.count))
    var lower = 0
    var upper = starts.count
    while upper - lower > 1 {
      let middle = (lower + upper) / 2
      if Int(starts[middle]) <= offset { lower = middle } else { upper = middle }
    }
    var start = Int(starts[lower])
    if start == 0, bytes.count >= 3, offset >= 3, bytes[0] == 0xef, bytes[1] == 0xbb,
      bytes[2] == 0xbf
    {
      start = 3
    }
    var column = 1
    for index in start..<max(start, offset) where bytes[index] & 0xc0 != 0x80 { column += 1 }
    return SourcePosition(offset: offset, line: lower + 1, column: column)
  }
}
