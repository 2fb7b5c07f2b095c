import CryptoCore
import Manifest
import TestSupport
import Testing
import YAMLSource

@Suite struct EntryEditorTests {
  private static let head = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n"

  struct Edit: CustomTestStringConvertible, Sendable {
    let before: String
    let value: String?
    let after: String
    var field = SecretField.stringData
    var testDescription: String { "\(before.debugDescription) \(value.debugDescription)" }
  }

  /// What an edit of `k` looks like; nil is `unset`.
  @Test(arguments: [
    Edit(before: "stringData:\n  k: old # c\n", value: "new", after: "stringData:\n  k: new # c\n"),
    Edit(before: "stringData:\n  k: old\n", value: "a: b", after: "stringData:\n  k: \"a: b\"\n"),
    Edit(before: "stringData:\n  k: 'x'\n", value: "it's", after: "stringData:\n  k: 'it''s'\n"),
    Edit(before: "stringData:\n  k: \"x\"\n", value: "y", after: "stringData:\n  k: \"y\"\n"),
    Edit(before: "stringData:\n  k: x\n", value: "true", after: "stringData:\n  k: \"true\"\n"),
    Edit(
      before: "stringData:\n  k: &a !!str x # c\n", value: "1\n2\n",
      after: "stringData:\n  k: &a !!str \"1\\n2\\n\" # c\n"),
    Edit(
      before: "stringData:\n  k: x\n  l: y\n", value: "1\n\n2\n",
      after: "stringData:\n  k: |\n    1\n\n    2\n  l: y\n"),
    Edit(
      before: "stringData:\n  k: >+ # c\n    x\n\n  l: y\n", value: "1\n2",
      after: "stringData:\n  k: |- # c\n    1\n    2\n  l: y\n"),
    Edit(
      before: "stringData:\n  k: | # c\n    x\n\n\n  l: y\n", value: "a ",
      after: "stringData:\n  k: \"a \" # c\n\n\n  l: y\n"),
    Edit(
      before: "stringData:\n  k: |\n    x\n\n        # c\n  l: y\n", value: " a\nb",
      after: "stringData:\n  k: |2-\n     a\n    b\n  l: y\n"),
    Edit(
      before: "stringData:\n  k: x\n      # c\n", value: "a\nb",
      after: "stringData:\n  k: \"a\\nb\"\n      # c\n"),
    Edit(before: "stringData:\n  k:\n", value: "x", after: "stringData:\n  k: x\n"),
    Edit(
      before: "stringData:\n  l: x", value: "1\n2\n",
      after: "stringData:\n  l: x\n  k: \"1\\n2\\n\""),
    Edit(
      before: "stringData:\n  l: |\n    x", value: "z",
      after: "stringData:\n  k: z\n  l: |\n    x"),
    Edit(before: "stringData: {}\n", value: "x", after: "stringData: {k: \"x\"}\n"),
    Edit(before: "stringData: # c\n", value: "x", after: "stringData: # c\n  k: x\n"),
    Edit(before: "stringData: ~\n", value: "x", after: "stringData: {k: \"x\"}\n"),
    Edit(before: "stringData: {a: }\n", value: "x", after: "stringData: {a: , k: \"x\" }\n"),
    Edit(before: "stringData: {k: x}\n", value: "a b", after: "stringData: {k: a b}\n"),
    Edit(
      before: "data:\n  l: eA==\n", value: "x", after: "data:\n  l: eA==\nstringData:\n  k: x\n"),
    Edit(before: "data:\n  k: eA==\n", value: "y", after: "data:\n  k: eQ==\n", field: .data),
    Edit(
      before: "data:\n  k: |\n    eA==\n", value: "y", after: "data:\n  k: eQ==\n", field: .data),
    Edit(
      before: "data:\n  k: |#  c\n    eA==\n", value: "y", after: "data:\n  k: eQ== #  c\n",
      field: .data),
    Edit(before: "data:\n  k: 'eA=='\n", value: "y", after: "data:\n  k: 'eQ=='\n", field: .data),
    Edit(
      before: "data:\n  k: eA==\n", value: "\u{d3}M\u{34}", after: "data:\n  k: w5NNNA==\n",
      field: .data),
    Edit(before: "data:\n  k: eA==\n", value: "", after: "data:\n  k: \"\"\n", field: .data),
    Edit(before: "stringData:\n  k: x\n  l: y\n", value: nil, after: "stringData:\n  l: y\n"),
    Edit(before: "stringData:\n  l: y\n  k: x # c", value: nil, after: "stringData:\n  l: y"),
    Edit(before: "stringData:\n  k: |\n    x\n\n", value: nil, after: "stringData:\n  {}\n\n"),
    Edit(
      before: "stringData:\n  l: |\n    x\n  k: y", value: nil,
      after: "stringData:\n  l: |\n    x\n"),
    Edit(
      before: "stringData:\n  l: |+\n    x\n  k: y\n\n\n  m: z\n", value: nil,
      after: "stringData:\n  l: |+\n    x\n  m: z\n"),
    Edit(
      before: "stringData:\n  l: x\n    ?\n  k: y\n", value: nil,
      after: "stringData:\n  l: x\n    ?\n"),
    Edit(
      before: "stringData:\n  l: x\n  ? # ?\n    k\n  : y\n", value: nil,
      after: "stringData:\n  l: x\n"),
    Edit(
      before: "stringData:\n  l: x\n  ?\n    k\n  : y\n", value: nil,
      after: "stringData:\n  l: x\n"),
    Edit(before: "stringData: {l: -, k: x }\n", value: nil, after: "stringData: {l: -}\n"),
    Edit(
      before: "stringData: {l: -, k: x , m: y}\n", value: nil,
      after: "stringData: {l: -, m: y}\n"),
    Edit(before: "stringData: {-, k: x }\n", value: nil, after: "stringData: {-}\n"),
    Edit(before: "stringData: {l: , -}\n", value: "x", after: "stringData: {l: , -, k: \"x\"}\n"),
    Edit(before: "stringData: {k: x}\n", value: nil, after: "stringData: {}\n"),
    Edit(before: "stringData: {k: x,}\n", value: nil, after: "stringData: {}\n"),
    Edit(before: "stringData: {l: , k: x}\n", value: nil, after: "stringData: {l: }\n"),
    Edit(before: "stringData: {k: x, l: y}\n", value: nil, after: "stringData: {l: y}\n"),
    Edit(before: "? stringData\n: k: x\n  l: y\n", value: nil, after: "? stringData\n: l: y\n"),
    Edit(
      before: "stringData: {\n  k: x,\n}\n", value: nil, after: "stringData: {}\n"),
  ]) func edit(_ edit: Edit) throws {
    let manifest = try Manifest(Array((Self.head + edit.before).utf8))
    let text =
      try edit.value.map { try manifest.set(Array($0.utf8), "k", edit.field) }
      ?? manifest.unset("k", edit.field)
    #expect(String(decoding: text, as: UTF8.self) == Self.head + edit.after)
  }

