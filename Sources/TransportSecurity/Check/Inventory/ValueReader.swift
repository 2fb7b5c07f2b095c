internal import ControlPlane
internal import CryptoCore
internal import Platform
internal import X509

/// Takes certificates and kubeconfigs out of the values of Secrets, ConfigMaps and the like.
struct ValueReader {
  let identity: FileIdentity?
  /// Whether the values of the whole text are sealed: what is no certificate then is no mistake.
  let isSealed: Bool

  /// A value that may hold certificates.
  private struct Value {
    let node: ConfigNode
    let isBase64: Bool
    /// Whether nothing else than PEM belongs there.
    var isPEM = false
  }

  func readObjects(
    _ object: ConfigNode, _ password: Span<UInt8>, depth: Int, into contents: inout FileContents
  ) {
    let kind = object.kind
    if kind.hasSuffix("List"), depth < 4 {
      for item in object["items"]?.items ?? [] {
        readObjects(item, password, depth: depth + 1, into: &contents)
      }
      return
    }
    for webhook in ServedWebhook.all(in: object) {
      guard let node = webhook.bundle else { continue }
      let value = Value(node: node, isBase64: true, isPEM: true)
      add([value], .object, "\(webhook.name) caBundle", password, into: &contents)
    }
    switch kind {
    case "Secret": readSecret(object, password, into: &contents)
    case "ConfigMap":
      for pair in object["data"]?.pairs ?? [] {
        let field = "\(Self.label(object)) (\(pair.key.text))"
        let value = Value(node: pair.value, isBase64: false)
        add([value], .object, field, password, into: &contents)
        addKubeconfig(value, field, password, into: &contents)
      }
    case "ClusterTrustBundle":
      if let node = object.at("spec", "trustBundle") {
        let value = Value(node: node, isBase64: false, isPEM: true)
        add([value], .object, Self.label(object), password, into: &contents)
      }
    default: break
    }
  }

  private func readSecret(
    _ object: ConfigNode, _ password: Span<UInt8>, into contents: inout FileContents
  ) {
    let data = object["data"]
    let text = object["stringData"]
    let isTLS =
      object["type"]?.string == "kubernetes.io/tls" && !isSealed && !Self.isSealed(object)
    func value(_ key: String, isPEM: Bool = false) -> Value? {
      text?.value(key).map { Value(node: $0, isBase64: false, isPEM: isPEM) }
        ?? data?.value(key).map { Value(node: $0, isBase64: true, isPEM: isPEM) }
    }
    let pair = [value("tls.crt", isPEM: isTLS), value("tls.key", isPEM: isTLS)]
      .compactMap(\.self)
    if !pair.isEmpty {
      let field = "\(Self.label(object)) (tls.crt)"
      add(pair, .tlsSecret, field, password, into: &contents)
    }
    let texts = text?.pairs ?? []
    let replaced = Set(texts.map(\.key.text))
    let values =
      (data?.pairs ?? []).filter { !replaced.contains($0.key.text) }
      .map { ($0.key.text, Value(node: $0.value, isBase64: true)) }
      + texts.map { ($0.key.text, Value(node: $0.value, isBase64: false)) }
    for (name, value) in values where name != "tls.crt" && name != "tls.key" {
      let field = "\(Self.label(object)) (\(name))"
      add([value], .object, field, password, into: &contents)
      addKubeconfig(value, field, password, into: &contents)
    }
  }

  private static func isSealed(_ object: ConfigNode) -> Bool {
    let annotations = object.at("metadata", "annotations")?.pairs ?? []
    return annotations.contains { $0.key.text.hasPrefix("sealwax.dev/") }
  }

  private static func label(_ object: ConfigNode) -> String {
    let metadata = object["metadata"]
    let namespace = metadata?["namespace"]?.string.map { "\($0)/" } ?? ""
    return "\(object.kind) \(namespace)\(metadata?["name"]?.string ?? "")"
  }

  /// Adds a bundle of values that hold PEM; others are passed over, unless PEM belongs there.
  private func add(
    _ values: [Value], _ kind: CertificateBundle.Kind, _ field: String,
    _ password: Span<UInt8>, into contents: inout FileContents
  ) {
    guard let first = values.first else { return }
    let origin = origin(first.node, field, contents)
    var bundle = CertificateBundle(kind, origin, identity)
    for value in values {
      let origin = self.origin(value.node, field, contents)
      guard value.isBase64 else {
        value.node.withBytes { bytes in
          take(bytes, value, origin, password, &bundle)
        }
        continue
      }
      if let decoded = value.node.decodedBase64() {
        take(decoded.bytes, value, origin, password, &bundle)
      } else if value.isPEM, !value.node.withBytes(Self.isTemplate) {
        bundle.addBroken(X509Error(.malformed, "broken Base64"), at: origin)
      }
    }
    if !bundle.isEmpty { contents.bundles.append(bundle) }
  }

  private func origin(_ node: ConfigNode, _ field: String, _ contents: FileContents) -> Origin {
    let place = node.place
    return Origin(file: contents.file, line: place.line, column: place.column, field: field)
  }

  private func take(
    _ bytes: Span<UInt8>, _ value: Value, _ origin: Origin, _ password: Span<UInt8>,
    _ bundle: inout CertificateBundle
  ) {
    guard !PEMReader.isPEM(bytes) else {
      return bundle.add(bytes, at: origin, password: password)
    }
    // What is to be filled in later is no mistake: controllers leave a line break in its place.
    guard value.isPEM, !Self.isBlank(bytes), value.isBase64 || !Self.isTemplate(bytes) else {
      return
    }
    bundle.addBroken(X509Error(.malformed, "no PEM"), at: origin)
  }

  private static func isBlank(_ bytes: Span<UInt8>) -> Bool {
    bytes.indices.allSatisfy { [0x20, 0x09, 0x0a, 0x0d].contains(bytes[$0]) }
  }

  /// Whether a program fills it in: Helm, envsubst, SOPS.
  private static func isTemplate(_ bytes: Span<UInt8>) -> Bool {
    bytes.indices.contains { index in
      let pair = [bytes[index], index + 1 < bytes.count ? bytes[index + 1] : 0]
      return marks.contains(pair)
    }
  }

  private static let marks = ["{{", "${", "C["].map { Array($0.utf8) }

  private func addKubeconfig(
    _ value: Value, _ field: String, _ password: Span<UInt8>, into contents: inout FileContents
  ) {
    var found: Kubeconfig?
    if !value.isBase64 {
      found = value.node.withBytes { Self.kubeconfig($0, contents.file) }
    } else if let decoded = value.node.decodedBase64() {
      found = Self.kubeconfig(decoded.bytes, contents.file)
    }
    guard let found else { return }
    let place = value.node.place
    contents.embedded.append(EmbeddedKubeconfig(kubeconfig: found, place: place))
    contents.bundles += KubeconfigReader.bundles(
      of: found, identity, password, in: (place, field))
  }

  private static func kubeconfig(_ bytes: Span<UInt8>, _ file: String) -> Kubeconfig? {
    guard FileReader.looksLikeManifest(bytes) else { return nil }
    return try? Kubeconfig(bytes, file: file)
  }
}
