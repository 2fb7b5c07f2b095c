/// A field of a protobuf message (protobuf.dev, "Encoding").
package struct ProtobufField: Sendable, Equatable {
  /// The field's number.
  package let number: Int
  /// Whether it is a run of bytes; else it is a number.
  package let isBytes: Bool
  /// The number, or the length of the bytes.
  package let value: UInt64
  /// Where the bytes are; empty for a number.
  package let range: Range<Int>
}

/// Reads the fields of a protobuf message one by one; it copies nothing and never recurses.
package struct ProtobufCursor {
  private var position: Int
  private let end: Int

  /// A message that takes up `range` of the bytes that `next(in:)` is given.
  package init(_ range: Range<Int>) {
    position = range.lowerBound
    end = range.upperBound
  }

  /// Where the next field begins.
  package var offset: Int { position }

  /// The next field; nil at the end.
  ///
  /// - Throws: `.malformedValue` for what is no field, is longer than the message or is of a kind
  ///   that protobuf has given up (groups).
  package mutating func next(
    in bytes: Span<UInt8>
  ) throws(StorageError) -> ProtobufField? {
    guard position < end else { return nil }
    let tag = try varint(in: bytes)
    guard let number = Int(exactly: tag >> 3), (1..<1 << 29).contains(number) else {
      throw Self.malformed
    }
    let start: Int
    switch tag & 7 {
    case 0:
      let value = try varint(in: bytes)
      return ProtobufField(number: number, isBytes: false, value: value, range: end..<end)
    case 1, 5:
      let count = tag & 7 == 1 ? 8 : 4
      guard end - position >= count else { throw Self.malformed }
      var value: UInt64 = 0
      for index in (0..<count).reversed() { value = value << 8 | UInt64(bytes[position + index]) }
      position += count
      return ProtobufField(number: number, isBytes: false, value: value, range: end..<end)
    case 2:
      let value = try varint(in: bytes)
      guard let count = Int(exactly: value), count <= end - position else { throw Self.malformed }
      start = position
      position += count
      return ProtobufField(
        number: number, isBytes: true, value: value, range: start..<start + count)
    default: throw Self.malformed
    }
  }

  private mutating func varint(in bytes: Span<UInt8>) throws(StorageError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < end, position < bytes.count {
      let byte = bytes[position]
      position += 1
      if shift == 63, byte > 1 { throw Self.malformed }
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
      shift += 7
      if shift > 63 { throw Self.malformed }
    }
    throw Self.malformed
  }

  private static var malformed: StorageError {
    StorageError(.malformedValue, "not a protobuf message")
  }
}
