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

/// What must hold when a value is set and taken out.
enum EntryChecks {
  /// The value is set exactly, all others stay, and taking out a key that was new gives back the
  /// bytes.
  static func check(
    _ manifest: Manifest, _ unit: Int, _ key: String, _ field: SecretField,
    _ value: String, seed: UInt64
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
        "seed \(seed): \(error): \(value.debugDescription) in\n\(String(decoding: text, as: UTF8.self))"
      )
      return
    }
    let comment: Comment =
      "seed \(seed): \(value.debugDescription) in\n\(String(decoding: text, as: UTF8.self))"
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

  private static func checkUnset(
    _ manifest: Manifest, _ edited: Manifest, _ unit: Int, _ key: String, _ field: SecretField,
    _ comment: Comment
  ) throws {
    let original = manifest.units[unit]
    let hadKey = original.entries.contains { $0.path == [field.rawValue, key] }
    let removed: [UInt8]
    do { removed = try edited.unset(key, field, unit: unit) } catch let error as ManifestError {
      #expect(hadKey && [.unsupportedLayout, .anchorInUse].contains(error.code), comment)
      return
    }
    if !hadKey, manifest.hasMapping(field, unit) { #expect(removed == manifest.text, comment) }
    let after = try Manifest(removed)
    guard !edited.units[unit].entries.contains(where: { $0.kind == .alias }) else { return }
    var expected = edited.values(unit: unit)
    for entry in edited.units[unit].entries where entry.path == [field.rawValue, key] {
      expected[entry.name] = nil
    }
    #expect(
      after.values(unit: unit) == expected,
      "\(comment) then \(String(decoding: removed, as: UTF8.self))")
  }

  private static func decoded(
    _ manifest: Manifest, _ node: NodeID, _ field: SecretField
  ) throws -> [UInt8] {
    try manifest.tree.withValue(of: node) { value throws in
      guard field == .data else { return value.indices.map { value[$0] } }
      var output = WipedBuffer()
      try Base64.decode(value, appendingTo: &output)
      return output.array
    }
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
