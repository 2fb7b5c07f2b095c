import Testing
import YAMLSource

/// RFC 8259, and nothing beyond it.
@Suite struct JSONTests {
  @Test(arguments: [
    ("{}", ["+MAP {}", "-MAP"]), (" [ ] ", ["+SEQ []", "-SEQ"]), ("\"a\"", ["=VAL \"a"]),
    (
      "[0,-0,1.5,1e3,-1.25E-7,1E+2]",
      [
        "+SEQ []", "=VAL :0", "=VAL :-0", "=VAL :1.5", "=VAL :1e3", "=VAL :-1.25E-7", "=VAL :1E+2",
        "-SEQ",
      ]
    ),
    ("[true,false,null]", ["+SEQ []", "=VAL :true", "=VAL :false", "=VAL :null", "-SEQ"]),
    (#""\"\\\/\b\f\n\r\t\u0041""#, ["=VAL \"\"\\\\/\\b\u{c}\\n\\r\\tA"]),
    (#""\ud83d\ude00""#, ["=VAL \"😀"]), (#""\ud83d""#, ["=VAL \"\u{fffd}"]),
    (#""\ude00\ud83d""#, ["=VAL \"\u{fffd}\u{fffd}"]), (#""\ud83d\n""#, ["=VAL \"\u{fffd}\\n"]),
    (#""\ud83d\u0041""#, ["=VAL \"\u{fffd}A"]), ("\"\u{7f}\u{2028}\"", ["=VAL \"\u{7f}\u{2028}"]),
    ("\u{feff}{\"a\" :\r\n\t1 }", ["+MAP {}", "=VAL \"a", "=VAL :1", "-MAP"]),
    (#"{"a":1,"a":2}"#, ["+MAP {}", "=VAL \"a", "=VAL :1", "=VAL \"a", "=VAL :2", "-MAP"]),
  ]) func valid(_ json: String, _ events: [String]) throws {
    let text = Array(json.utf8)
    let tree = try parse(text, .json)
    #expect(tree.syntax == .json)
    #expect(Array(tree.events(text).dropFirst().dropLast()) == events)
    #expect(SpanChecks.problems(text, tree) == [])
    #expect(SpliceChecks.problems(text, tree) == [])
  }

  /// With the offset at which it stops being JSON.
  @Test(arguments: [
    ("", 0), ("   ", 3), ("{", 1), ("[1,]", 3), ("{\"a\":1,}", 7), ("{a:1}", 1), ("{'a':1}", 1),
    ("[1 2]", 3), ("[1]]", 3), ("{\"a\" 1}", 5), ("{\"a\":}", 5), ("[01]", 1), ("[+1]", 1),
    ("[.5]", 1),
    ("[1.]", 1), ("[1e]", 1), ("[0x1]", 1), ("[NaN]", 1), ("[True]", 1), ("[nul]", 1), ("[--1]", 1),
    ("\"a", 0), ("\"\\x41\"", 1), ("\"\\u004\"", 1), ("\"\t\"", 1), ("\"\n\"", 1), ("\"\\'\"", 1),
    ("{} {}", 3), ("{}x", 2), ("[1}", 2), ("{\"a\":1]", 6), ("// c\n{}", 0), ("[1,/**/2]", 3),
    ("[,1]", 1),
    ("\u{a0}1", 0), ("{\"a\":\"b\":1}", 8), ("{1:2}", 1), ("[\"a\":1]", 4),
  ]) func invalid(_ json: String, _ offset: Int) {
    let error = #expect(throws: SourceError.self) { _ = try parse(json, .json) }
    #expect(error?.code == .syntax)
    #expect(error?.position.offset == offset)
  }

  /// A text that begins like JSON but is not, is read as YAML.
  @Test func guess() throws {
    #expect(try parse("{\"a\": 1}").syntax == .json)
    #expect(try parse("{\"a\": 1} # c").syntax == .yaml)
    #expect(try parse("{a: 1}").syntax == .yaml)
    #expect(try parse("{\"a\": 1}\n---\n{}").documents.count == 2)
    #expect(try parse("\"a\"").syntax == .yaml)
    let error = #expect(throws: SourceError.self) { _ = try parse("{\"a\": 1,\n \"b\": tru\u{1}}") }
    #expect(error?.position.line == 2)
  }
}
