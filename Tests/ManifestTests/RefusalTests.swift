import Manifest
import Testing
import YAMLSource

/// What cannot be sealed reversibly, or not without guessing, is refused with its place.
@Suite struct RefusalTests {
  private static let head = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n"

  struct Refusal: CustomTestStringConvertible, Sendable {
    let text: String
    let code: ManifestError.Code
    let place: String
    var testDescription: String { "\(code) \(text.debugDescription)" }
  }

  private static func refusal(_ text: String, _ code: ManifestError.Code, _ place: String)
    -> Refusal
  { Refusal(text: text, code: code, place: place) }

  @Test(arguments: [
    refusal(head + "data:\n  a: b\n  a: c\n", .duplicateKey, "7:3"),
    refusal(head + "data:\n  a: b\n  \"\\x61\": c\n", .duplicateKey, "7:3"),
    refusal(head + "data:\n  a: b\ndata:\n  c: d\n", .duplicateKey, "7:1"),
    refusal("kind: Secret\n" + head, .duplicateKey, "3:1"),
    refusal(head + "  name: x\n", .duplicateKey, "5:3"),
    refusal(head + "  annotations:\n    a: b\n    a: b\n", .duplicateKey, "7:5"),
    refusal(head + "data:\n  a: [b]\n", .notScalar, "6:6"),
    refusal(head + "data:\n  a: {b: c}\n", .notScalar, "6:6"),
    refusal(head + "data:\n  a:\n    b: c\n", .notScalar, "7:5"),
    refusal(head + "data:\n  ? [a]\n  : b\n", .notScalar, "6:5"),
    refusal(
      "apiVersion: v1\nkind: Secret\nmetadata:\n  name: \(String(repeating: "a", count: 1_025))\n",
      .tooLong,
      "4:9"),
    refusal(head + "data:\n- a\n", .notMapping, "6:1"),
    refusal(head + "data: text\n", .notMapping, "5:7"),
    refusal(head + "data: !!map\n", .notMapping, "5:7"),
    refusal("x: &x {a: b}\n" + head + "data: *x\n", .aliasedMapping, "6:7"),
    refusal("x: &x {a: b}\n" + head + "data:\n  a: *x\n", .aliasOutside, "7:6"),
    refusal(head + "x: &x hunter2\ndata:\n  a: *x\n", .aliasOutside, "7:6"),
    refusal(head + "x: &x {a: b}\ndata:\n  <<: *x\n", .aliasOutside, "7:7"),
    refusal(head + "x: &x {a: b}\n<<: *x\n", .mergeKey, "6:1"),
    refusal("apiVersion: v1\nkind: Secret\ndata: {}\n", .missingMetadata, "1:1"),
    refusal("apiVersion: v1\nkind: Secret\nmetadata:\ndata: {}\n", .missingMetadata, "1:1"),
    refusal("apiVersion: v1\nkind: Secret\nmetadata: x\n", .notMapping, "3:11"),
    refusal(head + "  annotations: null\n", .nullAnnotations, "5:16"),
    refusal(head + "  annotations: []\n", .nullAnnotations, "5:16"),
    refusal(head + "  annotations: !!map\n", .nullAnnotations, "5:16"),
    refusal(head + "  ? annotations\n", .nullAnnotations, "5:16"),
    refusal(head + "  x: &x {}\n  annotations: *x\n", .aliasedMapping, "6:16"),
    refusal(head + "data:\n  ? a\n", .explicitKeyWithoutValue, "6:5"),
    refusal(head + "data: {!!str }\n", .explicitKeyWithoutValue, "5:8"),
    refusal(head + "data: {? 'a\n  b'}\n", .explicitKeyWithoutValue, "5:10"),
    refusal(head + "data: {!!str\n  a}\n", .explicitKeyWithoutValue, "5:8"),
    refusal(head + "data: {\n&x\n\n  a, b: c}\n", .explicitKeyWithoutValue, "6:1"),
    refusal(head + "stringdata: {a: b}\n", .unknownField, "5:1"),
    refusal(head + "Data: {a: b}\n", .unknownField, "5:1"),
    refusal("kind: Secret\nmetadata: {name: s}\ndata: {a: b}\n", .unclearKind, "1:1"),
    refusal("apiVersion: v1\nkind: secret\nmetadata: {name: s}\n", .unclearKind, "1:1"),
    refusal("apiVersion: V1\nkind: Secret\nmetadata: {name: s}\n", .unclearKind, "1:1"),
    refusal("apiVersion: v1\nKind: Secret\nmetadata: {name: s}\n", .unclearKind, "1:1"),
    refusal(head + "data: {a: 'b'\n\t}\n", .unsupportedLayout, "6:1"),
    refusal(head + "data: {a: , b: 'c'\n  \t, d: e}\n", .unsupportedLayout, "6:3"),
    refusal(head + "data: {a: 'b'\n\u{feff}, d: e}\n", .unsupportedLayout, "6:1"),
    refusal(
      "? apiVersion\n: v1\n? kind\n: Secret\n? metadata\n: ? x\n  : |\n   y", .unsupportedLayout,
      "8:5"),
    refusal(
      "apiVersion: v1\nkind: List\nitems:\n- &a\n  " + head.replacing("\n", with: "\n  ")
        + "\n- *a\nx: y\n",
      .aliasedMapping, ""),
    refusal(
      "x: &a\n  " + head.replacing("\n", with: "\n  ")
        + "\napiVersion: v1\nkind: List\nitems:\n- *a\n",
      .aliasOutside, "10:3"),
    refusal("x: &a []\napiVersion: v1\nkind: List\nitems: *a\n", .aliasedMapping, "4:8"),
    refusal("x: &a {}\napiVersion: v1\nkind: List\n<<: *a\nitems: []\n", .mergeKey, "1:1"),
    refusal(
      "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"annotations\":null}}",
      .nullAnnotations, "1:62"),
  ]) func isRefused(_ refusal: Refusal) throws {
    do {
      let manifest = try Manifest(Array(refusal.text.utf8))
      for unit in manifest.units {
        _ = try EnvelopeEditor.layout(for: unit, tree: manifest.tree, source: manifest.text.span)
        var edits = SpliceEdits()
        try EnvelopeInsertion(into: unit, tree: manifest.tree, source: manifest.text.span)
          .insert(RoundTrip.envelope, edits: &edits)
      }
      #expect(refusal.place.isEmpty, "was not refused")
    } catch let error as ManifestError {
      #expect(error.code == refusal.code, "\(error)")
      #expect("\(error.position.line):\(error.position.column)" == refusal.place)
      #expect(!error.message.contains("hunter2"))
    }
  }

  /// Names from the text do not reach the terminal as they are.
  @Test func messagesAreClean() throws {
    let text = Self.head + "\"\\e[31m\\u202e\": x\n\"\\e[31m\\u202e\": y\n"
    let error = try #require(throws: ManifestError.self) { try Manifest(Array(text.utf8)) }
    #expect(error.message == "the key '\\u{1b}[31m\\u{202e}' stands twice")
    let long = Self.head.replacing("db", with: String(repeating: "a", count: 1_000))
    #expect(try Manifest(Array(long.utf8)).units[0].identity.printableLabel.utf8.count < 200)
  }
}
