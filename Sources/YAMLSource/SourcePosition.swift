internal import Glibc

/// A place in a text, for people and programs.
public struct SourcePosition: Sendable, Equatable, Hashable {
  /// Bytes from the beginning.
  public let offset: Int
  /// The line, from 1; lines end with LF, CR or both.
  public let line: Int
  /// The column in Unicode scalars, from 1; a byte order mark does not count.
  public let column: Int

  /// Makes a position.
  public init(offset: Int, line: Int, column: Int) {
    self.offset = offset
    self.line = line
    self.column = column
  }

  /// The beginning of a text.
  public static let start = SourcePosition(offset: 0, line: 1, column: 1)
}

/// The kinds of line breaks.
public enum LineBreakStyle: Sendable, Equatable {
  /// LF.
  case lf
  /// CR and LF.
  case crlf
  /// CR.
  case cr
}

/// Where the lines of a text begin.
struct LineTable: Sendable {
  private let base: Int
  private let isASCII: Bool
  private var starts: [Int32] = [0]

  /// The first line break of the text.
  private(set) var lineBreak: LineBreakStyle?

  init(_ bytes: Span<UInt8>, base: Int, isASCII: Bool) {
    self.base = base
    self.isASCII = isASCII
    starts.reserveCapacity(bytes.count / 32 + 8)
    unsafe bytes.withUnsafeBufferPointer { unsafe scan($0) }
    guard starts.count > 1, let first = starts.dropFirst().first.map({ Int($0) }) else { return }
    if bytes[first - 1] == 0x0d {
      lineBreak = .cr
    } else {
      lineBreak = first >= 2 && bytes[first - 2] == 0x0d ? .crlf : .lf
    }
  }

  private mutating func scan(_ buffer: UnsafeBufferPointer<UInt8>) {
    guard let text = buffer.baseAddress, buffer.count > 0 else { return }
    if unsafe memchr(text, 0x0d, buffer.count) == nil {
      var offset = 0
      while offset < buffer.count,
        let found = unsafe memchr(text + offset, 0x0a, buffer.count - offset)
      {
        offset = unsafe UnsafeRawPointer(found) - UnsafeRawPointer(text) + 1
        starts.append(Int32(truncatingIfNeeded: offset))
      }
      return
    }
    for index in 0..<buffer.count {
      let byte = unsafe buffer[index]
      let isBreak =
        unsafe byte == 0x0a
        || (byte == 0x0d && !(index + 1 < buffer.count && buffer[index + 1] == 0x0a))
      if isBreak { starts.append(Int32(truncatingIfNeeded: index + 1)) }
    }
  }

  /// The number of the line of an offset, from 1.
  func line(of offset: Int) -> Int {
    var lower = 0
    var upper = starts.count
    while upper - lower > 1 {
      let middle = (lower + upper) / 2
      if Int(starts[middle]) <= offset { lower = middle } else { upper = middle }
    }
    return lower + 1
  }

  /// The position of an offset; one outside the text is moved into it.
  func position(of offset: Int, in bytes: Span<UInt8>) -> SourcePosition {
    let offset = max(0, min(offset, bytes.count))
    let line = line(of: offset)
    let start = line == 1 ? base : Int(starts[line - 1])
    var column = 1
    if isASCII {
      column += max(0, offset - start)
    } else {
      for index in start..<max(start, offset) where bytes[index] & 0xc0 != 0x80 { column += 1 }
    }
    return SourcePosition(offset: offset, line: line, column: column)
  }
}
