public import CryptoCore

/// Finds known values in a text of any length, piece by piece.
public struct KnownValueStream {
  /// A value and where it stands.
  public struct Place: Sendable {
    /// The number of the value.
    public let value: Int
    /// How it is written.
    public let form: ValueForm
    /// The line, from 1.
    public let line: Int
    /// The column, in bytes from 1.
    public let column: Int
  }

  /// How many bytes a piece should have.
  public static let pieceByteCount = 4 << 20
  /// How many places of one value in one text are told.
  public static let maximumPlaceCount = 20

  private let values: KnownValues
  /// The beginning of the next piece.
  private var cursor = LineCursor()
  /// Behind the last match of each text of a value, in bytes from the beginning of the next piece.
  private var ends: [Int: Int] = [:]
  /// Where values were found in the bytes that are kept, from there.
  private var seen: Set<[Int]> = []
  private var counts: [Int: Int] = [:]
  /// What was found.
  public private(set) var places: [Place] = []

  /// A text's beginning.
  public init(_ values: KnownValues) { self.values = values }

  /// Searches the bytes, and keeps the last of them for the next piece.
  ///
  /// - Parameter isLast: Whether there are no more.
  public mutating func search(_ buffer: inout WipedBuffer, isLast: Bool) {
    let matches = KnownValueSearch.matches(of: values, in: buffer.bytes, ends: &ends)
    var cursor = cursor
    for match in matches where seen.insert([match.offset, match.value]).inserted {
      cursor.pass(buffer.bytes, upTo: match.offset)
      let known = counts[match.value, default: 0]
      counts[match.value] = known + 1
      guard known < Self.maximumPlaceCount else { continue }
      places.append(
        Place(value: match.value, form: match.form, line: cursor.line, column: cursor.column))
    }
    guard !isLast else { return buffer.removeAll() }
    // What has begun may end in the next piece.
    let start = max(buffer.count - KnownValueSearch.widestMatch, 0)
    self.cursor.pass(buffer.bytes, upTo: start)
    self.cursor.place = 0
    ends = ends.compactMapValues { $0 > start ? $0 - start : nil }
    seen = Set(seen.compactMap { $0[0] >= start ? [$0[0] - start, $0[1]] : nil })
    let rest = WipedBuffer(copying: buffer.bytes.extracting(start...))
    buffer.removeAll()
    buffer.append(rest.bytes)
  }
}

/// Counts lines.
private struct LineCursor {
  var line = 1
  var column = 1
  var place = 0

  mutating func pass(_ bytes: Span<UInt8>, upTo end: Int) {
    while place < end {
      if bytes[place] == 0x0a {
        line += 1
        column = 1
      } else {
        column += 1
      }
      place += 1
    }
  }
}
