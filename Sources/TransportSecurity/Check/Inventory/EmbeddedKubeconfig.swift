internal import ControlPlane

/// A kubeconfig that a Secret or ConfigMap holds, such as those of Cluster API, or `cluster-info`.
struct EmbeddedKubeconfig: Sendable {
  let kubeconfig: Kubeconfig
  /// Where the value stands; places within the kubeconfig are none of the file's.
  let place: Place
}
