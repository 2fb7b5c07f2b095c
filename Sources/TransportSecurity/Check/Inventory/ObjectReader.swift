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
      contents.bundles += bundles(of: kubeconfig, identity, password)
      contents.kubeconfigs.append(kubeconfig)
      return
    }
    if KubeletSettings.isConfiguration(object) {
      contents.kubelets.append(KubeletSettings(run: nil, files: [object]))
      return
    }
    contents.components += PodManifest.components(of: object)
    contents.webhooks += ServedWebhook.all(in: object)
    readObjects(object, identity, password, depth: 0, into: &contents)
  }

  private static func readObjects(
    _ object: ConfigNode, _ identity: FileIdentity?, _ password: Span<UInt8>, depth: Int,
    into contents: inout FileContents
  ) {
    let kind = object.kind
    if kind.hasSuffix("List"), depth < 4 {
      for item in object["items"]?.items ?? [] {
        readObjects(item, identity, password, depth: depth + 1, into: &contents)
      }
      return
    }
    for webhook in ServedWebhook.all(in: object) {
      guard let node = webhook.bundle else { continue }
      let field = "\(webhook.name) caBundle"
      add([(node, true)], .object, field, identity, password, into: &contents)
    }
    switch kind {
    case "Secret": readSecret(object, identity, password, into: &contents)
    case "ConfigMap":
      for pair in object["data"]?.pairs ?? [] {
        let field = "\(label(object)) (\(pair.key.text))"
        add([(pair.value, false)], .object, field, identity, password, into: &contents)
      }
    case "ClusterTrustBundle":
      if let node = object.at("spec", "trustBundle") {
        add([(node, false)], .object, label(object), identity, password, into: &contents)
      }
    default: break
    }
  }

  private static func readSecret(
    _ object: ConfigNode, _ identity: FileIdentity?, _ password: Span<UInt8>,
    into contents: inout FileContents
  ) {
    let data = object["data"]
    let text = object["stringData"]
    func value(_ key: String) -> (ConfigNode, Bool)? {
      text?.value(key).map { ($0, false) } ?? data?.value(key).map { ($0, true) }
    }
    let pair = [value("tls.crt"), value("tls.key")].compactMap(\.self)
    if !pair.isEmpty {
      add(
        pair, .tlsSecret, "\(label(object)) (tls.crt)", identity, password, into: &contents)
    }
    let names =
      (data?.pairs ?? []).map(\.key.text) + (text?.pairs ?? []).map(\.key.text)
    for name in names where name != "tls.crt" && name != "tls.key" {
      guard let value = value(name) else { continue }
      add(
        [value], .object, "\(label(object)) (\(name))", identity, password, into: &contents)
    }
  }

  private static func label(_ object: ConfigNode) -> String {
    let metadata = object["metadata"]
    let namespace = metadata?["namespace"]?.string.map { "\($0)/" } ?? ""
    return "\(object.kind) \(namespace)\(metadata?["name"]?.string ?? "")"
  }

  /// Adds a bundle of values that hold PEM, in Base64 or as they are; others are passed over.
  private static func add(
    _ values: [(node: ConfigNode, isBase64: Bool)], _ kind: CertificateBundle.Kind,
    _ field: String, _ identity: FileIdentity?, _ password: Span<UInt8>,
    into contents: inout FileContents
  ) {
    guard let first = values.first else { return }
    let place = first.node.place
    let origin = Origin(
      file: contents.file, line: place.line, column: place.column, field: field)
    var bundle = CertificateBundle(kind, origin, identity)
    for value in values {
      if value.isBase64 {
        guard let decoded = value.node.decodedBase64() else { continue }
        if PEMReader.isPEM(decoded.bytes) {
          bundle.add(decoded.bytes, at: origin, password: password)
        }
      } else {
        value.node.withBytes { bytes in
          if PEMReader.isPEM(bytes) { bundle.add(bytes, at: origin, password: password) }
        }
      }
    }
    if !bundle.isEmpty { contents.bundles.append(bundle) }
  }

  private static func bundles(
    of kubeconfig: Kubeconfig, _ identity: FileIdentity?, _ password: Span<UInt8>
  ) -> [CertificateBundle] {
    var bundles: [CertificateBundle] = []
    func add(
      _ kind: CertificateBundle.Kind, _ field: String, _ materials: [KubeconfigMaterial?]
    ) {
      let embedded = materials.compactMap(\.self).filter { $0.path == nil }
      guard let place = embedded.first?.place else { return }
      let origin = Origin(
        file: kubeconfig.file, line: place.line, column: place.column, field: field)
      var bundle = CertificateBundle(kind, origin, identity)
      for material in embedded {
        guard let bytes = material.embedded() else { continue }
        bundle.add(bytes.bytes, at: origin, password: password)
      }
      bundles.append(bundle)
    }
    for cluster in kubeconfig.clusters {
      add(.kubeconfigCluster, "cluster \(cluster.name)", [cluster.certificateAuthority])
    }
    for user in kubeconfig.users {
      add(.kubeconfigUser, "user \(user.name)", [user.clientCertificate, user.clientKey])
    }
    return bundles
  }
}
