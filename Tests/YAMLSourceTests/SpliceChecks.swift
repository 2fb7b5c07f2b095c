import CryptoCore
import YAMLSource

/// Puts a token in the place of every scalar that is a value in a mapping, and takes it out again.
struct SpliceChecks {
  let text: [UInt8]
  let tree: SourceTree
  private var token: String { tree.syntax == .json ? "\"T0KEN\"" : "T0KEN" }

  /// What is wrong.
  static func problems(_ text: [UInt8], _ tree: SourceTree) -> [String] {
    do { return try SpliceChecks(text: text, tree: tree).check() } catch { return ["\(error)"] }
  }

  private struct Value {
    let node: NodeID
    let range: Range<Int>
    let token: String
  }

  private func check() throws -> [String] {
    var problems: [String] = []
    if try apply([]) != text { problems.append("splicing nothing changes the text") }
    let values = self.values
    let changed = try apply(values.map { ($0.range, $0.token) })
    let other: SourceTree
    do { other = try parse(changed, tree.syntax) } catch {
      return ["with tokens: \(error.message) in \(String(decoding: changed, as: UTF8.self))"]
    }
    let replaced = Set(values.map(\.node))
    let (before, after) = (tree.allNodes, other.allNodes)
    if before.count != after.count { return ["another number of nodes"] }
    var originals: [(Range<Int>, String)] = []
    for (left, right) in zip(before, after) {
      let (old, new) = (tree[left], other[right])
      if replaced.contains(left) {
        guard slice(changed, new.contentRange) == token else {
          return ["\(slice(changed, new.contentRange)) is not the token"]
        }
        let inserted = values.first { $0.node == left }?.token.utf8.count ?? 0
        let start = new.contentRange.upperBound - inserted
        originals.append((start..<new.contentRange.upperBound, slice(text, old.contentRange)))
      } else if old.kind != new.kind || tree.string(of: left) != other.string(of: right) {
        return ["\(old.kind) became \(new.kind)"]
      }
      let properties = [old.anchor, old.tag].map { $0.map { slice(text, $0) } }
      if properties != [new.anchor, new.tag].map({ $0.map { slice(changed, $0) } }) {
        problems.append("properties changed")
      }
    }
    if tree.comments.map({ slice(text, $0) }) != other.comments.map({ slice(changed, $0) }) {
      problems.append("comments changed")
    }
    if try SpliceChecks(text: changed, tree: other).apply(originals) != text {
      problems.append("the original text does not come back")
    }
    return problems + (try comparisonProblems(originals, changed))
  }

  /// What is wrong with comparing a result that is not made.
  private func comparisonProblems(
    _ originals: [(Range<Int>, String)], _ changed: [UInt8]
  ) throws -> [String] {
    var edits = SpliceEdits()
    for (range, text) in originals { edits.replace(range, with: text) }
    var others = [text + [0x20], Array(text.dropLast()), []]
    if let last = text.last { others.append(text.dropLast() + [last ^ 1]) }
    var problems: [String] = []
    if try !edits.gives(text.span, from: changed.span) { problems.append("not the same result") }
    for other in others where other != text {
      if try edits.gives(other.span, from: changed.span) { problems.append("another result") }
    }
    return problems
  }

  /// The scalars that are values in mappings, with what takes their place.
  private var values: [Value] {
    tree.allNodes.flatMap { id in
      tree.pairs(of: id).compactMap { pair in
        let node = tree[pair.value]
        guard case .scalar(let style) = node.kind else { return nil }
        guard style == .absent else {
          // libyaml ends an anchor in front of `:`.
          let property = max(node.anchor?.upperBound ?? 0, node.tag?.upperBound ?? 0)
          let isTouching = property == node.contentRange.lowerBound && property > 0
          return Value(
            node: pair.value, range: node.contentRange, token: isTouching ? " " + token : token)
        }
        if tree.colon(between: pair.key, and: pair.value, in: text.span) != nil
          || node.anchor != nil || node.tag != nil
        {
          return Value(node: pair.value, range: node.contentRange, token: " " + token)
        }
        // A key without `:`: in a flow mapping there is a place for one, if the key is in one line.
        let key = tree[pair.key].range
        guard case .mapping(isFlow: true) = tree[id].kind, tree[id].parent == nil || isBraced(id),
          !text[key].contains(where: { $0 == 0x0a || $0 == 0x0d }), !key.isEmpty,
          tree[pair.key].kind != .scalar(.absent)
        else { return nil }
        let colon = tree[pair.key].kind == .alias ? " : " : ": "
        return Value(node: pair.value, range: node.contentRange, token: colon + token)
      }
    }
  }

  private func isBraced(_ id: NodeID) -> Bool {
    text[tree[id].contentRange.lowerBound] == 0x7b
  }

  private func apply(_ replacements: [(Range<Int>, String)]) throws -> [UInt8] {
    var edits = SpliceEdits()
    for (range, text) in replacements { edits.replace(range, with: text) }
    var output = WipedBuffer()
    try edits.apply(to: text.span, appendingTo: &output)
    return output.bytes.indices.map { output.bytes[$0] }
  }
}
