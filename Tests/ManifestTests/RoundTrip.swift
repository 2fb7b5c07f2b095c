import CryptoCore
import Manifest
import YAMLSource

/// A manifest with its Secrets, for tests.
struct Manifest {
  let text: [UInt8]
  let tree: SourceTree
  let units: [SecretUnit]

  init(_ text: [UInt8]) throws {
    self.text = text
    tree = try SourceTree.parse(text.span)
    units = try ManifestReader.units(in: tree, source: text.span)
  }

  /// The text with edits carried out.
  func apply(_ edits: borrowing SpliceEdits) throws -> [UInt8] {
    var output = WipedBuffer()
    try edits.apply(to: text.span, appendingTo: &output)
    return output.array
  }

  /// The text of a range.
  func slice(_ range: Range<Int>) -> String { String(decoding: text[range], as: UTF8.self) }
}

extension WipedBuffer {
  var array: [UInt8] { bytes.indices.map { bytes[$0] } }
}

/// Puts tokens and envelopes into a manifest as sealing does, and takes them out again as opening
/// does.
struct RoundTrip {
  static let envelope = "sealwax v1 aes-256-gcm strict\nto age age1x - AA==\n\"\\ seal"

  /// The sealed text cannot be read.
  struct Unreadable: Error, CustomStringConvertible { let description: String }

  /// What is wrong; empty when the bytes come back and the sealed text says the same.
  static func problems(_ original: Manifest, tokenByteCount: Int = 40) throws -> [String] {
    let sealed: Manifest
    let (bytes, layouts) = try seal(original, tokenByteCount)
    do { sealed = try Manifest(bytes) } catch {
      throw Unreadable(description: "\(error)\n" + String(decoding: bytes, as: UTF8.self))
    }
    var problems = differences(original, sealed)
    guard problems.isEmpty else { return problems + [String(decoding: bytes, as: UTF8.self)] }
    var edits = SpliceEdits()
    for (index, (before, after)) in zip(original.units, sealed.units).enumerated() {
      for (old, new) in zip(before.entries, after.entries) where old.kind != .alias {
        let added = added(old)
        let range = new.contentRange.lowerBound - added.count..<new.contentRange.upperBound
        if !sealed.text[range].starts(with: added) { problems.append("\(old.name): no room") }
        edits.replace(range, with: original.text.span.extracting(old.contentRange))
      }
      try EnvelopeEditor.remove(
        from: after, layout: layouts[index], tree: sealed.tree, source: sealed.text.span,
        edits: &edits)
    }
    let restored = try sealed.apply(edits)
    if restored != original.text {
      problems.append("other bytes come back:\n" + String(decoding: restored, as: UTF8.self))
    }
    return problems
  }

  static func seal(
    _ manifest: Manifest, _ tokenByteCount: Int
  ) throws -> (text: [UInt8], layouts: [EnvelopeLayout]) {
    var edits = SpliceEdits()
    var layouts: [EnvelopeLayout] = []
    let source = manifest.text.span
    for unit in manifest.units {
      layouts.append(try EnvelopeEditor.layout(for: unit, tree: manifest.tree, source: source))
      for (index, entry) in unit.entries.enumerated() where entry.kind != .alias {
        var token = token(index, tokenByteCount)
        if entry.kind == .comment { token = " " + token }
        if entry.kind == .value, manifest.tree.syntax == .json { token = "\"\(token)\"" }
        edits.replace(
          entry.contentRange, with: String(decoding: added(entry), as: UTF8.self) + token)
      }
      try EnvelopeInsertion(into: unit, tree: manifest.tree, source: source)
        .insert(envelope, edits: &edits)
    }
    return (try manifest.apply(edits), layouts)
  }

  private static func token(_ index: Int, _ byteCount: Int) -> String {
    let number = String(index)
    return "SEALWAX1" + String(repeating: "a", count: max(0, byteCount - 9 - number.count))
      + number + "="
  }

  private static func added(_ entry: UnitEntry) -> [UInt8] {
    switch entry.insertion {
    case .none: []
    case .space: Array(" ".utf8)
    case .colonSpace: Array(": ".utf8)
    }
  }

  private static func differences(_ original: Manifest, _ sealed: Manifest) -> [String] {
    guard original.units.count == sealed.units.count else { return ["another number of units"] }
    var problems: [String] = []
    for (before, after) in zip(original.units, sealed.units) {
      if before.identity != after.identity || before.typeName != after.typeName {
        problems.append("another identity")
      }
      if after.envelope?.text != envelope {
        problems.append("the envelope reads \(after.envelope?.text ?? "nothing")")
      }
      if before.entries.map(\.name) != after.entries.map(\.name)
        || before.entries.map(\.kind) != after.entries.map(\.kind)
      {
        problems.append("entries \(after.entries.map(\.name)), not \(before.entries.map(\.name))")
      }
      for entry in after.entries where entry.kind != .alias && entry.token == nil {
        problems.append("\(entry.name) is no token")
      }
    }
    // Everything that is not sealed reads as before.
    let (left, right) = (Outline(original), Outline(sealed))
    if left.lines != right.lines {
      let other = zip(left.lines, right.lines).first { $0 != $1 }
      problems.append("reads otherwise: \(String(describing: other))")
    }
    return problems
  }
}

/// What a manifest says outside of its Secrets' values, without the envelopes.
private struct Outline {
  private(set) var lines: [String] = []

  init(_ manifest: Manifest) {
    let hidden = Set(manifest.units.flatMap { $0.entries.compactMap(\.node) })
    for document in manifest.tree.documents {
      lines.append("---")
      if let root = document.root { add(root, manifest.tree, hidden) }
    }
  }

  private mutating func add(_ node: NodeID, _ tree: SourceTree, _ hidden: Set<NodeID>) {
    guard !hidden.contains(node) else { return lines.append("hidden") }
    switch tree[node].kind {
    case .scalar: lines.append("=" + (tree.string(of: node) ?? ""))
    case .alias: lines.append("*")
    case .sequence: tree.items(of: node).forEach { add($0, tree, hidden) }
    case .mapping:
      lines.append("{")
      for pair in tree.pairs(of: node) {
        let key = tree.string(of: pair.key)
        if key == "sealwax.dev/envelope" { continue }
        if key == "annotations", isOnlyEnvelope(pair.value, tree) { continue }
        add(pair.key, tree, hidden)
        add(pair.value, tree, hidden)
      }
      lines.append("}")
    }
  }

  private func isOnlyEnvelope(_ node: NodeID, _ tree: SourceTree) -> Bool {
    let pairs = tree.pairs(of: node)
    return pairs.allSatisfy { tree.string(of: $0.key) == "sealwax.dev/envelope" }
  }
}
