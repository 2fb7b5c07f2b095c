internal import YAMLSource

/// What a kustomization says to the function: `functionConfig`.
struct FunctionConfiguration {
  static let apiVersion = "sealwax.dev/v1"
  static let kind = "OpenSecrets"

  /// Sealed manifests to generate objects from, relative to the working folder.
  var files: [String] = []

  init() {}

  /// Reads it.
  ///
  /// - Throws: `.malformed` for what it cannot have: a misspelt field would do nothing.
  init(_ node: NodeID, of tree: SourceTree, source: Span<UInt8>) throws(WorkspaceError) {
    let fields = ResourceListInput.fields(of: node, in: tree)
    func text(_ name: String) -> String? { fields[name].flatMap { tree.string(of: $0) } }
    guard text("apiVersion") == Self.apiVersion, text("kind") == Self.kind else {
      throw Self.error(
        "functionConfig is no \(Self.kind) of \(Self.apiVersion)", node, tree, source)
    }
    for name in fields.keys.sorted()
    where !["apiVersion", "kind", "metadata", "spec"].contains(name) {
      throw Self.error("functionConfig has an unknown field", fields[name] ?? node, tree, source)
    }
    guard let spec = fields["spec"] else { return }
    let members = ResourceListInput.fields(of: spec, in: tree)
    for name in members.keys.sorted() where name != "files" {
      throw Self.error(
        "functionConfig.spec has an unknown field", members[name] ?? spec, tree, source)
    }
    guard let list = members["files"] else { return }
    guard case .sequence = tree[list].kind else {
      throw Self.error("functionConfig.spec.files is no list", list, tree, source)
    }
    for item in tree.items(of: list) {
      guard let path = tree.string(of: item), !path.isEmpty else {
        throw Self.error(
          "functionConfig.spec.files has something else than a path", item, tree, source)
      }
      files.append(path)
    }
  }

  private static func error(
    _ message: String, _ node: NodeID, _ tree: SourceTree, _ source: Span<UInt8>
  ) -> WorkspaceError {
    WorkspaceError(
      .malformed, message, path: "-",
      position: tree.position(of: tree[node].range.lowerBound, in: source))
  }
}
