import Manifest
import TestSupport
import Testing

@testable import Envelope

/// Fields of objects that are no Secrets (docs/format.md, section 2.2).
@Suite struct FieldTests {
  private let bench: Bench

  init() throws { bench = try Bench() }

  @Test func comeBackAsTheyWere() throws {
    for shape in FieldShape.all + [.json] {
      for text in [shape.text, shape.text.split(separator: "\n").joined(separator: "\r\n")] {
        let sealed = try bench.seal(text, shape.settings(bench, .secretbox))
        #expect(!sealed.contains(FieldShape.mark), "\(shape.name): \(sealed)")
        #expect(try bench.open(sealed) == text, "\(shape.name)")
        // Whoever edits it needs no policy.
        let again = try bench.reseal(text, previous: sealed, SealSettings(nil, now: .first))
        #expect(again.text == sealed, "\(shape.name)")
      }
      guard let names = shape.entries else { continue }
      let bytes = shape.text.bytes
      let units = try ManifestSealer.read(
        bytes.span, fields: FieldChoice(rules: [shape.rule])
      ).units
      #expect(units.map { $0.entries.map(\.name) } == [names], "\(shape.name)")
    }
  }

  @Test func cannotBeTamperedWith() throws {
    let shape = FieldShape.all[1]
    let sealed = try bench.seal(shape.text, shape.settings(bench))
    for attack in FieldAttack.all {
      let (name, code) = (attack.name, attack.code)
      let changed = try attack.change(sealed)
      // Only the policy knows of an object without envelope that it had one.
      let found: EnvelopeError.Code?
      if code == .missingEnvelope {
        let bytes = changed.bytes
        let fields = FieldChoice(rules: [shape.rule])
        found = try ManifestInspector.inspect(bytes.span, fields: fields)[0].problems.first?.code
      } else {
        found = bench.refusal(changed, with: bench.unwrappers(["age"]))?.code
      }
      #expect(found == code, "\(name): \(changed)")
    }
  }

  @Test func aSecretNamesNoFields() throws {
    let shape = FieldShape.all[0]
    let sealed = try bench.seal(shape.text, shape.settings(bench))
    let changed = sealed.with("kind: ConfigMap", "kind: Secret")
    #expect(bench.refusal(changed)?.code == .malformedEnvelope)
  }

  @Test func newObjectsOfASealedKindAreNotLeftInPlaintext() throws {
    let shape = FieldShape.all[0]
    let sealed = try bench.seal(shape.text, shape.settings(bench))
    let edited = shape.text + "---\n" + shape.text.with("name: db", "name: other")
    #expect(throws: EnvelopeError(.noRecipients, "")) {
      try bench.reseal(edited, previous: sealed, SealSettings(nil, now: .first))
    }
    // The fields of a Secret are known: a policy that is about others leaves it as it is.
    let secret = Shape.secret("", "data:\n  a: YQ==\n").text
    var settings = shape.settings(bench)
    settings.fields?.rules.append(FieldShape.rule("*", "Secret", ["metadata2"]))
    #expect(try !bench.seal(secret, settings).contains("field "))
  }

  /// Objects put together at random, sealed by paths put together at random.
  @Test func anyObjectComesBack() throws {
    var sealedCount = 0
    for seed in SeededGenerator.seeds(400) {
      var object = RandomObject(seed: seed)
      let text = object.text()
      var settings = bench.settings()
      let rule = FieldShape.rule("example.com/v1", "Widget", object.paths())
      settings.fields = FieldChoice(rules: [rule])
      let sealed: String
      do { sealed = try bench.seal(text, settings) } catch let error as EnvelopeError {
        // An alias may lead to what stays readable.
        #expect(error.manifestError?.code == .aliasOutside, "\(seed): \(error)\n\(text)")
        continue
      }
      if sealed != text { sealedCount += 1 }
      let opened = try bench.open(sealed)
      #expect(opened == text, "seed \(seed)\n\(sealed)")
    }
    #expect(sealedCount > 250)
  }

  @Test func pathsAreWrittenInOneWay() {
    for (text, written) in [
      ("data.a", "data.a"), ("data.*", "data"), ("data.**", "data"), ("data[*]", "data"),
      (#"data["a"]"#, "data.a"), (#"data["a.b"]"#, #"data["a.b"]"#), ("a[0].b", "a[0].b"),
      ("a.**.b", "a.**.b"), ("a.*x*", "a.*x*"), (#"a["*"]"#, #"a["*"]"#), ("a/b", "a/b"),
    ] {
      #expect((try? FieldPattern(text))?.text == written, "\(text)")
    }
    for text in [
      "", ".", "a.", ".a", "a..b", "*", "*.a", "**.a", "[*].a", "metadata.name", "kind",
      "apiVersion",
      "a[", "a[]", "a[01].b", "a[0]", "a[x]", "a b", "a\"b", "a[\"b", "a.**.b.**.c.**.d", "ä",
      String(repeating: "a", count: 257), Array(repeating: "a", count: 17).joined(separator: "."),
    ] {
      #expect((try? FieldPattern(text)) == nil, "\(text)")
    }
  }

  /// A hostile object and hostile paths end in an error, soon.
  @Test func workIsBounded() throws {
    var deep = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: x}\nspec:\n"
    for depth in 1..<60 {
      deep += String(repeating: " ", count: depth) + String(repeating: "k", count: 1_000) + ":\n"
    }
    deep += String(repeating: String(repeating: " ", count: 60) + "- x\n", count: 2_000)
    var wide = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: x}\nspec:\n"
    for index in 0..<2_000 { wide += "  \(String(repeating: "a", count: 900))\(index): x\n" }
    let globs = (0..<60).map { "spec.*\(String(repeating: "b", count: 200))\($0)*" }
    for (text, paths) in [(deep, ["spec"]), (wide, globs)] {
      let bytes = text.bytes
      let fields = FieldChoice(rules: [FieldShape.rule("example.com/v1", "Widget", paths)])
      #expect(throws: EnvelopeError.self) {
        try ManifestSealer.read(bytes.span, fields: fields).units.count
      }
    }
  }
}

