internal import CryptoCore

/// One wrapped file key in a header: a type, arguments and a body.
public struct Stanza: Sendable, Hashable {
  /// The first argument, which says how the key is wrapped.
  public let type: String
  /// The arguments after the type.
  public let arguments: [String]
  /// The wrapped key.
  public let body: [UInt8]

  /// A stanza.
  ///
  /// - Throws: `.malformedHeader` when the type or an argument is empty or has other characters
  ///   than the visible ones of ASCII.
  public init(type: String, arguments: [String] = [], body: [UInt8]) throws(AgeError) {
    for text in [type] + arguments {
      guard !text.isEmpty, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
        throw AgeError(.malformedHeader, "a stanza's argument is empty or has other characters")
      }
    }
    self.init(checked: type, arguments, body: body)
  }

  /// A stanza whose type and arguments are known to be valid.
  init(checked type: String, _ arguments: [String], body: [UInt8]) {
    self.type = type
    self.arguments = arguments
    self.body = body
  }

  /// The characters of a full line of a body, and the bytes they stand for.
  static let lineByteCounts = (characters: 64, bytes: 48)

  /// Appends the stanza as a header has it.
  func serialize(appendingTo output: inout WipedBuffer) {
    Self.serialize(type: type, arguments: arguments, body: body.span, appendingTo: &output)
  }

  static func serialize(
    type: String, arguments: [String], body: Span<UInt8>, appendingTo output: inout WipedBuffer
  ) {
    output.append("-> ")
    output.append(utf8: type)
    for argument in arguments {
      output.append(UInt8(ascii: " "))
      output.append(utf8: argument)
    }
    output.append(UInt8(ascii: "\n"))
    var start = 0
    // The last line is always shorter than a full one, and may be empty.
    while true {
      let end = min(start + lineByteCounts.bytes, body.count)
      Base64.encode(body.extracting(start..<end), padding: false, appendingTo: &output)
      output.append(UInt8(ascii: "\n"))
      if end - start < lineByteCounts.bytes { return }
      start = end
    }
  }
}
