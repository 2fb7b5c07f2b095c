internal import CryptoCore

/// Goes over a JSON text without copying any of it.
struct JSONScanner {
  private static let maximumDepth = 32
  private(set) var position: Int

  init(at position: Int = 0) { self.position = position }

  /// Whether the whole text is one object.
  mutating func isObject(_ text: Span<UInt8>) -> Bool {
    skipSpace(text)
    guard byte(text) == UInt8(ascii: "{"), skipValue(text, depth: 0) else { return false }
    skipSpace(text)
    return position == text.count
  }

  /// Where the value of a name is in the object that begins here.
  mutating func value(of name: [UInt8], _ text: Span<UInt8>) -> Range<Int>? {
    skipSpace(text)
    guard take(UInt8(ascii: "{"), text) else { return nil }
    while true {
      skipSpace(text)
      let start = position
      guard skipString(text) else { return nil }
      let isWanted = Self.isEqual(text.extracting(start + 1..<position - 1), name.span)
      skipSpace(text)
      guard take(UInt8(ascii: ":"), text) else { return nil }
      skipSpace(text)
      let first = position
      guard skipValue(text, depth: 0) else { return nil }
      if isWanted { return first..<position }
      skipSpace(text)
      guard take(UInt8(ascii: ","), text) else { return nil }
    }
  }

  private static func isEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    for index in left.indices where left[index] != right[index] { return false }
    return true
  }

  private func byte(_ text: Span<UInt8>) -> UInt8? {
    position < text.count ? text[position] : nil
  }

  private mutating func take(_ wanted: UInt8, _ text: Span<UInt8>) -> Bool {
    guard byte(text) == wanted else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace(_ text: Span<UInt8>) {
    while let byte = byte(text), [0x20, 0x09, 0x0a, 0x0d].contains(byte) { position += 1 }
  }

  private mutating func skipString(_ text: Span<UInt8>) -> Bool {
    guard take(UInt8(ascii: "\""), text) else { return false }
    while let byte = byte(text), byte >= 0x20 {
      position += 1
      if byte == UInt8(ascii: "\"") { return true }
      if byte == UInt8(ascii: "\\") { position += 1 }
    }
    return false
  }

  private mutating func skipValue(_ text: Span<UInt8>, depth: Int) -> Bool {
    guard depth < Self.maximumDepth, let first = byte(text) else { return false }
    switch first {
    case UInt8(ascii: "{"): return skipItems(text, UInt8(ascii: "}"), areNamed: true, depth)
    case UInt8(ascii: "["): return skipItems(text, UInt8(ascii: "]"), areNamed: false, depth)
    case UInt8(ascii: "\""): return skipString(text)
    default:
      let start = position
      while let byte = byte(text),
        (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte)
          || [0x2b, 0x2d, 0x2e, 0x45].contains(byte)
      { position += 1 }
      return position > start
    }
  }

  private mutating func skipItems(
    _ text: Span<UInt8>, _ end: UInt8, areNamed: Bool, _ depth: Int
  ) -> Bool {
    position += 1
    skipSpace(text)
    if take(end, text) { return true }
    while true {
      skipSpace(text)
      if areNamed {
        guard skipString(text) else { return false }
        skipSpace(text)
        guard take(UInt8(ascii: ":"), text) else { return false }
        skipSpace(text)
      }
      guard skipValue(text, depth: depth + 1) else { return false }
      skipSpace(text)
      if take(end, text) { return true }
      guard take(UInt8(ascii: ","), text) else { return false }
    }
  }

  /// What a text in quotes says; nil when an escape is malformed.
  static func decode(_ quoted: Span<UInt8>) -> WipedBuffer? {
    var output = WipedBuffer(capacity: quoted.count)
    var index = 1
    while index < quoted.count - 1 {
      let byte = quoted[index]
      index += 1
      guard byte == UInt8(ascii: "\\") else {
        output.append(byte)
        continue
      }
      let escape = quoted[index]
      index += 1
      switch escape {
      case UInt8(ascii: "n"): output.append(0x0a)
      case UInt8(ascii: "r"): output.append(0x0d)
      case UInt8(ascii: "t"): output.append(0x09)
      case UInt8(ascii: "b"): output.append(0x08)
      case UInt8(ascii: "f"): output.append(0x0c)
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(escape)
      case UInt8(ascii: "u"):
        guard let unit = unit(quoted, index), let scalar = Unicode.Scalar(unit) else { return nil }
        index += 4
        for byte in UTF8.encode(scalar) ?? .init() { output.append(byte) }
      default: return nil
      }
    }
    return output
  }

  /// Four hexadecimal digits; characters beyond the first plane, as pairs, are not read.
  private static func unit(_ text: Span<UInt8>, _ start: Int) -> UInt16? {
    guard start + 4 < text.count else { return nil }
    var value: UInt16 = 0
    for index in start..<start + 4 {
      guard let digit = Character(Unicode.Scalar(text[index])).hexDigitValue else { return nil }
      value = value << 4 | UInt16(digit)
    }
    return value
  }
}
