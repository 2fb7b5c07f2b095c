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
  /// More than the longest text of a value with its margins.
  private static let overlap = 1 << 16
  /// How many places of one value in one text are told.
  public static let maximumPlaceCount = 20

  private let values: KnownValues
  private var line = 1
  private var column = 1
  /// How many bytes at the beginning of the next piece were searched already.
  private var searched = 0
  private var counts: [Int: Int] = [:]
  /// What was found.
  public private(set) var places: [Place] = []

  /// A text's beginning.
  public init(_ values: KnownValues) { self.values = values }

  /// Searches the bytes, and keeps the last of them for the next piece.
  ///
  /// - Parameter isLast: Whether there are no more.
  public mutating func search(_ buffer: inout WipedBuffer, isLast: Bool) {
    let count = buffer.count
    let kept = isLast ? 0 : min(count, Self.overlap)
    let matches = KnownValueSearch.matches(of: values, in: buffer.bytes)
    var place = 0
    for match in matches where match.end > searched {
      pass(buffer.bytes.extracting(place..<match.offset))
      place = match.offset
      let known = counts[match.value, default: 0]
      counts[match.value] = known + 1
      guard known < Self.maximumPlaceCount else { continue }
      places.append(Place(value: match.value, form: match.form, line: line, column: column))
    }
    if isLast {
      buffer.removeAll()
      return
    }
    // Matches that begin in what is kept were counted from here, so go back.
    guard place <= count - kept else { return restart(&buffer, at: place) }
    pass(buffer.bytes.extracting(place..<count - kept))
    restart(&buffer, at: count - kept)
  }

  private mutating func restart(_ buffer: inout WipedBuffer, at start: Int) {
    let rest = WipedBuffer(copying: buffer.bytes.extracting(start...))
    buffer.removeAll()
    buffer.append(rest.bytes)
    searched = rest.count
  }

  private mutating func pass(_ bytes: Span<UInt8>) {
    for index in bytes.indices {
      if bytes[index] == 0x0a {
        line += 1
        column = 1
      } else {
        column += 1
      }
    }
  }
}
