public import ControlPlane

/// What a node's own configuration starts without a static pod of its own.
public enum NodeComponents {
  /// The components that k3s or RKE2 starts, with the flags that it sets and those of its
  /// `config.yaml` and unit; none for other nodes.
  public static func ofDistribution(on root: NodeRoot) -> [ComponentRun] {
    NodeInventory(root).runs.filter { $0.starter == .distribution }
  }
}
