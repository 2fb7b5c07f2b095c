import CryptoCore
import TestSupport
import Testing
import YAMLSource

/// Documents of which the spans are checked by hand.
@Suite struct SpanTests {
  struct Example: CustomTestStringConvertible, Sendable {
    let text: String
    /// The nodes in order: kind, anchor and tag, and the exact text of what is not a collection.
    let nodes: [String]
    var comments: [String] = []
    var testDescription: String { text.debugDescription }
  }

  @Test(arguments: [
    Example(
      text: "a: b # c\nd:\n  - 'e'\n", nodes: ["map", "a", "b", "d", "seq", "'e'"],
      comments: ["# c"]),
    Example(
      text: "a: &x !!str  \"b\\n\"\nc: *x\n",
      nodes: ["map", "a", "&x !!str \"b\\n\"", "c", "*x"]),
    Example(
      text: "a: !<tag:x> &y # c\n\n  b\n", nodes: ["map", "a", "&y !<tag:x> b"], comments: ["# c"]),
    Example(
      text: "a:\nb: \nc: &x\nd: !t # c\n",
      nodes: [
        "map", "a", "", "b", "", "c", "&x ", "d", "!t ",
      ], comments: ["# c"]),
    Example(
      text: "a: |2- # c\n   x\n\n  y\n# d\n", nodes: ["map", "a", "|2- # c\n   x\n\n  y"],
      comments: ["# d"]),
    Example(text: "a: |+\n  x\n\n\nb: >\n  y", nodes: ["map", "a", "|+\n  x\n\n", "b", ">\n  y"]),
    Example(text: "a: |\r\n  x\r\n\r\nb: c\r\n", nodes: ["map", "a", "|\r\n  x\r\n", "b", "c"]),
    Example(
      text: "a: one\n  two\n\n  three # c\n", nodes: ["map", "a", "one\n  two\n\n  three"],
      comments: ["# c"]),
    Example(text: "'a b': \"c\n  d\"\n", nodes: ["map", "'a b'", "\"c\n  d\""]),
    Example(
      text: "{a: b, \"c\":d, e, f: , g: }\n",
      nodes: [
        "map{}", "a", "b", "\"c\"", "d", "e", "", "f", "", "g", "",
      ]),
    Example(
      text: "[a: b, {c: d}, &x [], *x ]",
      nodes: [
        "seq[]", "map{}", "a", "b", "map{}", "c", "d", "&x seq[]", "*x",
      ]),
    Example(
      text: "? |\n  k\n: - v\n  -\n? e\n",
      nodes: [
        "map", "|\n  k", "seq", "v", "", "e", "",
      ]),
    Example(
      text: "\u{feff}é: ü # ñ\n- : \n".replacing("- : \n", with: ""), nodes: ["map", "é", "ü"],
      comments: ["# ñ"]),
    Example(
      text: "a: b\u{85}c: 😀\u{2028}# d\u{2029}e: f", nodes: ["map", "a", "b", "c", "😀", "e", "f"],
      comments: ["# d"]),
    Example(
      text: "%YAML 1.1 # c\n--- # d\na\n...\n# e\n---\n...\n--- |\n b\n", nodes: ["a", "|\n b"],
      comments: ["# c", "# d", "# e"]),
    Example(
      text: "a: 'it''s' \nb: \"#\" #\n", nodes: ["map", "a", "'it''s'", "b", "\"#\""],
      comments: ["#"]),
    Example(
      text: "a:\n- b\n- c:\n  # d\n    e\n", nodes: ["map", "a", "seq", "b", "map", "c", "e"],
      comments: ["# d"]),
    Example(text: "a:  x  \n", nodes: ["map", "a", "x"]),
    // A byte order mark may begin a line; elsewhere it is text.
    Example(text: "a: &x\n \u{feff}: c\n", nodes: ["map", "a", "&x map", "\u{feff}", "c"]),
    Example(text: "--- &x\n\u{feff}b\n", nodes: ["&x b"]),
    Example(text: "", nodes: []),
    Example(text: "# c", nodes: [], comments: ["# c"]),
  ]) func example(_ example: Example) throws {
    let text = Array(example.text.utf8)
    let tree = try parse(text, .yaml)
    let nodes = tree.allNodes.map { id in
      let node = tree[id]
      let properties = [node.anchor, node.tag].compactMap { $0 }.map { slice(text, $0) + " " }
      let content =
        switch node.kind {
        case .mapping(let isFlow): isFlow ? "map{}" : "map"
        case .sequence(let isFlow): isFlow ? "seq[]" : "seq"
        case .scalar, .alias: slice(text, node.contentRange)
        }
      return properties.joined() + content
    }
    #expect(nodes == example.nodes)
    #expect(tree.comments.map { slice(text, $0) } == example.comments)
    #expect(SpanChecks.problems(text, tree) == [])
    #expect(SpliceChecks.problems(text, tree) == [])
  }

