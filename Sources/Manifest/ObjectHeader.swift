internal import YAMLSource

/// What an object says it is: `apiVersion` and `kind`.
///
/// An object may say it twice, by an alias or through a merge key. All answers are collected: what
/// is a Secret by any of them is read as one, and refused there if it is ambiguous. Otherwise a
/// Secret could pass for something else and stay readable.
struct ObjectHeader {
  private(set) var apiVersions: [String] = []
  private(set) var kinds: [String] = []
  private(set) var hasMergeKey = false

  init(of node: NodeID, in tree: SourceTree) {
    var seen: Set<NodeID> = []
    read(tree.target(of: node) ?? node, in: tree, seen: &seen)
  }

  private mutating func read(_ node: NodeID, in tree: SourceTree, seen: inout Set<NodeID>) {
    guard case .mapping = tree[node].kind, seen.insert(node).inserted else { return }
    for pair in tree.pairs(of: node) {
      switch tree.resolvedText(of: pair.key) {
      case "apiVersion": apiVersions += text(of: pair.value, in: tree)
      case "kind": kinds += text(of: pair.value, in: tree)
      case "<<":
        hasMergeKey = true
        let merged = tree.target(of: pair.value) ?? pair.value
        read(merged, in: tree, seen: &seen)
        for item in tree.items(of: merged) {
          read(tree.target(of: item) ?? item, in: tree, seen: &seen)
        }
      default: break
      }
    }
  }

  private func text(of node: NodeID, in tree: SourceTree) -> [String] {
    guard !tree.isNull(node), let text = tree.resolvedText(of: node), !text.isEmpty else {
      return []
    }
    return [text]
  }

  /// Whether it says neither.
  var isEmpty: Bool { apiVersions.isEmpty && kinds.isEmpty }

  /// Whether it is a Secret, or could be taken for one.
  var isSecret: Bool { apiVersions.contains("v1") && kinds.contains("Secret") }

  /// Whether it is a list of objects that may be Secrets.
  var isList: Bool {
    apiVersions.contains("v1") && (kinds.contains("List") || isSecretList)
  }

  /// Whether the objects in it that do not say what they are, are Secrets.
  var isSecretList: Bool { apiVersions.contains("v1") && kinds.contains("SecretList") }

  var documentKind: DocumentKind {
    DocumentKind(apiVersion: apiVersions.first ?? "", kind: kinds.first ?? "")
  }
}