  /// In a manifest of any shape: the value is set exactly, the others stay, and taking a new key
  /// out again gives back the bytes.
  @Test(arguments: Shape.all) func everyShape(_ shape: Shape) throws {
    var random = SeededGenerator(seed: shape.name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
    let manifest = try Manifest(shape.text)
    for unit in manifest.units.indices {
      for field in SecretField.allCases {
        for _ in 0..<6 {
          try EntryChecks.check(
            manifest, unit, "new-key", field, RandomText.text(&random), seed: 0)
        }
        for key in manifest.units[unit].entries where key.path.first == field.rawValue {
          guard key.kind != .comment else { continue }
          try EntryChecks.check(
            manifest, unit, key.path[1], field, RandomText.text(&random), seed: 0)
        }
      }
    }
  }

  private func code(_ body: () throws -> [UInt8]) -> ManifestError.Code? {
    do { _ = try body() } catch { return (error as? ManifestError)?.code }
    return nil
  }

  @Test func refusals() throws {
    let manifest = try Manifest(Array((Self.head + "stringData:\n  k: v\n").utf8))
    for bytes in [
      [0xff], [0x61, 0xc3], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xc0, 0x80],
    ] {
      #expect(code { try manifest.set(bytes.map { UInt8($0) }, "k", .stringData) } == .notText)
      #expect(code { try manifest.set(bytes.map { UInt8($0) }, "k", .data) } == nil)
    }
    for key in ["", "a b", "a/b", ".", "..", "..a", "é", "a\n", String(repeating: "a", count: 254)]
    {
      #expect(code { try manifest.set([0x61], key, .data) } == .invalidKey)
    }
    for key in [".a", "a..b", "true", "1", "-", String(repeating: "a", count: 253)] {
      let edited = try Manifest(try manifest.set([0x61], key, .stringData))
      #expect(edited.units[0].entries.last?.path == ["stringData", key])
    }
    #expect(code { try manifest.unset("x", .stringData) } == .noSuchEntry)
    #expect(code { try manifest.unset("k", .data) } == .noSuchEntry)
    let hazard = "stringData:\n  a: |\n    x\n  k: y\n      # deep\n  b: z\n"
    let other = try Manifest(Array((Self.head + hazard).utf8))
    #expect(code { try other.unset("k", .stringData) } == .unsupportedLayout)
    let tab = "stringData:\n  k: y\n   \u{85}      \t\t #\t"
    let tabbed = try Manifest(Array((Self.head + tab).utf8))
    #expect(code { try tabbed.unset("k", .stringData) } == .unsupportedLayout)
    // A plain scalar bears it, unless a comment has ended that.
    let plain = tab.replacing("k:", with: "a: x\n  k:")
    #expect(code { try Manifest(Array((Self.head + plain).utf8)).unset("k", .stringData) } == nil)
    let ended = tab.replacing("k:", with: "a: x\n# c\n  k:")
    let endedManifest = try Manifest(Array((Self.head + ended).utf8))
    #expect(code { try endedManifest.unset("k", .stringData) } == .unsupportedLayout)
  }

  /// Without its last plain scalar it is JSON, to which NEL is a character like any other.
  @Test func refusesWhatWouldBecomeJSON() throws {
    let text =
      "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"db\"},"
      + "\"data\":{\"a\":\"Y\u{85}Q==\",\"c\":x}}"
    let manifest = try Manifest(Array(text.utf8))
    #expect(code { try manifest.unset("c", .data) } == .unsupportedLayout)
    #expect(code { try manifest.set([0x61], "c", .data) } == .unsupportedLayout)
    let plain = try Manifest(Array(text.replacing("\u{85}", with: "").utf8))
    #expect(code { try plain.unset("c", .data) } == nil)
  }
}
