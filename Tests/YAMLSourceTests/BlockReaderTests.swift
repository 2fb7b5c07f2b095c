import TestSupport
import Testing

@testable import YAMLSource

/// What `BlockReader` reads is what libyaml says, to the byte.
@Suite struct BlockReaderTests {
  /// How both readers differ on a text; nil when they agree, or when it is left to libyaml.
  private static func difference(_ text: [UInt8]) -> String? {
    guard let mine = plain(text) else { return nil }
    guard let other = try? byLibYAML(text) else { return "libyaml refuses it" }
    let (left, right) = (describe(mine), describe(other))
    return left == right ? nil : "\(left)\nlibyaml:\n\(right)"
  }

  private static func plain(_ text: [UInt8]) -> SourceTree? {
    guard let survey = try? TextSurvey(text.span, limits: SourceLimits()) else { return nil }
    return BlockReader.read(text.span, survey: survey, limits: SourceLimits())
  }

  private static func byLibYAML(_ text: [UInt8]) throws -> SourceTree {
    var storage = ParserStorage()
    let limits = SourceLimits()
    return try YAMLReader.read(
      text.span, survey: try TextSurvey(text.span, limits: limits), limits: limits,
      storage: &storage)
  }

  private static func describe(_ tree: SourceTree) -> String {
    var lines = tree.documents.map { "document \($0.root?.index ?? -1) \($0.range)" }
    lines += tree.comments.map { "comment \($0)" }
    lines += (0..<Int32(tree.nodeCount)).map { index in
      let id = NodeID(index: index)
      let node = tree[id]
      return "\(node) \(tree.children(of: id)) \(tree.string(of: id).debugDescription)"
    }
    return lines.joined(separator: "\n")
  }

  /// Nearly all manifests are as plain as that, and no text is read otherwise than by libyaml.
  @Test func corpus() throws {
    let files = try Corpus.files()
    for file in files { #expect(Self.difference(file.bytes) == nil, "\(file.name)") }
    let plain = files.filter { Self.plain($0.bytes) != nil }
    #expect(plain.count > 100)
    for item in SuiteCase.all { #expect(Self.difference(item.text) == nil, "\(item.id)") }
  }

  @Test(arguments: [
    "a: |\n  x\n\n   \n  # y\n# z\nb: |-\n    c\n\n\nd:\n- e: 'f' # g\n  h: \"\"\n-  i\n",
    "# a\n---\nb:\n  - c: d\n    e:\n  - f\ng: h:i #j\n---\nk: |+\n  l\n\n\n", "  a: b\n  c:",
    "- a:\n  - b\n- c: |\n   d", "a: -1 # b#\n\n   \nc: ~x", "a:\n  - b:\n    - c\n  - d: e   ",
    "a: []\nb: {} # c\nd:\n  - []\n  - {}\n",
  ]) func example(_ text: String) { #expect(Self.difference(Array(text.utf8)) == nil) }

  /// What is wrong, or means something else than it looks, is left to libyaml.
  @Test(arguments: [
    "a: b\n  c", "a: b\n c: d", "a: b: c", "a:b", "a: [b", "a: [] b", "a: {}: b", "a: [\n]",
    "a: b\n---\n", "...\n", "a: 'b' c",
    "a: \"\\n\"", "a: 'b''c'", "a: &b c", "a: !b c", "a: *b", "a:\tb", "a: b\r\n", "a: \u{e9}",
    "a: |\n b\n  c: d\n d", "a: |\n\n  b\n", "a: |2\n  b\n", "a: |\nb: c\n", "a:\n    b: c\n  d: e",
    "a:\n  b", "- a\nb: c", "a: - b", "-", "- - a", "a", "? a", "%YAML 1.1\n---\na: b\n",
    "a: >\n b\n",
    "a: @b", "a: b\u{7f}", String(repeating: "a", count: 1100) + ": b", "a: |\n  b", "", "# a\n",
    "a: #b\n - c\nd", "--- a: b\n", "<<: a", "a: 'b': c", "a: b:\n",
  ]) func leftToLibYAML(_ text: String) { #expect(Self.plain(Array(text.utf8)) == nil) }

  /// Texts of pieces that go together well or badly.
  @Test func pieces() {
    let pieces = [
      "a", "bc", ":", ": ", ":\n", "- ", "-", "\n", "\n", "\n  ", "\n    ", "\n ", "\n- ", "\n  - ",
      " ", "  ", "#", " #", " # c", "'", "\"", "'d'", "\"e\"", "|", "|\n", "|-\n  ", "|+\n    ",
      "---\n",
      "\n---\n", "...", "k: v\n", "k:\n  ", "x: |\n  y\n", "1", ".", "[", "[]", "{}", " {}\n",
      ": []\n", "\\", ",", "<<", "~",
      "\n# c\n", "\n  # c\n", "a:\n- b\n", "m:\n  n: o\n", "\t", "%", "@", "*", "&", "!", ">", "?",
    ]
    var random = SeededGenerator(seed: 7)
    var plainCount = 0
    for _ in 0..<60_000 {
      let count = Int.random(in: 1...14, using: &random)
      let parts = (0..<count).map { _ in pieces[Int.random(in: 0..<pieces.count, using: &random)] }
      let text = Array(parts.joined().utf8)
      if Self.plain(text) != nil { plainCount += 1 }
      if let difference = Self.difference(text) {
        Issue.record("\(parts.joined().debugDescription): \(difference)")
        return
      }
    }
    #expect(plainCount > 1000)
  }
}
