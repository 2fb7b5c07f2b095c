internal import CryptoCore

/// The scalars of YAML in SOPS's styles.
extension YAMLEmitter {
  /// Writes the canonical text of a value.
  mutating func writeScalar(_ bytes: Span<UInt8>, _ type: ScalarType) {
    switch type {
    case .string, .bytes, .comment: writeString(bytes, isKey: false)
    case .integer, .time: writePlain(bytes)
    case .boolean, .float:
      var words = WipedBuffer()
      PlaintextWords.append(bytes, type, of: .yaml, to: &words)
      writePlain(words.bytes)
    }
  }

  mutating func writePlain(_ text: StaticString) {
    text.withUTF8Buffer { writePlain($0.span) }
  }

  private mutating func writePlain(_ bytes: Span<UInt8>) {
    beginScalar()
    put(bytes)
    endScalar()
  }

  private mutating func beginScalar() { if !isBehindSpace { put(0x20) } }

  private mutating func endScalar() {
    isBehindSpace = false
    isIndentation = false
  }

  mutating func writeString(_ bytes: Span<UInt8>, isKey: Bool) {
    switch YAMLScalarStyle(ofString: bytes) {
    case .plain: writePlain(bytes)
    case .merge: writePlain("!!merge <<")
    case .singleQuoted where (isKey || !allowsBlock) && YAMLScalarAnalysis(bytes).isMultiline:
      writeDoubleQuoted(bytes)
    case .singleQuoted: writeSingleQuoted(bytes)
    case .doubleQuoted: writeDoubleQuoted(bytes)
    case .literal where !allowsBlock: writeDoubleQuoted(bytes)
    case .literal: writeLiteral(bytes)
    case .binary: writeBinary(bytes)
    }
  }

  private mutating func writeSingleQuoted(_ bytes: Span<UInt8>) {
    writeIndicator("'", needsSpace: true)
    var isBehindBreak = false
    var index = 0
    while index < bytes.count {
      let character = YAMLCharacter(bytes, at: index)
      if character.isBreak {
        writeBreak(bytes, index, character)
        isBehindBreak = true
      } else {
        if isBehindBreak { writeIndent() }
        if bytes[index] == UInt8(ascii: "'") { put(UInt8(ascii: "'")) }
        for offset in 0..<character.width { put(bytes[index + offset]) }
        isIndentation = false
        isBehindBreak = false
      }
      index += character.width
    }
    writeIndicator("'")
    endScalar()
  }

  /// Writes a line break of the text itself.
  private mutating func writeBreak(_ bytes: Span<UInt8>, _ index: Int, _ character: YAMLCharacter) {
    if bytes[index] == 0x0a { return putBreak() }
    for offset in 0..<character.width { put(bytes[index + offset]) }
    column = 0
    isIndentation = true
  }

  private mutating func writeDoubleQuoted(_ bytes: Span<UInt8>) {
    writeIndicator("\"", needsSpace: true)
    // go-yaml asks the first character where it means to ask each.
    let beginsWithMark = bytes.starts(with: "\u{feff}")
    var index = 0
    while index < bytes.count {
      let character = YAMLCharacter(bytes, at: index)
      let isEscaped =
        beginsWithMark || !character.isPrintable || character.isBreak
        || bytes[index] == UInt8(ascii: "\"")
        || bytes[index] == UInt8(ascii: "\\")
      if isEscaped, let (scalar, _) = UTF8Check.scalar(at: index, in: bytes) {
        writeEscape(scalar)
      } else {
        for offset in 0..<character.width { put(bytes[index + offset]) }
      }
      index += character.width
    }
    writeIndicator("\"")
    endScalar()
  }

  private mutating func writeEscape(_ scalar: Unicode.Scalar) {
    put(UInt8(ascii: "\\"))
    let letters: [UInt32: UInt8] = [
      0x00: 0x30, 0x07: 0x61, 0x08: 0x62, 0x09: 0x74, 0x0a: 0x6e, 0x0b: 0x76, 0x0c: 0x66,
      0x0d: 0x72, 0x1b: 0x65, 0x22: 0x22, 0x5c: 0x5c, 0x85: 0x4e, 0xa0: 0x5f, 0x2028: 0x4c,
      0x2029: 0x50,
    ]
    if let letter = letters[scalar.value] { return put(letter) }
    let (mark, digits): (UInt8, Int) =
      switch scalar.value {
      case ...0xff: (UInt8(ascii: "x"), 2)
      case ...0xffff: (UInt8(ascii: "u"), 4)
      default: (UInt8(ascii: "U"), 8)
      }
    put(mark)
    for place in (0..<digits).reversed() {
      let digit = UInt8(scalar.value >> UInt32(place * 4) & 0xf)
      put(digit < 10 ? 0x30 + digit : 0x41 + digit - 10)
    }
  }

  private mutating func writeLiteral(_ bytes: Span<UInt8>) {
    writeIndicator("|", needsSpace: true)
    let first = YAMLCharacter(bytes, at: 0)
    if bytes[0] == 0x20 || first.isBreak {
      put(0x30 + indentHint)
    }
    let ending = Self.breaksAtEnd(of: bytes)
    if ending.count == 0 { put(UInt8(ascii: "-")) }
    if ending.count > 1 || ending.isAll { put(UInt8(ascii: "+")) }
    isBehindSpace = false
    isIndentation = false
    if !writeLine() { putBreak() }
    isBehindSpace = true
    var isBehindBreak = true
    var index = 0
    while index < bytes.count {
      let character = YAMLCharacter(bytes, at: index)
      if character.isBreak {
        writeBreak(bytes, index, character)
        isBehindBreak = true
      } else {
        if isBehindBreak { writeIndent() }
        for offset in 0..<character.width { put(bytes[index + offset]) }
        isIndentation = false
        isBehindBreak = false
      }
      index += character.width
    }
  }

  private static func breaksAtEnd(of bytes: Span<UInt8>) -> (count: Int, isAll: Bool) {
    var count = 0
    var end = bytes.count
    while end > 0, count < 2 {
      var start = end - 1
      while start > 0, bytes[start] & 0xc0 == 0x80 { start -= 1 }
      guard YAMLCharacter(bytes, at: start).isBreak else { break }
      count += 1
      end = start
    }
    return (count, count > 0 && end == 0)
  }

  private mutating func writeBinary(_ bytes: Span<UInt8>) {
    let lineCount = 70
    var encoded = WipedBuffer()
    Base64.encode(bytes, appendingTo: &encoded)
    beginScalar()
    for byte in "!!binary".utf8 { put(byte) }
    endScalar()
    guard encoded.count >= lineCount, allowsBlock else { return writePlain(encoded.bytes) }
    var lines = WipedBuffer(capacity: encoded.count + encoded.count / lineCount + 1)
    var start = 0
    while start < encoded.count {
      let end = min(start + lineCount, encoded.count)
      lines.append(encoded.bytes.extracting(start..<end))
      lines.append(0x0a)
      start = end
    }
    writeLiteral(lines.bytes)
  }
}
