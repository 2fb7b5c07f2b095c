public import Findings

/// What is looked for in certificates and keys, and in the files that name them.
public enum TransportRules {
  /// Every rule, in the order of the documentation.
  public static let all: [Rule] = validity + keys + authorities + roles + files + kubeconfigs
}