/// A Widget of random shape.
private struct RandomObject {
  private var random: SeededGenerator
  private var keys: [String] = []
  private var anchors: [String] = []

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  private mutating func pick(_ texts: [String]) -> String {
    texts.randomElement(using: &random) ?? ""
  }

  mutating func text() -> String {
    var text = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: x}\n"
    if random.chance(50) {
      text = text.replacingOccurrences("metadata: {name: x}\n", "metadata:\n  name: x\n")
    }
    for key in ["spec", "data"] {
      text += "\(key):" + block(2, isTop: true)
    }
    if random.chance(20) {
      text = text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
    }
    if random.chance(20) { text.removeLast() }
    return text
  }

  private mutating func key() -> String {
    let key = pick(["a", "b", "c.d", "e/f", "80", "password", "\"x y\"", "x-y"])
    keys.append(key)
    return key
  }

  private mutating func note() -> String { pick(["", "", "", " # note", "  # two # notes"]) }

  private mutating func scalar(isFlow: Bool, _ indentation: Int) -> String {
    let pad = "\n" + String(repeating: " ", count: indentation)
    var text = pick([
      "word", "'quoted'", "\"double \\n\"", "1", "1.50", "true", "null", "~", "{}", "[]", "''",
      "&n w",
      "!!str 5",
    ])
    if !isFlow {
      text = pick([
        text, text, "|\(pad)lines\(pad)  more", ">-\(pad)folded\(pad)", "plain text\(pad)goes on",
        "",
        "|+\(pad)kept\n",
      ])
    }
    if text == "&n w" {
      let name = "n\(anchors.count)"
      anchors.append(name)
      return "&\(name) w"
    }
    if let name = anchors.randomElement(using: &random), random.chance(10) { return "*\(name)" }
    return text
  }

  /// What stands behind a `:` or `-`, with the line break.
  private mutating func block(_ indentation: Int, isTop: Bool = false) -> String {
    let pad = String(repeating: " ", count: indentation)
    if indentation > 8 || (!isTop && random.chance(50)) {
      let text = scalar(isFlow: false, indentation)
      // No comment goes behind a block scalar's last line.
      let isBlock = text.hasPrefix("|") || text.hasPrefix(">")
      return (text.isEmpty ? "" : " ") + text + (isBlock ? "" : note()) + "\n"
    }
    if random.chance(25) { return " " + flow(indentation) + note() + "\n" }
    var text = note() + "\n"
    var used: Set<String> = []
    let isSequence = random.chance(35)
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      if random.chance(15) { text += pad + "# between\n" }
      if isSequence {
        text += pad + "-" + block(indentation + 2)
      } else {
        let key = key()
        if used.insert(key).inserted { text += pad + key + ":" + block(indentation + 2) }
      }
    }
    return text
  }

  private mutating func flow(_ indentation: Int) -> String {
    if indentation > 6 || random.chance(40) { return scalar(isFlow: true, indentation) }
    let parts = (0..<Int.random(in: 0...3, using: &random)).map { index in
      (index, flow(indentation + 2))
    }
    return random.chance(50)
      ? "[" + parts.map(\.1).joined(separator: ", ") + "]"
      : "{" + parts.map { "k\($0.0): \($0.1)" }.joined(separator: ", ") + "}"
  }

  mutating func paths() -> [String] {
    var paths = ["spec"]
    if random.chance(70) { paths = ["data.**.password", "spec.*.**.k1"] }
    for key in keys.shuffled(using: &random).prefix(2) where !key.hasPrefix("\"") {
      paths.append(pick(["spec[\"\(key)\"]", "data.**[\"\(key)\"]", "spec[*][\"\(key)\"]"]))
    }
    return paths
  }
}

extension String {
  fileprivate func replacingOccurrences(_ part: String, _ other: String) -> String {
    contains(part) ? with(part, other) : self
  }
}
