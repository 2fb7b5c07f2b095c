import Findings
import SecretScan
import Testing

/// What must be found, where, and what must not.
@Suite struct SampleTests {
  static let found = Sample.read("scan-found.txt")
  static let passed = Sample.read("scan-passed.txt")

  @Test func thereAreSamples() {
    #expect(Self.found.count >= 60 && Self.passed.count >= 25)
    let seen = Set(Self.found.flatMap(\.expected).map { $0.prefix { $0 != " " } })
    #expect(seen.count >= 10, "rules without a sample: \(seen)")
  }

  @Test(arguments: found) func isFound(sample: Sample) {
    #expect(!sample.expected.isEmpty)
    #expect(scanned(sample.bytes, name: sample.file) == sample.expected)
  }

  @Test(arguments: passed) func passes(sample: Sample) {
    #expect(scanned(sample.bytes, name: sample.file) == [])
  }

  /// A finding in a literal block, a comment or a script is where it is in the file itself.
  @Test func linesOfEmbeddedTexts() {
    let secret = "apiVersion: v1\nkind: Secret\nstringData:\n  p: hunter2\n"
    let inner = secret.split(separator: "\n").map { "      \($0)" }.joined(separator: "\n")
    let list = "a:\n  - b: |\n\(inner)\n  - c\n"
    #expect(scanned(list) == ["embedded-secret 6:12"])
    // A literal block within one.
    let outer = list.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
    #expect(scanned("x: |\n\(outer)\n") == ["embedded-secret 7:14"])
  }
}

/// Kinds of keys that a rule names one by one.
@Suite struct RuleTests {
  @Test func everyRuleSaysWhatToDo() {
    for rule in ScanRules.all {
      #expect(rule.id.hasPrefix("git/") && !rule.why.isEmpty)
      #expect(rule.fix.contains("'") || rule.fix.contains(".sealwax.yaml"), "\(rule.id)")
    }
    #expect(Set(ScanRules.all.map(\.id)).count == ScanRules.all.count)
  }

  @Test(
    arguments: [
      ("{{ .Values.p }}", true), ("{{ .Values.p | default \"x\" }}", false),
      ("{{ .Values.p | default \"\" }}", true), ("{{ \"x\" | b64enc }}", false),
      ("{{ default \"x\" .Values.p }}", false), ("{{- include \"a.b\" . -}}", true),
      ("{{ printf \"%s-x\" .Values.p }}", true), ("x{{ .Values.p }}", false), ("${P}", true),
      ("${P:-x}", false), ("$(P)", true), ("$(pass show x)", false), ("<path:a#b>", true),
      ("<x", false), ("ref+vault://a", true), ("changeme", false), ("$P", false), ("x", false),
      ("ENC[PKCS7,data:x]", true), ("ENC[x", false), ("\\n", false), ("SEALWAX", false),
    ] as [(String, Bool)])
  func valuesFromElsewhere(value: String, passes: Bool) {
    let text = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {p: '\(value)'}\n"
    #expect(rules(text) == (passes ? [] : ["plaintext-secret"]))
  }
}

/// Texts that were made to be slow, or to hide something.
@Suite struct HostileTests {
  @Test func workIsBounded() {
    let clock = ContinuousClock()
    let nested = (0..<500).map { String(repeating: " ", count: $0) + "kind: Secret" }
    let merges = (0..<500).map { "- {<<: *x, kind: Secret, a\($0): b}" }.joined(separator: "\n")
    let fields = (0..<500).map { "f\($0): 1" }.joined(separator: ", ")
    for (name, text) in [
      ("a.md", nested.joined(separator: "\n")),
      ("a.md", String(repeating: "{\"kind\":\"Secret\",", count: 4_000)),
      ("a.md", String(repeating: "U2VjcmV0 ", count: 10_000)),
      ("a.md", String(repeating: "-----BEGIN PRIVATE KEY-----\n", count: 4_000)),
      ("a.md", String(repeating: "kind: Secret\ndata:\n x: y\n", count: 4_000)),
      ("a.yaml", "x: &x {\(fields)}\ny:\n" + merges),
      ("a.yaml", "apiVersion: v1\nkind: List\nitems: [" + String(repeating: "[", count: 90)),
    ] {
      let bytes = Array(text.utf8)
      let time = clock.measure { _ = scanned(bytes, name: name) }
      #expect(time < .seconds(20), "\(name) \(text.prefix(40))")
    }
  }

  /// Not even from a file that is cut off anywhere.
  @Test func everyPrefixCanBeRead() {
    for sample in SampleTests.found + SampleTests.passed {
      for count in stride(from: 0, to: min(sample.bytes.count, 1_500), by: 7) {
        _ = scanned(Array(sample.bytes.prefix(count)), name: sample.file)
        _ = scanned(Array(sample.bytes.suffix(count)), name: "a.md", isPiece: true)
      }
    }
  }
}