  @Test func positions() throws {
    let text = Array("\u{feff}é: b\r\nc: [d,\re]\n".utf8)
    let tree = try parse(text)
    let places = tree.allNodes.map { id in
      let position = tree.position(of: tree[id].range.lowerBound, in: text.span)
      return "\(position.line):\(position.column)"
    }
    #expect(places == ["1:1", "1:1", "1:4", "2:1", "2:4", "2:5", "3:1"])
    #expect(tree.position(of: 1_000, in: text.span).line == 4)
    #expect(tree.hasBOM && tree.lineBreak == .crlf)
  }

  @Test func documents() throws {
    let text = Array("a: 1\n---\n# c\n---\nb\n...\n---\n".utf8)
    let tree = try parse(text)
    #expect(tree.documents.map { $0.root == nil } == [false, true, false, true])
    #expect(
      tree.documents.map { slice(text, $0.range).prefix(5) } == [
        "a: 1\n", "---\n#", "---\nb", "---\n",
      ])
  }

  @Test func duplicates() throws {
    let text = (0..<40).map { "k\($0 % 30): v\n" }.joined() + "\"k\\x31\": v\n"
    let tree = try parse(text)
    let root = try #require(tree.documents[0].root)
    #expect(tree.duplicateKeys(of: root).count == 11)
    let json = try parse(#"{"a":1,"b":{"c":1,"c":2},"\u0061":2}"#)
    #expect(
      json.allNodes.map { json.duplicateKeys(of: $0).count } == [1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0])
  }

  /// Files as tools write them keep every byte, and can be read after any splice.
  @Test func corpus() throws {
    let files = try Corpus.files()
    #expect(files.count > 150)
    var readCount = 0
    for file in files {
      guard let tree = try? parse(file.bytes) else { continue }
      readCount += 1
      #expect(SpanChecks.problems(file.bytes, tree) == [], "\(file.name)")
      #expect(SpliceChecks.problems(file.bytes, tree) == [], "\(file.name)")
    }
    #expect(readCount > 140)
  }

  @Test func edits() throws {
    func apply(_ text: String, _ body: (inout SpliceEdits) -> Void) throws(SourceError) -> String {
      var edits = SpliceEdits()
      body(&edits)
      var output = WipedBuffer()
      try edits.apply(to: Array(text.utf8).span, appendingTo: &output)
      return String(decoding: output.bytes.indices.map { output.bytes[$0] }, as: UTF8.self)
    }
    #expect(
      try apply("abcdef") {
        $0.remove(4..<5)
        $0.insert(at: 2, "1")
        $0.insert(at: 2, "2")
        $0.replace(2..<3, with: "X")
        $0.insert(at: 6, "!")
      } == "ab12Xdf!")
    #expect(throws: SourceError.self) {
      try apply("abc") {
        $0.remove(0..<2)
        $0.remove(1..<3)
      }
    }
    #expect(throws: SourceError.self) { try apply("abc") { $0.remove(2..<4) } }
  }
}
