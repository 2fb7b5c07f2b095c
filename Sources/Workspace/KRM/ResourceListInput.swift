internal import YAMLSource

/// What an orchestrator of KRM functions hands over (kubernetes-sigs/kustomize,
/// cmd/config/docs/api-conventions/functions-spec.md).
struct ResourceListInput {
  /// The version that the answer has, too.
  let apiVersion: String
  let items: [NodeID]
  let functionConfig: NodeID?
  let configuration: FunctionConfiguration

  init(_ tree: SourceTree, source: Span<UInt8>) throws(WorkspaceError) {
    guard tree.documents.count == 1, let root = tree.documents.first?.root else {
      throw Self.noResourceList
    }
    let fields = Self.fields(of: root, in: tree)
    let version = fields["apiVersion"].flatMap { tree.string(of: $0) }
    let kind = fields["kind"].flatMap { tree.string(of: $0) }
    guard let version, kind == "ResourceList", Self.versions.contains(version) else {
      throw Self.noResourceList
    }
    apiVersion = version
    items = fields["items"].map { tree.items(of: $0) } ?? []
    functionConfig = fields["functionConfig"].flatMap { node in
      if case .mapping = tree[node].kind { node } else { nil }
    }
    configuration =
      try functionConfig.map { node throws(WorkspaceError) in
        try FunctionConfiguration(node, of: tree, source: source)
      } ?? FunctionConfiguration()
  }

  static let versions = [
    "config.kubernetes.io/v1", "config.kubernetes.io/v1beta1", "config.kubernetes.io/v1alpha1",
  ]

  private static var noResourceList: WorkspaceError {
    WorkspaceError(
      .malformed, "no ResourceList of config.kubernetes.io/v1", path: "-",
      hints: ["this is called by kustomize and kpt; 'sealwax decrypt' opens manifests"])
  }

  /// The fields of a mapping by name, the first of each.
  static func fields(of node: NodeID, in tree: SourceTree) -> [String: NodeID] {
    var fields: [String: NodeID] = [:]
    for pair in tree.pairs(of: node) {
      guard let name = tree.string(of: pair.key), fields[name] == nil else { continue }
      fields[name] = pair.value
    }
    return fields
  }
}
