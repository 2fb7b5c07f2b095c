internal import Manifest
internal import YAMLSource

/// The fields of a Secret with the comments around them.
struct SecretParts {
  private let tree: SourceTree
  private let root: NodeID
  private var pairs: [String: Draft.Pair] = [:]
  private var comments: [String: [Range<Int>]] = [:]
  private var trailing: [String: Range<Int>] = [:]

  init(_ unit: SecretUnit, tree: SourceTree, source: Span<UInt8>) {
    let hidden = Set(
      unit.entries.filter { $0.kind == .comment }.map { $0.contentRange.lowerBound - 1 })
    self.init(unit.root, hiding: hidden, tree: tree, source: source)
  }

  /// - Parameter hidden: Where comments begin that are not to be seen.
  init(_ root: NodeID, hiding hidden: Set<Int>, tree: SourceTree, source: Span<UInt8>) {
    self.tree = tree
    self.root = root
    let isFlow = tree[root].kind == .mapping(isFlow: true)
    var end = tree[root].range.lowerBound
    for pair in tree.pairs(of: root) {
      guard let key = tree.string(of: pair.key) else { continue }
      pairs[key] = Draft.Pair(key: pair.key, value: pair.value, mapping: root)
      let start = tree[pair.key].range.lowerBound
      if !isFlow, start > end {
        comments[key] = DraftComments.comments(in: end..<start, tree: tree)
          .filter { !hidden.contains($0.lowerBound) }
      }
      end = max(tree[pair.key].range.upperBound, tree[pair.value].range.upperBound)
      if !isFlow, end < tree[root].range.upperBound,
        let comment = DraftComments.comment(behind: end, tree: tree, source: source)
      {
        end = comment.upperBound
        if !hidden.contains(comment.lowerBound) { trailing[key] = comment }
      }
    }
  }

  func has(_ key: String) -> Bool { pairs[key] != nil }

  /// A field; for one that is not there, the whole object.
  func pair(_ key: String) -> Draft.Pair {
    pairs[key] ?? Draft.Pair(key: root, value: root, mapping: root)
  }

  /// The comments on lines of their own in front of a field.
  func leading(_ key: String) -> [Range<Int>] { comments[key] ?? [] }

  /// A field with another text.
  func entry(_ key: String, _ text: String) -> Draft.Entry {
    Draft.Entry(key, .text(text), leading: leading(key), trailing: trailing[key])
  }
}
