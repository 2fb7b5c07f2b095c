/// Writes the path of an entry as one text (docs/format.md, section 5.3).
enum EntryName {
  static func encode(_ path: [String], isComment: Bool) -> String {
    var name: [UInt8] = []
    name.reserveCapacity(64)
    for (index, component) in path.enumerated() {
      if index > 0 { name.append(UInt8(ascii: "/")) }
      if isPlain(component.utf8.span) {
        name += component.utf8
      } else {
        append(escaped: component, to: &name)
      }
    }
    if isComment { name.append(UInt8(ascii: "#")) }
    return String(decoding: name, as: UTF8.self)
  }

  private static func append(escaped component: String, to name: inout [UInt8]) {
    for byte in component.utf8 {
      if isPlain(byte) {
        name.append(byte)
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        name += (digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)").utf8
      }
    }
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
