/// Writes the path of an entry as one text (docs/format.md, section 5.3).
enum EntryName {
  static func encode(_ path: [String], isComment: Bool) -> String {
    var name = ""
    for (index, component) in path.enumerated() {
      if index > 0 { name += "/" }
      name += isPlain(component.utf8.span) ? component : escaped(component)
    }
    if isComment { name += "#" }
    return name
  }

  private static func escaped(_ component: String) -> String {
    var name: [UInt8] = []
    for byte in component.utf8 {
      if isPlain(byte) {
        name.append(byte)
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        name += (digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)").utf8
      }
    }
    return String(decoding: name, as: UTF8.self)
  }

  private static func isPlain(_ bytes: Span<UInt8>) -> Bool {
    for index in bytes.indices where !isPlain(bytes[index]) { return false }
    return true
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
