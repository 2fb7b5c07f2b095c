import TestSupport

/// Values as people and programs have them, and as nobody should.
enum RandomText {
  static func text(_ random: inout SeededGenerator) -> String {
    switch Int.random(in: 0..<10, using: &random) {
    case 0: return random.pick(awkward)
    case 1: return words(&random)
    case 2, 3: return lines(&random)
    case 4: return random.pick(awkward) + random.pick(awkward)
    default: return scalars(&random)
    }
  }

  static let awkward = [
    "", " ", "\t", "\n", "\n\n", "a\n", "a\n\n", "\na", " a", "a ", "\ta\n b", "a\n\tb\n",
    "a\n  \nb",
    "a\n ", "key: value", "- item", "# no comment", "a # b", "a: # b", "{a: b}", "[", "*a", "&a",
    "!a",
    "|", ">-", "? a", "---", "...", "--- a", "a\n---\nb\n", "%YAML", "@a", "`a`", "'", "''", "\"",
    "\\", "\\n", "null", "~", "true", "no", "y", "1", "0x1f", "1_000", "1e3", ".5", ".inf", "12:30",
    "2001-01-01", "=", "<<", "\r", "\r\n", "a\r\nb\r\n", "\u{85}", "\u{2028}", "a\u{2029}b",
    "\u{feff}a", "\u{0}", "\u{1b}[31m", "\u{7f}", "\u{9f}", "\u{a0}", "\u{fffe}", "\u{ffff}", "é",
    "пароль", "密码", "😀", "\u{e000}", "\u{10ffff}", "e\u{301}", "\u{202e}abc", "tab\there",
    "trailing\t", "-----BEGIN KEY-----\nYQ==\n-----END KEY-----\n", "{\n\t\"a\": \"b\"\n}\n",
    "https://user:p%40ss@example.com/a?b=c#d", "p@ss w0rd!", "a,b", "a: b\nc: d\n",
    "  two\n one\n", "SEALWAX", "x\n# y\n", "x\n\n\n",
  ]

  private static func words(_ random: inout SeededGenerator) -> String {
    (0..<Int.random(in: 1...4, using: &random)).map { _ in
      random.pick(["alpha", "Beta", "g4mma", "true", "12", "/etc/x", "a=b", "@", "é"])
    }.joined(separator: random.pick([" ", "  ", "_", ""]))
  }

  private static func lines(_ random: inout SeededGenerator) -> String {
    (0..<Int.random(in: 1...5, using: &random)).map { _ in
      random.pick(["", " ", "  x", "x", "x y ", "\tx", "# x", "x: y", "é", "-----", "\"'"])
    }.joined(separator: "\n") + random.pick(["", "", "\n", "\n\n"])
  }

  private static func scalars(_ random: inout SeededGenerator) -> String {
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...12, using: &random) {
      switch Int.random(in: 0..<10, using: &random) {
      case 0: text.append(random.pick(Array(" \t\n\r:#-'\"\\{}[],&*!|>%@`?".unicodeScalars)))
      case 1: text.append(Unicode.Scalar(UInt8.random(in: 0...255, using: &random)))
      case 2:
        let value = UInt32.random(in: 0...0x10ffff, using: &random)
        text.append(Unicode.Scalar(value) ?? "x")
      default: text.append(random.pick(Array("abcxyzABC012 .-_/+=".unicodeScalars)))
      }
    }
    return String(text)
  }
}
