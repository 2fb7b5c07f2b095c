internal import CryptoCore

extension AgeHeader {
  /// Parses the header that bytes begin with; `serialize` gives back the same bytes.
  ///
  /// - Throws: `.malformedHeader` for everything else than the grammar of the format allows, and
  ///   for more than `maximumByteCount` bytes.
  public static func parse(_ bytes: Span<UInt8>) throws(AgeError) -> AgeHeader {
    guard let header = try parse(prefix: bytes) else {
      throw AgeError(.malformedHeader, "the file ends within its header")
    }
    return header
  }

  /// Parses a header of which more bytes may follow; nil when they are needed.
  static func parse(prefix bytes: Span<UInt8>) throws(AgeError) -> AgeHeader? {
    guard try checkIntro(bytes) else { return nil }
    var offset = intro.utf8CodeUnitCount
    var stanzas: [Stanza] = []
    var body = WipedBuffer()
    while let line = try nextLine(of: bytes, &offset) {
      let text = bytes.extracting(line)
      if text.starts(with: "-> ") {
        var arguments = try parseArguments(text.extracting(3...))
        guard try parseBody(bytes, &offset, into: &body) else { return nil }
        let kind = arguments.removeFirst()
        stanzas.append(Stanza(checked: kind, arguments, body: Array(copying: body.bytes)))
        body.removeAll()
      } else if text.starts(with: endMark) {
        guard !stanzas.isEmpty else {
          throw AgeError(.malformedHeader, "the header has no recipients")
        }
        return AgeHeader(stanzas: stanzas, mac: try parseMAC(text), byteCount: offset)
      } else {
        throw AgeError(.malformedHeader, "a line of the header is neither a stanza nor its end")
      }
    }
    return nil
  }

  /// False when the bytes end before it can be told.
  private static func checkIntro(_ bytes: Span<UInt8>) throws(AgeError) -> Bool {
    if bytes.starts(with: intro) { return true }
    let expected = Array("\(intro)".utf8)
    for index in 0..<min(bytes.count, expected.count) where bytes[index] != expected[index] {
      if index >= "age-encryption.org/".utf8.count {
        throw AgeError(.malformedHeader, "the file is of another version of the age format than v1")
      }
      throw AgeError(.malformedHeader, "not an age file")
    }
    return bytes.count >= expected.count
  }

  /// The next line without its line feed; nil when the bytes end before it.
  private static func nextLine(
    of bytes: Span<UInt8>, _ offset: inout Int
  ) throws(AgeError) -> Range<Int>? {
    let start = offset
    let limit = min(bytes.count, maximumByteCount)
    guard let index = bytes.extracting(..<limit).firstIndex(of: UInt8(ascii: "\n"), from: start)
    else {
      if limit == maximumByteCount {
        throw AgeError(.malformedHeader, "the header is larger than \(maximumByteCount) bytes")
      }
      return nil
    }
    offset = index + 1
    return start..<index
  }

  /// The type and the arguments of a stanza.
  static func parseArguments(_ text: Span<UInt8>) throws(AgeError) -> [String] {
    var arguments: [String] = []
    arguments.reserveCapacity(4)
    var start = 0
    for index in 0...text.count {
      if index < text.count, text[index] != UInt8(ascii: " ") {
        guard (0x21...0x7E).contains(text[index]) else {
          throw AgeError(.malformedHeader, "a stanza's argument has other characters than visible")
        }
        continue
      }
      guard index > start else {
        throw AgeError(.malformedHeader, "a stanza's argument is empty")
      }
      arguments.append(text.extracting(start..<index).asciiText)
      start = index + 1
    }
    return arguments
  }

  /// Decodes the lines up to the first one that is not full; false when the bytes end before.
  private static func parseBody(
    _ bytes: Span<UInt8>, _ offset: inout Int, into body: inout WipedBuffer
  ) throws(AgeError) -> Bool {
    while let line = try nextLine(of: bytes, &offset) {
      let isLast = try decodeBodyLine(bytes.extracting(line), into: &body)
      if isLast { return true }
    }
    return false
  }

  /// Decodes a line of a body; true when it is the last one.
  static func decodeBodyLine(
    _ line: Span<UInt8>, into body: inout WipedBuffer
  ) throws(AgeError) -> Bool {
    guard line.count <= Stanza.lineByteCounts.characters else {
      throw AgeError(.malformedHeader, "a stanza's body has a line of more than 64 characters")
    }
    do { try Base64.decode(line, padding: false, appendingTo: &body) } catch {
      throw AgeError(.malformedHeader, "a stanza's body is not canonical base64")
    }
    return line.count < Stanza.lineByteCounts.characters
  }

  private static func parseMAC(_ line: Span<UInt8>) throws(AgeError) -> [UInt8] {
    let mark = endMark.utf8CodeUnitCount
    guard line.count == mark + macLineByteCount - 1, line[mark] == UInt8(ascii: " "),
      let mac = try? Base64.publicBytes(of: line.extracting((mark + 1)...), padding: false)
    else {
      throw AgeError(.malformedHeader, "the header's MAC is not 32 bytes in canonical base64")
    }
    return mac
  }
}
