internal import CryptoCore

/// The fields of a message in the wire format of Protocol Buffers ("Encoding", protobuf.dev), by
/// their places: no byte is copied.
///
/// Read more strictly than it could be: groups, which proto3 has not, are refused, and so is a field
/// that stands twice where it should once, of which parsers take the last or the union.
public struct ProtobufFields: Sendable {
  private struct Field: Sendable {
    let number: UInt64
    /// Where its bytes are; nil for a number.
    let content: Range<Int>?
  }

  private let fields: [Field]

  /// The most fields of a message.
  private static let maximumCount = 1024

  /// Reads the fields of a message.
  public init(_ message: Span<UInt8>) throws(ProtobufError) {
    var fields: [Field] = []
    var position = 0
    while position < message.count {
      guard fields.count < ProtobufFields.maximumCount else {
        throw ProtobufError("a message has too many fields")
      }
      let tag = try ProtobufFields.variableLength(message, &position)
      let number = tag >> 3
      guard (1...0x1fff_ffff).contains(number) else {
        throw ProtobufError("a field has a number that there is not")
      }
      switch tag & 7 {
      case 0:
        _ = try ProtobufFields.variableLength(message, &position)
        fields.append(Field(number: number, content: nil))
      case 1:
        _ = try ProtobufFields.take(8, message, &position)
        fields.append(Field(number: number, content: nil))
      case 2:
        let count = try ProtobufFields.variableLength(message, &position)
        fields.append(
          Field(number: number, content: try ProtobufFields.take(count, message, &position)))
      case 5:
        _ = try ProtobufFields.take(4, message, &position)
        fields.append(Field(number: number, content: nil))
      default: throw ProtobufError("a field is of a kind that is not read")
      }
    }
    self.fields = fields
  }

  private static func take(
    _ count: UInt64, _ message: Span<UInt8>, _ position: inout Int
  ) throws(ProtobufError) -> Range<Int> {
    guard count <= UInt64(message.count - position) else {
      throw ProtobufError("a field is longer than its message")
    }
    let start = position
    position += Int(count)
    return start..<position
  }

  /// A number of at most 64 bits, 7 in each byte, the lowest first.
  private static func variableLength(
    _ message: Span<UInt8>, _ position: inout Int
  ) throws(ProtobufError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard position < message.count else { throw ProtobufError("a number is cut off") }
      let byte = message[position]
      position += 1
      guard shift < 63 || byte <= 1 else { throw ProtobufError("a number has more than 64 bits") }
      value |= UInt64(byte & 0x7f) << shift
      if byte & 0x80 == 0 { return value }
    }
    throw ProtobufError("a number has more than 64 bits")
  }

  /// Where the bytes of a field are; nil when it is not there.
  ///
  /// - Throws: when it is there twice, or is a number.
  public func content(_ number: UInt64) throws(ProtobufError) -> Range<Int>? {
    let found = try contents(number)
    guard found.count <= 1 else { throw ProtobufError("a field is there twice") }
    return found.first
  }

  /// The same for a field that may be there any number of times.
  public func contents(_ number: UInt64) throws(ProtobufError) -> [Range<Int>] {
    var found: [Range<Int>] = []
    for field in fields where field.number == number {
      guard let content = field.content else { throw ProtobufError("a text is a number") }
      found.append(content)
    }
    return found
  }

  /// A text; empty when it is not there, as proto3 has it.
  public func text(_ number: UInt64, in message: Span<UInt8>) throws(ProtobufError) -> String {
    guard let content = try content(number) else { return "" }
    let bytes = [UInt8](copying: message.extracting(content))
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ProtobufError("a text is not UTF-8")
    }
    return text
  }
}
