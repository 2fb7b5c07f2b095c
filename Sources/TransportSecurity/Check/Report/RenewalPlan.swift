public import X509

/// In which order certificates are renewed, and what must restart.
///
/// Authorities come before what they sign: everything that trusts them has to know the new one
/// first. Of the others, the one that expires first is the first.
public struct RenewalPlan: Sendable {
  /// One certificate to renew.
  public struct Step: Sendable {
    /// What the certificate is used for.
    public let role: Role
    /// Where it was found first.
    public let origin: Origin
    /// Whom it is for.
    public let subject: String
    /// Its last second, since 1970.
    public let notAfter: Int
    /// Whether it is over already.
    public let isExpired: Bool
    /// What to do.
    public let action: String
    /// What reads the file only when it starts.
    public let restarts: [String]
  }

  /// The steps in order.
  public let steps: [Step]

  /// Plans the renewal of what expires by a time.
  ///
  /// - Parameter horizon: In seconds since 1970; what expires later is left alone.
  /// - Throws: `.libraryFailure` when a certificate that was put aside cannot be read.
  public init(_ report: CheckReport, horizon: Int) throws(X509Error) {
    var steps: [[Step]] = [[], [], []]
    for number in report.rowNumbers(endingBefore: horizon) {
      let row = try report.row(number)
      steps[Self.rank(row)].append(
        Step(
          role: row.role, origin: row.origin, subject: row.certificate.subject.text,
          notAfter: row.certificate.notAfter,
          isExpired: row.certificate.notAfter < report.now, action: Self.action(row),
          restarts: Self.distribution(row).map { [$0.service] } ?? Self.restarts(row.role)))
    }
    self.steps = steps.flatMap(\.self)
  }

  /// Roots, then other authorities, then the rest.
  private static func rank(_ row: CertificateRow) -> Int {
    guard row.certificate.isAuthority || row.role.isAuthority else { return 2 }
    return row.certificate.isSelfSigned ? 0 : 1
  }

  private static let kubeadmNames: [Role: String] = [
    .apiServer: "apiserver", .apiServerKubeletClient: "apiserver-kubelet-client",
    .apiServerEtcdClient: "apiserver-etcd-client", .frontProxyClient: "front-proxy-client",
    .etcdServer: "etcd-server", .etcdPeer: "etcd-peer",
    .etcdHealthcheckClient: "etcd-healthcheck-client", .administrator: "admin.conf",
    .superAdministrator: "super-admin.conf", .controllerManagerClient: "controller-manager.conf",
    .schedulerClient: "scheduler.conf",
  ]

  /// What renews certificates by itself, where it made them.
  private static func distribution(
    _ row: CertificateRow
  ) -> (command: String, service: String)? {
    let file = row.origin.file
    if file.contains("/rancher/k3s/") { return ("k3s", "k3s") }
    if file.contains("/rancher/rke2/") {
      return ("rke2", file.contains("/server/") ? "rke2-server" : "rke2-server or rke2-agent")
    }
    return nil
  }

  /// Whether kubeadm made a certificate, or keeps one at its place.
  private static func isOfKubeadm(_ row: CertificateRow) -> Bool {
    row.evidence == "its path" || row.origin.file.hasSuffix(".conf")
      || "/\(row.origin.file)".contains("/etc/kubernetes/")
  }

  private static func action(_ row: CertificateRow) -> String {
    if let (command, service) = distribution(row) {
      return rank(row) < 2
        ? "\(command) certificate rotate-ca, with new authorities signed by the old ones"
        : "stop \(service), run '\(command) certificate rotate', start it again"
    }
    if rank(row) < 2 {
      return
        "make a new authority beside the old one, trust both everywhere, issue what it signed anew, then drop the old one"
    }
    if let name = kubeadmNames[row.role], isOfKubeadm(row) {
      return "kubeadm certs renew \(name)"
    }
    switch row.role {
    case .kubeletClient, .kubeletServer:
      return "the kubelet renews it (rotateCertificates, serverTLSBootstrap); if not, restart it"
    default: return "issue it again by '\(row.certificate.issuer.text)'"
    }
  }

  private static func restarts(_ role: Role) -> [String] {
    switch role {
    case .clusterAuthority, .serverAuthority:
      [
        "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet on every node",
        "pods that read kube-root-ca.crt once",
      ]
    case .etcdAuthority, .etcdPeerAuthority: ["etcd, one member after the other", "kube-apiserver"]
    case .frontProxyAuthority: ["kube-apiserver", "aggregated API servers"]
    // These read their own certificate again by themselves.
    case .apiServer, .frontProxyClient: []
    case .apiServerKubeletClient, .apiServerEtcdClient: ["kube-apiserver"]
    case .etcdServer, .etcdPeer: []
    case .etcdHealthcheckClient: []
    case .controllerManagerClient, .controllerManagerServer: ["kube-controller-manager"]
    case .schedulerClient, .schedulerServer: ["kube-scheduler"]
    case .kubeletClient, .kubeletServer: ["kubelet"]
    case .administrator, .superAdministrator, .client: ["whatever has a copy of the kubeconfig"]
    case .authority: ["everything that trusts it"]
    case .server, .serverAndClient, .unknown: ["what uses it"]
    }
  }
}
