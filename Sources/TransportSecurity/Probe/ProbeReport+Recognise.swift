internal import TLSClient
internal import X509

extension ProbeReport {
  /// Finds out what listens there.
  ///
  /// What the server says weighs more than its certificate, and that more than the port.
  ///
  /// - Parameter known: what the user says that it is.
  mutating func recognise(_ known: EndpointRole?) {
    if let known {
      role = known
      evidence = ["as given"]
      return
    }
    let port = target.port.flatMap { EndpointRole.ports[$0] }
    let clues = [
      clue(ofHTTP: port), clue(ofAuthorities: port), clue(ofCertificate: port),
      port.map { ($0, "port \(target.port ?? 0)") },
    ].compactMap(\.self)
    guard let best = clues.first else { return }
    role = best.0
    evidence = clues.filter { $0.0 == best.0 }.map(\.1)
  }

  private typealias Clue = (EndpointRole, String)

  private func clue(ofHTTP port: EndpointRole?) -> Clue? {
    guard let http else { return nil }
    if http.body.contains("\"etcdserver\"") { return (etcd(port), "etcd's answer") }
    // The flow control and the audit of kube-apiserver; other servers of its library have neither.
    if http.headers.contains("x-kubernetes-pf-flowschema-uid") || http.headers.contains("audit-id")
    {
      return (.kubeAPIServer, "kube-apiserver's answer")
    }
    if http.body.contains("\"gitVersion\"") { return (.kubeAPIServer, "kube-apiserver's answer") }
    return nil
  }

  /// The authorities whose certificates it takes, by kubeadm's names.
  private func clue(ofAuthorities port: EndpointRole?) -> Clue? {
    let names = handshake?.acceptedAuthorities ?? []
    if names.contains(where: { $0.hasPrefix("CN=front-proxy-ca") }) {
      return (.kubeAPIServer, "the authorities that it accepts")
    }
    if names.contains(where: { $0.hasPrefix("CN=etcd-ca") }) {
      return (etcd(port), "the authorities that it accepts")
    }
    return nil
  }

  private func clue(ofCertificate port: EndpointRole?) -> Clue? {
    guard let leaf = chain.first else { return nil }
    let name = leaf.subject.commonName ?? ""
    if leaf.alternativeNames.contains(.dns("kubernetes.default.svc")) || name == "kube-apiserver" {
      return (.kubeAPIServer, "its certificate")
    }
    if leaf.issuer.commonName == "etcd-ca" || name == "kube-etcd" || name == "kube-etcd-peer" {
      return (etcd(port), "its certificate")
    }
    if name.hasPrefix("system:node:") || leaf.subject.organizations.contains("system:nodes") {
      return (.kubelet, "its certificate")
    }
    return nil
  }

  private func etcd(_ port: EndpointRole?) -> EndpointRole {
    port == .etcdPeer || port == .etcdMetrics ? port ?? .etcd : .etcd
  }

  /// Verifies the chain that the server sent.
  mutating func verify(_ settings: ProbeSettings, name: String?) {
    guard let leaf = chain.first, let trust = settings.trust else { return }
    var verifier = ChainVerifier()
    verifier.purpose = .server
    // The certificate's own dates have rules of their own; the clients of Kubernetes are Go's.
    verifier.allowsPartialChains = true
    verifier.name = name.map { ChainVerifier.Name($0) }
    verdict = try? verifier.verify(leaf, intermediates: Array(chain.dropFirst()), trust: trust)
  }
}
