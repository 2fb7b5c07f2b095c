/// A line that goes on behind a backslash at its end, with the places of its parts.
struct LogicalLine {
  private(set) var text = ""
  /// How many characters stand in front of each physical line, and its number.
  private var parts: [(offset: Int, line: Int)] = []

  /// The lines of a text.
  static func lines(of text: Span<UInt8>) -> [LogicalLine] {
    var lines: [LogicalLine] = []
    var current = LogicalLine()
    var bytes: [UInt8] = []
    var number = 1
    func end(_ goesOn: Bool) {
      current.parts.append((current.text.count, number))
      current.text += String(decoding: bytes, as: UTF8.self)
      bytes.removeAll(keepingCapacity: true)
      number += 1
      guard !goesOn else { return }
      lines.append(current)
      current = LogicalLine()
    }
    for index in text.indices {
      let byte = text[index]
      guard byte == UInt8(ascii: "\n") else {
        if byte != UInt8(ascii: "\r") { bytes.append(byte) }
        continue
      }
      let goesOn = bytes.last == UInt8(ascii: "\\")
      // systemd has a blank for the backslash and the line break.
      if goesOn { bytes[bytes.count - 1] = UInt8(ascii: " ") }
      end(goesOn)
    }
    if !bytes.isEmpty || !current.text.isEmpty { end(false) }
    return lines
  }

  /// The place of a character.
  ///
  /// - Parameter offset: How many characters stand in front of it.
  func place(_ file: String, offset: Int) -> Place {
    guard let part = parts.last(where: { $0.offset <= offset }) else { return Place(file: file) }
    return Place(file: file, line: part.line, column: offset - part.offset + 1)
  }
}
