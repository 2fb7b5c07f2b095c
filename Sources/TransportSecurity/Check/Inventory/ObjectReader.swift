internal import ControlPlane
internal import CryptoCore
internal import Platform
internal import X509

/// Takes certificates, and what names them, out of objects of Kubernetes.
enum ObjectReader {
  static func read(
    _ object: ConfigNode, identity: FileIdentity?, password: Span<UInt8>,
    into contents: inout FileContents
  ) {
    if Kubeconfig.isKubeconfig(object) || (object.kind.isEmpty && object["clusters"] != nil) {
      let kubeconfig = Kubeconfig(object, file: contents.file)
      contents.bundles += KubeconfigReader.bundles(of: kubeconfig, identity, password)
      contents.kubeconfigs.append(kubeconfig)
      let hasCredential = kubeconfig.users.contains { $0.token != nil || $0.password != nil }
      contents.configuration = identity.map {
        ConfigurationFile(.kubeconfig, contents.file, $0, hasCredential: hasCredential)
      }
      return
    }
    if KubeletSettings.isConfiguration(object) {
      contents.kubelets.append(KubeletSettings(run: nil, files: [object]))
      contents.configuration = identity.map { ConfigurationFile(.kubelet, contents.file, $0) }
      return
    }
    if object.kind.isEmpty, Self.etcdFields.contains(where: { object.value($0) != nil }) {
      contents.etcds.append(EtcdSettings(run: nil, file: object))
      return
    }
    let components = PodManifest.components(of: object)
    contents.components += components
    // What the API server hands out is no manifest that a kubelet reads.
    if !components.isEmpty, object.kind == "Pod", object.at("metadata", "uid") == nil {
      contents.configuration = identity.map { ConfigurationFile(.staticPod, contents.file, $0) }
    }
    contents.webhooks += ServedWebhook.all(in: object)
    ValueReader(identity: identity, isSealed: object["sops"] != nil)
      .readObjects(object, password, depth: 0, into: &contents)
  }

  private static let etcdFields = [
    "client-transport-security", "peer-transport-security", "initial-advertise-peer-urls",
  ]
}
