internal import TLSClient
internal import X509

/// What a port shows of what it is.
///
/// What the server says weighs more than its certificate, and that more than the port.
struct RoleClues {
  private let report: ProbeReport
  /// What usually listens on the port.
  private let usual: EndpointRole?

  init(_ report: ProbeReport) {
    self.report = report
    usual = report.target.port.flatMap { EndpointRole.ports[$0] }
  }

  /// The role, and everything that speaks for it.
  func weighed() -> (role: EndpointRole, evidence: [String]) {
    var role = EndpointRole.unknown
    var evidence: [String] = []
    func weigh(_ found: EndpointRole?, _ words: String) {
      guard let found else { return }
      if role == .unknown { role = found }
      if role == found { evidence.append(words) }
    }
    weigh(ofAnswer, "its answer")
    weigh(ofAuthorities, "the authorities that it accepts")
    weigh(ofCertificate, "its certificate")
    weigh(usual, "port \(report.target.port ?? 0)")
    return (role, evidence)
  }

  private var ofAnswer: EndpointRole? {
    guard let http = report.http else { return nil }
    if http.body.contains("\"etcdserver\"") { return etcd }
    // The audit and the flow control of kube-apiserver; other servers of its library have neither.
    let own = ["audit-id", "x-kubernetes-pf-flowschema-uid"]
    let isAPIServer = own.contains { http.headers.contains($0) }
    return isAPIServer || http.body.contains("\"gitVersion\"") ? .kubeAPIServer : nil
  }

  /// The authorities whose certificates it takes, by kubeadm's names.
  private var ofAuthorities: EndpointRole? {
    let names = report.handshake?.acceptedAuthorities ?? []
    if names.contains(where: { $0.hasPrefix("CN=front-proxy-ca") }) { return .kubeAPIServer }
    return names.contains { $0.hasPrefix("CN=etcd-ca") } ? etcd : nil
  }

  private var ofCertificate: EndpointRole? {
    guard let leaf = report.chain.first else { return nil }
    let name = leaf.subject.commonName ?? ""
    if leaf.alternativeNames.contains(.dns("kubernetes.default.svc")) || name == "kube-apiserver" {
      return .kubeAPIServer
    }
    if leaf.issuer.commonName == "etcd-ca" || name == "kube-etcd" || name == "kube-etcd-peer" {
      return etcd
    }
    let isNode =
      name.hasPrefix("system:node:") || leaf.subject.organizations.contains("system:nodes")
    return isNode ? .kubelet : nil
  }

  /// Which of etcd's ports it is, only the port says.
  private var etcd: EndpointRole {
    usual == .etcdPeer || usual == .etcdMetrics ? usual ?? .etcd : .etcd
  }
}
