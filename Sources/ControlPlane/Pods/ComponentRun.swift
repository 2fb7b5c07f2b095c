/// How a component is started on a node: its flags, what it sees of the node's files, its version.
public struct ComponentRun: Sendable {
  /// What starts it.
  public enum Starter: String, Sendable {
    /// A static pod, or a pod of a dump.
    case pod
    /// A unit of systemd.
    case unit
    /// k3s or RKE2, by its own configuration.
    case distribution
  }

  /// The component.
  public let component: Component
  /// What starts it.
  public let starter: Starter
  /// Where its container, or its command, begins.
  public let place: Place
  /// Its flags.
  public var flags: Flags
  /// The environment variables that have a value written down, by name.
  public var environment: [String: PlacedText]
  /// Whether it gets variables that are not at hand: a pod's `envFrom` and `valueFrom`, a unit's
  /// environment file that is missing.
  public var hasHiddenEnvironment = false
  /// What it sees of the node's files.
  public let mounts: MountTable
  /// The image; nil for a process of the node.
  public let image: PlacedText?
  /// The version in the image's tag; nil where there is none.
  public let version: KubernetesVersion?
  /// Whether it has the node's own network.
  public let usesHostNetwork: Bool

  /// Where a file that it is told of lies on the node.
  public func location(of path: String) -> MountTable.Location { mounts.location(of: path) }
}
