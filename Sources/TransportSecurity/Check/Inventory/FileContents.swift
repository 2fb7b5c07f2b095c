public import ControlPlane

/// What one file gives to the inventory.
public struct FileContents: Sendable {
  /// The file.
  public let file: String
  /// Certificates and keys, of the file itself or of the manifests in it.
  public internal(set) var bundles: [CertificateBundle] = []
  /// The kubeconfigs in it, with the index of each one's bundles.
  public internal(set) var kubeconfigs: [Kubeconfig] = []
  /// The components that its pods start.
  public internal(set) var components: [ComponentRun] = []
  /// The kubelets' configurations in it.
  public internal(set) var kubelets: [KubeletSettings] = []
  /// The configuration files of etcd in it.
  var etcds: [EtcdSettings] = []
  /// The servers that the API server calls, as objects name them.
  public internal(set) var webhooks: [ServedWebhook] = []
  /// The kubeconfigs that values of objects hold.
  var embedded: [EmbeddedKubeconfig] = []
  /// What the file decides of by itself, and whose it is; nil for files of certificates and keys.
  var configuration: ConfigurationFile?
  /// Whether it is YAML or JSON, whatever is in it.
  public internal(set) var isManifest = false

  init(file: String) { self.file = file }

  /// Whether the modes of its folder count: what lies there is trusted, or run.
  public var isOfNode: Bool {
    bundles.contains { $0.kind == .file } || configuration?.kind == .staticPod
  }

  /// Whether nothing in it is looked at here.
  public var isEmpty: Bool {
    bundles.isEmpty && kubeconfigs.isEmpty && components.isEmpty && kubelets.isEmpty
      && webhooks.isEmpty && etcds.isEmpty && embedded.isEmpty
  }
}
