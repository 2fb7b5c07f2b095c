/// What a sealed value is bound to.
///
/// The annotations of bitnami-labs/sealed-secrets, `docs` and README, "Scopes".
public enum SealingScope: String, Sendable, CaseIterable {
  /// The namespace and the name.
  case strict
  /// The namespace.
  case namespaceWide = "namespace-wide"
  /// Nothing.
  case clusterWide = "cluster-wide"

  /// The annotations that say so, the stronger one first.
  static let annotations: [(name: String, scope: SealingScope)] = [
    ("sealedsecrets.bitnami.com/cluster-wide", .clusterWide),
    ("sealedsecrets.bitnami.com/namespace-wide", .namespaceWide),
  ]

  /// The annotation that says so; nil for strict.
  var annotation: String? { Self.annotations.first { $0.scope == self }?.name }

  /// The label of RSA-OAEP, which a value opens with alone.
  public func label(namespace: String, name: String) -> [UInt8] {
    switch self {
    case .strict: Array("\(namespace)/\(name)".utf8)
    case .namespaceWide: Array(namespace.utf8)
    case .clusterWide: []
    }
  }
}
