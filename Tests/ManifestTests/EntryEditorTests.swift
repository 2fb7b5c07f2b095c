import CryptoCore
import Manifest
import Testing
import YAMLSource

extension Manifest {
  func set(_ value: [UInt8], _ key: String, _ field: SecretField, unit: Int = 0) throws -> [UInt8] {
    var edits = SpliceEdits()
    try EntryEditor.set(
      value.span, for: key, in: field, of: units[unit], tree: tree, source: text.span,
      edits: &edits)
    return try apply(edits)
  }

  func unset(_ key: String, _ field: SecretField, unit: Int = 0) throws -> [UInt8] {
    var edits = SpliceEdits()
    try EntryEditor.unset(
      key, in: field, of: units[unit], tree: tree, source: text.span, edits: &edits)
    return try apply(edits)
  }

  /// The value of each entry as YAML has it, aliases followed.
  func values(unit: Int = 0) -> [String: [UInt8]] {
    var values: [String: [UInt8]] = [:]
    for entry in units[unit].entries {
      guard let node = entry.node else { continue }
      values[entry.name] = tree.withValue(of: tree.target(of: node) ?? node) { value in
        value.indices.map { value[$0] }
      }
    }
    return values
  }

  var comments: [String] { tree.comments.map(slice) }

  func position(_ offset: Int) -> SourcePosition { tree.position(of: offset, in: text.span) }
}

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
          try check(manifest, unit, "new-key", field, RandomText.text(&random))
        }
        for key in manifest.units[unit].entries where key.path.first == field.rawValue {
          guard key.kind != .comment else { continue }
          try check(manifest, unit, key.path[1], field, RandomText.text(&random))
        }
      }
    }
  }

  private func check(
    _ manifest: Manifest, _ unit: Int, _ key: String, _ field: SecretField, _ value: String
  ) throws {
    let bytes = Array(value.utf8)
    let text: [UInt8]
    do { text = try manifest.set(bytes, key, field, unit: unit) } catch let error as ManifestError {
      // Behind `: |` on the line of an explicit key there is no place.
      #expect(error.code == .unsupportedLayout)
      return
    }
    let edited: Manifest
    do { edited = try Manifest(text) } catch {
      Issue.record(
        "\(error): \(value.debugDescription) in\n\(String(decoding: text, as: UTF8.self))")
      return
    }
    let comment: Comment = "\(value.debugDescription) in\n\(String(decoding: text, as: UTF8.self))"
    let entry = try #require(
      edited.units[unit].entries.first { $0.path == [field.rawValue, key] && $0.kind != .comment },
      comment)
    let node = try #require(entry.node)
    let name = entry.name
    if field == .stringData {
      let isEqual = edited.tree.withValue(of: node) { read in
        read.indices.map { read[$0] } == bytes
      }
      #expect(isEqual, comment)
    }
    if edited.tree[node].tag == nil {
      #expect(try decoded(edited, node, field) == bytes, comment)
    }
    // Everything else reads as before, but aliases to what was changed.
    let (before, after) = (manifest.values(unit: unit), edited.values(unit: unit))
    let isAnchored = entry.anchor != nil
    for (other, value) in before where other != name {
      if isAnchored, manifest.isAlias(other, unit) { continue }
      #expect(after[other] == value, comment)
    }
    #expect(manifest.comments == edited.comments || manifest.hasHeaderComment(name, unit), comment)
    for other in manifest.units.indices where other != unit {
      #expect(manifest.values(unit: other) == edited.values(unit: other), comment)
    }
    try checkUnset(manifest, edited, unit, key, field, comment)
  }

  private func checkUnset(
    _ manifest: Manifest, _ edited: Manifest, _ unit: Int, _ key: String, _ field: SecretField,
    _ comment: Comment
  ) throws {
    let original = manifest.units[unit]
    let hadKey = original.entries.contains { $0.path == [field.rawValue, key] }
    let removed: [UInt8]
    do { removed = try edited.unset(key, field, unit: unit) } catch let error as ManifestError {
      #expect(hadKey && error.code == .unsupportedLayout, comment)
      return
    }
    if !hadKey, manifest.hasMapping(field, unit) { #expect(removed == manifest.text, comment) }
    guard let after = try? Manifest(removed) else {
      // An alias may have lost its anchor.
      #expect(edited.units[unit].entries.contains { $0.kind == .alias }, comment)
      return
    }
    guard !edited.units[unit].entries.contains(where: { $0.kind == .alias }) else { return }
    var expected = edited.values(unit: unit)
    for entry in edited.units[unit].entries where entry.path == [field.rawValue, key] {
      expected[entry.name] = nil
    }
    #expect(
      after.values(unit: unit) == expected,
      "\(comment) then \(String(decoding: removed, as: UTF8.self))")
  }

  private func decoded(
    _ manifest: Manifest, _ node: NodeID, _ field: SecretField
  ) throws -> [UInt8] {
    try manifest.tree.withValue(of: node) { value throws in
      guard field == .data else { return value.indices.map { value[$0] } }
      var output = WipedBuffer()
      try Base64.decode(value, appendingTo: &output)
      return output.array
    }
  }

  @Test func refusals() throws {
    let manifest = try Manifest(Array((Self.head + "stringData:\n  k: v\n").utf8))
    func code(_ body: () throws -> [UInt8]) -> ManifestError.Code? {
      do { _ = try body() } catch { return (error as? ManifestError)?.code }
      return nil
    }
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
  }
}

extension Manifest {
  func isAlias(_ name: String, _ unit: Int) -> Bool {
    units[unit].entries.contains { $0.name == name && $0.kind == .alias }
  }

  func hasMapping(_ field: SecretField, _ unit: Int) -> Bool {
    tree.pairs(of: units[unit].root).contains { pair in
      guard tree.string(of: pair.key) == field.rawValue,
        case .mapping(let isFlow) = tree[pair.value].kind
      else { return false }
      return isFlow || !tree.pairs(of: pair.value).isEmpty
    }
  }

  func hasHeaderComment(_ name: String, _ unit: Int) -> Bool {
    units[unit].entries.contains { entry in
      entry.name == name && slice(entry.contentRange).contains("#")
    }
  }
}
