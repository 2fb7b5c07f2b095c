/// How much of a Secret's identity its sealed values are bound to (docs/format.md, section 3).
public enum SealScope: String, Sendable, CaseIterable {
  /// Namespace and name: the values open in this Secret only.
  case strict
  /// The namespace: the Secret may be renamed within it.
  case namespace
  /// Neither: the Secret may be renamed and moved.
  case cluster
}
