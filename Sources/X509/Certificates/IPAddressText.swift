/// IP addresses as text (RFC 5952) and from text.
public enum IPAddressText {
  /// 4 or 16 bytes; with a mask (8 or 32) `10.0.0.0/255.0.0.0`; anything else in hexadecimal.
  public static func text(_ bytes: [UInt8]) -> String {
    switch bytes.count {
    case 4: bytes.map { String($0) }.joined(separator: ".")
    case 16: sixteen(bytes)
    case 8, 32:
      text(Array(bytes.prefix(bytes.count / 2))) + "/"
        + text(Array(bytes.suffix(bytes.count / 2)))
    default: Text.hexadecimal(bytes)
    }
  }

  private static func sixteen(_ bytes: [UInt8]) -> String {
    let groups = (0..<8).map { Int(bytes[$0 * 2]) << 8 | Int(bytes[$0 * 2 + 1]) }
    var best = 0..<0
    var start = 0
    while start < 8 {
      var end = start
      while end < 8, groups[end] == 0 { end += 1 }
      if end - start > max(best.count, 1) { best = start..<end }
      start = max(end, start + 1)
    }
    let digits = groups.map { String($0, radix: 16) }
    guard !best.isEmpty else { return digits.joined(separator: ":") }
    return digits[..<best.lowerBound].joined(separator: ":") + "::"
      + digits[best.upperBound...].joined(separator: ":")
  }

  /// The 4 or 16 bytes of an address; nil when the text is none.
  public static func bytes(_ text: String) -> [UInt8]? {
    text.contains(":") ? sixteen(of: text) : four(of: Substring(text))
  }

  private static func four(of text: Substring) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bytes: [UInt8] = []
    for part in parts {
      guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        part.utf8.count == 1 || part.utf8.first != 0x30, let byte = UInt8(part)
      else { return nil }
      bytes.append(byte)
    }
    return bytes
  }

  private static func sixteen(of text: String) -> [UInt8]? {
    var text = Substring(text)
    var tail: [UInt8] = []
    if text.contains("."), let colon = text.lastIndex(of: ":") {
      guard let four = four(of: text[text.index(after: colon)...]) else { return nil }
      tail = four
      // What is in front of the last colon; "::" stays whole.
      let head = text[..<colon]
      text = head.hasSuffix(":") || head.isEmpty ? text[...colon] : head
    }
    let halves = text.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
    guard let head = groups(halves[0]) else { return nil }
    guard halves.count == 2 else {
      let bytes = head + tail
      return bytes.count == 16 ? bytes : nil
    }
    guard let rest = groups(halves[1]) else { return nil }
    let filled = 16 - head.count - rest.count - tail.count
    guard filled >= 2 else { return nil }
    return head + [UInt8](repeating: 0, count: filled) + rest + tail
  }

  private static func groups(_ text: Substring) -> [UInt8]? {
    guard !text.isEmpty else { return [] }
    var bytes: [UInt8] = []
    for group in text.split(separator: ":", omittingEmptySubsequences: false) {
      guard (1...4).contains(group.utf8.count), group.utf8.first != 0x2b,
        let value = UInt16(group, radix: 16)
      else { return nil }
      bytes += [UInt8(value >> 8), UInt8(truncatingIfNeeded: value)]
    }
    return bytes
  }
}
