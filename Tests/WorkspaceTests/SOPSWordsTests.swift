import SOPSFormat
import Testing

@testable import Workspace

/// What SOPS's command line takes for words and ways to values.
struct SOPSWordsTests {
  @Test(
    "commands are split as a shell splits them",
    arguments: [
      ("", []), ("  a  b\tc ", ["a", "b", "c"]), ("code --wait", ["code", "--wait"]),
      ("a 'b c' \"d e\"f", ["a", "b c", "d ef"]), ("'' \"\"", ["", ""]),
      (#"a\ b "c\"d\e" '\'"#, ["a b", #"c"d\e"#, #"\"#]), ("a # b\nc", ["a", "c"]),
      ("a#b", ["a#b"]),
      ("'open", nil), (#"open\"#, nil),
    ] as [(String, [String]?)])
  func words(text: String, expected: [String]?) {
    #expect(ShellWords.split(text) == expected)
  }

  @Test(
    "ways to values",
    arguments: [
      (#"["a"]['b'][3]"#, [.key("a"), .key("b"), .index(3)]), (#"["a[0]"]"#, [.key("a[0]")]),
      (#"["a"b"]"#, [.key(#"a"b"#)]), (#"[""]"#, [.key("")]), ("", nil), ("a", nil), ("[a]", nil),
      ("[-1]", nil), (#"["a""#, nil), (#"["a"] "#, nil), ("[", nil), ("[]", nil),
      ("[99999999999999999999]", nil),
    ] as [(String, [SOPSPathStep]?)])
  func path(text: String, expected: [SOPSPathStep]?) {
    #expect(SOPSTreePath.parse(text) == expected)
  }
}
