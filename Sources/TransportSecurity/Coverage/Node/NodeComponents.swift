public import ControlPlane

/// What a node's own configuration starts without a static pod of its own.
public enum NodeComponents {
  /// The components that units of systemd start, and those of k3s or RKE2 with the flags that it sets
  /// and those of its `config.yaml` and unit.
  public static func besidePods(on root: NodeRoot) -> [ComponentRun] {
    NodeInventory(root).runs.filter { $0.starter != .pod }
  }
}
