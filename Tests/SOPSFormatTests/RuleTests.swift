import CryptoCore
import Testing

@testable import SOPSFormat

/// Regular expressions in RE2's syntax, and which values rules choose.
@Suite struct RuleTests {
  static let expressions: [(pattern: String, matches: [String], others: [String])] = [
    ("a", ["a", "bab"], ["", "A"]),
    ("^a$", ["a"], ["aa", "ba", "a\n"]),
    ("(?i)^PASS\\w+$", ["password", "PASSx"], ["pass", "pass-word"]),
    ("^(data|stringData)$", ["data", "stringData"], ["Data", "data2"]),
    ("a.c", ["abc", "aéc"], ["a\nc", "ac"]),
    ("(?s)a.c", ["a\nc"], []),
    ("(?m)^b$", ["a\nb\nc"], ["ab"]),
    ("a{2,3}$", ["aa", "baaa"], ["a"]),
    ("^a{2}$", ["aa"], ["aaa"]),
    ("^a{2,}$", ["aa", "aaaaa"], ["a"]),
    ("a{,2}", ["a{,2}"], ["aa"]),
    ("^[[:alpha:]_]+$", ["ab_"], ["a1", "é"]),
    ("^[^a-c]$", ["d", "é"], ["a", ""]),
    ("^[]a]$", ["]", "a"], ["b"]),
    ("^[a-]$", ["-"], ["b"]),
    ("\\.enc\\.yaml$", ["x.enc.yaml"], ["xencyaml"]),
    ("\\bkey\\b", ["a key b"], ["monkey"]),
    ("\\Bey", ["key"], ["ey"]),
    ("^\\d+\\s\\D\\S\\W$", ["12 ab-"], ["1 2b-"]),
    ("^\\pL+$", ["aé密"], ["a1"]),
    ("^\\p{Lu}\\P{Lu}$", ["Aa"], ["aA"]),
    ("^\\x41\\x{1F600}\\101$", ["A\u{1F600}A"], []),
    ("^\\Qa.b\\E$", ["a.b"], ["axb"]),
    ("^(?:a|b)*?c$", ["ababc", "c"], ["abd"]),
    ("^(?P<name>x)(?<other>y)$", ["xy"], []),
    ("^(a|)$", ["a", ""], ["b"]),
    ("^(a*)*$", ["", "aaaa"], ["b"]),
    ("x*", [""], []),
    ("^(?i:a)b$", ["Ab"], ["AB"]),
    ("^(?i)a(?-i)b$", ["Ab"], ["aB"]),
    ("\\A\\z", [""], ["a"]),
    ("^[\\d\\-x]+$", ["1-x"], ["y"]),
    ("(a?){50}a{50}", [String(repeating: "a", count: 50)], ["a"]),
  ]

  @Test(arguments: expressions)
  func matchesAsRE2(_ test: (pattern: String, matches: [String], others: [String])) throws {
    let program = try #require(RegexProgram(test.pattern))
    for text in test.matches { #expect(matches(program, text), "\(test.pattern) on \(text)") }
    for text in test.others { #expect(!matches(program, text), "\(test.pattern) on \(text)") }
  }

  private func matches(_ program: RegexProgram, _ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return program.matches(bytes.span)
  }

  static let refused = [
    "(", ")", "[", "a**", "*a", "+", "?", "(?=a)", "(?<!a)", "\\1", "\\8", "[z-a]", "a{1001}",
    "a{2,1}", "(?P<a b>x)", "\\pX", "\\p{Greek}", "[[:nope:]]", "\\", "(?z)", "\\x{110000}",
    "(((a{100}){100}){100}){100}", "((((){1000}){1000}){1000}){1000}",
    String(repeating: "(", count: 1000) + String(repeating: ")", count: 1000),
  ]

  @Test(arguments: refused)
  func refusesWhatIsNoExpression(_ pattern: String) {
    #expect(
      code { () throws(SOPSError) in _ = try SOPSSelection(.encryptedRegex, pattern) }
        == .malformedRule)
  }

  /// An expression that takes others exponential time.
  @Test func takesLinearTime() throws {
    let program = try #require(RegexProgram("^(a|a|aa)+$"))
    #expect(!matches(program, String(repeating: "a", count: 20_000) + "b"))
  }

  static let selections:
    [(kind: SOPSSelection.Kind, pattern: String, text: String, encrypted: String)] = [
      (.unencryptedSuffix, "_p", "a: 1\nb_p: 2\nc_p: {d: 3}\n_pe: 4\n", "1 4"),
      (.encryptedSuffix, "_s", "a: 1\nb_s: 2\nc_s: {d: 3}\n", "2 3"),
      (.unencryptedRegex, "^a", "a: 1\nb: {ax: 2, c: 3}\n", "3"),
      (.encryptedRegex, "b|c", "a: 1\nb: {ax: 2, d: 3}\nl: [{c: 4}]\n", "2 3 4"),
      (.unencryptedCommentRegex, "plain", "a: 1\n# plain\nb: {c: 2}\nd: 3\n", "1 3"),
      (.encryptedCommentRegex, "secret", "a: 1\n# secret\nb: {c: 2}\nd: 3\n", "2"),
      (.encryptedCommentRegex, "secret", "a:\n  # secret\n  - 1\n  - 2\n", "1"),
    ]

  @Test(arguments: selections)
  func choosesValues(
    _ test: (kind: SOPSSelection.Kind, pattern: String, text: String, encrypted: String)
  ) throws {
    let reader = try Reader()
    let selection = try SOPSSelection(test.kind, test.pattern)
    var writer = SOPSWriter(date: date)
    let plaintext = Array(test.text.utf8)
    let written = try writer.encrypt(
      plaintext.span, store: .yaml, settings: .init(for: reader, selection: selection))
    let lines = text(written).split(separator: "\n").prefix {
      $0 != "sops:"
    }
    let plain = lines.filter { !$0.contains("#") && !$0.contains("ENC[") }
      .joined(separator: " ").filter(\.isNumber)
    let expected = test.text.filter(\.isNumber).filter { !test.encrypted.contains($0) }
    #expect(plain == expected)
    let file = try SOPSFile.read(written.bytes, store: .yaml)
    let key = try SOPSDataKey.recover(from: file.metadata, using: [reader.unwrapper])
    let opened = try file.decrypt(key)
    #expect(text(opened.text) == (try laidOut(plaintext, .yaml)))
  }
}
