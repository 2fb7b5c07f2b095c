import ControlPlane
import CryptoCore
import Findings
import Foundation
import Testing
import TransportSecurity

/// Servers of other nodes, by other names, beside others; and those of the cluster's objects.
@Suite struct CoverageServerTests {
  static let anonymous: [(text: String, isTold: Bool)] = [
    ("kind: AuthenticationConfiguration", true),
    ("{kind: AuthenticationConfiguration, anonymous: {enabled: true}}", true),
    ("{kind: AuthenticationConfiguration, anonymous: {enabled: false}}", false),
    (
      "{kind: AuthenticationConfiguration, anonymous: {enabled: true, conditions: [{path: /livez}]}}",
      false
    ),
  ]

  @Test(arguments: anonymous.indices) func readsAuthenticationConfigurations(_ row: Int) throws {
    let node = try DemoNodes.shared.get().copy(of: "kubeadm/cp-1")
    try node.write(Self.anonymous[row].text, to: "etc/kubernetes/pki/a.yaml")
    try NodeChange.add(
      "--authentication-config=/etc/kubernetes/pki/a.yaml", in: "kube-apiserver"
    ).apply(to: node)
    let matrix = try DemoNodes.matrix([node.folder])
    let isTold = matrix.findings.contains { $0.rule.id == "tls/link-anonymous-requests" }
    #expect(isTold == Self.anonymous[row].isTold)
  }

  /// With a configuration file, the scheduler passes `--kubeconfig` over.
  @Test func readsTheSchedulersConfiguration() throws {
    let node = try DemoNodes.shared.get().copy(of: "kubeadm/cp-1")
    try node.write(
      """
      kind: KubeSchedulerConfiguration
      clientConnection: {kubeconfig: /etc/kubernetes/scheduler.conf}
      """, to: "etc/kubernetes/given.yaml")
    try NodeChange.set("kubeconfig", "/gone", in: "kube-scheduler").apply(to: node)
    try NodeChange.add("--config=/given.yaml", in: "kube-scheduler").apply(to: node)
    try NodeChange.edit(
      "etc/kubernetes/manifests/kube-scheduler.yaml", "    volumeMounts:",
      "    volumeMounts:\n    - {mountPath: /given.yaml, name: given}"
    ).apply(to: node)
    try NodeChange.edit(
      "etc/kubernetes/manifests/kube-scheduler.yaml", "  volumes:",
      "  volumes:\n  - {name: given, hostPath: {path: /etc/kubernetes/given.yaml}}"
    ).apply(to: node)
    let matrix = try DemoNodes.matrix([node.folder])
    #expect(matrix.links.first { $0.id == "scheduler-apiserver" }?.verdict == .protected)
  }

  /// A worker beside a control plane: the API server that calls it is another node's.
  @Test func judgesWorkers() throws {
    let demo = try DemoNodes.shared.get()
    let plane = try demo.copy(of: "kubeadm/cp-1")
    let worker = try demo.copy(of: "kubeadm/cp-2")
    try worker.remove("etc/kubernetes/manifests")
    try worker.remove("etc/kubernetes/pki/apiserver.crt")
    let matrix = try DemoNodes.matrix([plane.folder, worker.folder])
    let name = worker.folder.lastPathComponent
    let links = matrix.links.filter { $0.node == name }
    #expect(
      Set(links.map(\.id)) == ["apiserver-kubelet", "kubelet-apiserver", "kubeconfig-apiserver"])
    #expect(links.first { $0.id == "apiserver-kubelet" }?.clientAuthenticated.state == .good)
    #expect(links.first { $0.id == "kubelet-apiserver" }?.verdict == .protected)
    #expect(matrix.differences.isEmpty)
  }

  /// konnectivity over TCP, both ends at hand.
  @Test func judgesTheTunnel() throws {
    let node = try DemoNodes.shared.get().copy(of: "kubeadm/cp-1")
    let pki = "/etc/kubernetes/pki"
    try node.write(
      """
      kind: EgressSelectorConfiguration
      egressSelections:
      - name: cluster
        connection:
          proxyProtocol: GRPC
          transport:
            tcp:
              url: "https://192.0.2.11:8131"
              tlsConfig:
                caBundle: \(pki)/ca.crt
                clientCert: \(pki)/apiserver-kubelet-client.crt
                clientKey: \(pki)/apiserver-kubelet-client.key
      """, to: "etc/kubernetes/pki/egress.yaml")
    try NodeChange.add("--egress-selector-config-file=\(pki)/egress.yaml", in: "kube-apiserver")
      .apply(to: node)
    let server = """
      kind: Pod
      spec:
        volumes: [{name: pki, hostPath: {path: \(pki)}}]
        containers:
        - name: konnectivity-server
          command: [/proxy-server]
          args: [FLAGS]
          volumeMounts: [{name: pki, mountPath: \(pki), readOnly: true}]
      """
    func links(_ flags: [String]) throws -> [String: Link] {
      try node.write(
        server.replacingOccurrences(of: "FLAGS", with: flags.joined(separator: ", ")),
        to: "etc/kubernetes/manifests/konnectivity.yaml")
      let matrix = try DemoNodes.matrix([node.folder])
      return Dictionary(matrix.links.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
    }
    let good = [
      "--server-cert=\(pki)/apiserver.crt", "--server-ca-cert=\(pki)/ca.crt",
      "--cluster-cert=\(pki)/apiserver.crt", "--authentication-audience=k",
    ]
    #expect(try links(good)["apiserver-konnectivity"]?.verdict == .protected)
    #expect(try links(good)["konnectivity-agents"]?.clientAuthenticated.state == .good)
    let foreign = good.map {
      $0.replacingOccurrences(of: "ca-cert=\(pki)/ca", with: "ca-cert=\(pki)/etcd/ca")
    }
    #expect(try links(foreign)["apiserver-konnectivity"]?.verdict == .broken)
    let open = good.filter { !$0.contains("audience") }
    #expect(try links(open)["konnectivity-agents"]?.verdict == .exposed)
    // Without a CA the server asks for no certificate.
    let anybody = good.filter { !$0.contains("server-ca-cert") }
    let link = try links(anybody)["apiserver-konnectivity"]
    #expect(link?.verdict == .exposed)
    #expect(link?.findings.map(\.rule.id) == ["tls/link-tunnel-open"])
  }

  /// etcd on other nodes: the members are those that the addresses lead to.
  @Test func findsEtcdOnOtherNodes() throws {
    let demo = try DemoNodes.shared.get()
    let first = try demo.copy(of: "kubeadm/cp-1")
    let second = try demo.copy(of: "kubeadm/cp-2")
    try NodeChange.delete("etc/kubernetes/manifests/etcd.yaml").apply(to: first)
    try NodeChange.set("etcd-servers", "https://192.0.2.12:2379", in: "kube-apiserver")
      .apply(to: first)
    func link() throws -> Link {
      let matrix = try DemoNodes.matrix([first.folder, second.folder])
      return try #require(
        matrix.links.first {
          $0.id == "apiserver-etcd" && $0.node == first.folder.lastPathComponent
        })
    }
    #expect(try link().verdict == .protected)
    try NodeChange.remove("trusted-ca-file", in: "etcd").apply(to: second)
    try NodeChange.set("client-cert-auth", "false", in: "etcd").apply(to: second)
    #expect(try link().verdict == .exposed)
    try NodeChange.set("etcd-servers", "https://192.0.2.99:2379", in: "kube-apiserver")
      .apply(to: first)
    #expect(try link().clientAuthenticated.state == .unknown)
  }

  /// A kubelet whose serving certificate the cluster signed, and an API server that looks at it.
  @Test func verifiesKubelets() throws {
    let demo = try DemoNodes.shared.get()
    let node = try demo.copy(of: "kubeadm/cp-1")
    try NodeChange.add(
      "--kubelet-certificate-authority=/etc/kubernetes/pki/ca.crt", in: "kube-apiserver"
    ).apply(to: node)
    try NodeChange.edit(
      "var/lib/kubelet/config.yaml", "cgroupDriver: systemd", "serverTLSBootstrap: true"
    ).apply(to: node)
    func link() throws -> Link {
      let matrix = try DemoNodes.matrix([node.folder])
      return try #require(matrix.links.first { $0.id == "apiserver-kubelet" })
    }
    // Asked for, and not signed yet.
    #expect(try link().certificate.state == .unknown)
    let server = node.url("var/lib/kubelet/pki/kubelet-server-current.pem")
    try FileManager.default.copyItem(
      at: node.url("etc/kubernetes/pki/apiserver.crt"), to: server)
    #expect(try link().verdict == .protected)
    #expect(try !DemoNodes.matrix([node.folder]).findings.contains { $0.rule.severity > .low })
  }

  /// A kubelet that makes its certificate itself, which is not at hand: the API server's CA may
  /// have signed what lies there instead.
  @Test func doesNotGuessAtKubeletsCertificates() throws {
    let node = try DemoNodes.shared.get().copy(of: "kubeadm/cp-1")
    try NodeChange.add(
      "--kubelet-certificate-authority=/etc/kubernetes/pki/ca.crt", in: "kube-apiserver"
    ).apply(to: node)
    func link() throws -> Link? {
      try DemoNodes.matrix([node.folder]).links.first { $0.id == "apiserver-kubelet" }
    }
    #expect(try link()?.verdict == .broken)
    try node.remove("var/lib/kubelet/pki/kubelet.crt")
    #expect(try link()?.verdict == .unknown)
  }

  /// Drop-ins of a kubelet, in folders within as well; alone they lie over the defaults of flags.
  @Test func readsDropInsOfKubelets() throws {
    let node = try DemoNodes.shared.get().copy(of: "kubeadm/cp-1")
    let unit = "usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf"
    func write(_ name: String, _ text: String) throws {
      try node.write(
        "kind: KubeletConfiguration\napiVersion: kubelet.config.k8s.io/v1beta1\n\(text)",
        to: "etc/kubelet.d/\(name)")
    }
    func rules() throws -> Set<String> {
      Set(try DemoNodes.matrix([node.folder]).findings.map(\.rule.id))
    }
    try NodeChange.edit(
      unit, "$KUBELET_CONFIG_ARGS", "$KUBELET_CONFIG_ARGS --config-dir=/etc/kubelet.d"
    )
    .apply(to: node)
    try write("a/10.conf", "readOnlyPort: 10255\ntracing: {endpoint: 'otel.example.com:4317'}\n")
    try write("b/20.conf", "tracing: {samplingRatePerMillion: 1}\n")
    try write("b/20.yaml", "authentication: {anonymous: {enabled: true}}\n")
    #expect(try rules().contains("tls/link-kubelet-read-only-port"))
    #expect(try rules().contains("tls/link-tracing-plaintext"))
    #expect(try !rules().contains("tls/link-kubelet-anonymous"))
    // Its configuration file is named and not at hand.
    try node.remove("var/lib/kubelet/config.yaml")
    func link() throws -> Link? {
      try DemoNodes.matrix([node.folder]).links.first { $0.id == "apiserver-kubelet" }
    }
    #expect(try link()?.clientAuthenticated.state == .unknown)
    // None is named.
    try NodeChange.edit(unit, "$KUBELET_CONFIG_ARGS ", "").apply(to: node)
    try node.write("KUBELET_EXTRA_ARGS=\n", to: "etc/default/kubelet")
    #expect(try link()?.verdict == .exposed)
    #expect(try rules().contains("tls/link-kubelet-anonymous"))
  }

  /// What a kubeconfig names lies where the pod's mounts have it.
  @Test func readsKubeconfigsThroughMounts() throws {
    let node = try DemoNodes.shared.get().copy(of: "kubeadm/cp-1")
    let path = "etc/kubernetes/scheduler.conf"
    let lines = try node.text(path).components(separatedBy: "\n").map {
      $0.contains("certificate-authority-data") ? "    certificate-authority: pki/ca.crt" : $0
    }
    try node.write(lines.joined(separator: "\n"), to: path)
    func cell() throws -> LinkCell.State? {
      try DemoNodes.matrix([node.folder]).links.first { $0.id == "scheduler-apiserver" }?
        .serverVerified.state
    }
    // The pod does not see the folder.
    #expect(try cell() == .unknown)
    let pod = "etc/kubernetes/manifests/kube-scheduler.yaml"
    try NodeChange.edit(
      pod, "    volumeMounts:", "    volumeMounts:\n    - {mountPath: /etc/kubernetes/pki, name: p}"
    ).apply(to: node)
    try NodeChange.edit(
      pod, "  volumes:", "  volumes:\n  - {name: p, hostPath: {path: /etc/kubernetes/pki}}"
    ).apply(to: node)
    #expect(try cell() == .good)
  }

  /// Clients that ask for another name get another certificate.
  @Test func takesCertificatesByName() throws {
    let demo = try DemoNodes.shared.get()
    let node = try demo.copy(of: "kubeadm/cp-1")
    try NodeChange.swap(
      "etc/kubernetes/pki/apiserver.crt", with: "etc/kubernetes/pki/front-proxy-client.crt"
    ).apply(to: node)
    func verdict() throws -> Link.Verdict? {
      let matrix = try DemoNodes.matrix([node.folder])
      return matrix.links.first { $0.id == "kubeconfig-apiserver" }?.verdict
    }
    #expect(try verdict() == .broken)
    try FileManager.default.copyItem(
      at: demo.folder.appending(path: "kubeadm/cp-1/etc/kubernetes/pki/apiserver.crt"),
      to: node.url("etc/kubernetes/pki/named.crt"))
    try NodeChange.add(
      "--tls-sni-cert-key=/etc/kubernetes/pki/named.crt,/x.key:api.example.com",
      in: "kube-apiserver"
    ).apply(to: node)
    #expect(try verdict() == .protected)
    // Of those that some ask for by name, the end is told of as well.
    let late = try DemoNodes.matrix([node.folder], now: 1_797_292_800)
    #expect(late.findings.contains { $0.file?.hasSuffix("/named.crt") ?? false })
  }

  /// A caBundle that ends soon.
  @Test func tellsOfBundlesThatEnd() throws {
    let ca = try DemoNodes.shared.get().folder.appending(
      path: "kubeadm/cp-1/etc/kubernetes/pki/apiserver.crt")
    let bytes = Array(
      "{kind: APIService, metadata: {name: a}, spec: {service: {name: s, namespace: n}, caBundle: \(try Data(contentsOf: ca).base64EncodedString())}}"
        .utf8)
    func rules(_ warning: Int) throws -> [String] {
      CoverageMatrix(
        [], objects: try ConfigNode.documents(of: bytes.span, file: "o"), now: 1_797_292_800,
        warning: warning
      ).findings.map(\.rule.id)
    }
    #expect(try rules(0).isEmpty)
    #expect(try rules(30 * 86_400) == ["tls/expires-soon"])
  }

  private static func objects(_ text: String) throws -> CoverageMatrix {
    let bytes = Array(text.utf8)
    return CoverageMatrix(
      [], objects: try ConfigNode.documents(of: bytes.span, file: "objects.yaml"),
      now: DemoNodes.now, warning: 0)
  }

  /// A webhook, its server's verification, the verdict and the rule.
  static let webhooks:
    [(client: String, state: LinkCell.State, verdict: Link.Verdict, rule: String?)] = [
      ("{service: {name: s, namespace: n}, caBundle: CA}", .good, .unknown, nil),
      // No public CA signs for a name of the cluster.
      ("{service: {name: s, namespace: n}}", .unknown, .unknown, nil),
      ("{url: 'https://w.example.com'}", .good, .unknown, nil),
      ("{url: 'https://w.example.com', caBundle: CA}", .good, .unknown, nil),
      ("{url: 'http://w.example.com'}", .bad, .exposed, "tls/webhook-unverified"),
      (
        "{service: {name: s, namespace: n}, caBundle: bm90aGluZw==}", .bad, .broken,
        "tls/link-broken"
      ),
      ("{service: {name: s, namespace: n}, caBundle: '%%'}", .bad, .broken, "tls/link-broken"),
      ("{service: {name: s, namespace: n}, caBundle: OLD}", .bad, .broken, "tls/expired"),
    ]

  @Test(arguments: webhooks.indices) func judgesWebhooks(_ row: Int) throws {
    let (client, state, verdict, rule) = Self.webhooks[row]
    let pki = try DemoNodes.shared.get().folder.appending(path: "kubeadm/cp-1/etc/kubernetes/pki")
    func base64(_ name: String) throws -> String {
      try Data(contentsOf: pki.appending(path: name)).base64EncodedString()
    }
    let text = client.replacingOccurrences(of: "CA}", with: "\(try base64("ca.crt"))}")
      .replacingOccurrences(of: "OLD", with: try base64("apiserver.crt"))
    let now = client.contains("OLD") ? 1_811_808_000 : DemoNodes.now
    let bytes = Array(
      """
      kind: ValidatingWebhookConfiguration
      metadata: {name: w}
      webhooks: [{name: a, clientConfig: \(text)}]
      """.utf8)
    let matrix = CoverageMatrix(
      [], objects: try ConfigNode.documents(of: bytes.span, file: "o"), now: now, warning: 0)
    let link = try #require(matrix.links.first)
    #expect(link.serverVerified.state == state)
    #expect(link.verdict == verdict)
    #expect(matrix.findings.map(\.rule.id) == (rule.map { [$0] } ?? []))
  }

  /// An Ingress: annotations and class, its front and its backends.
  static let ingresses: [(text: String, front: Link.Verdict, back: Link.Verdict)] = [
    ("{}", .exposed, .unknown),
    ("{ingressClassName: nginx}", .exposed, .exposed),
    ("{tls: [{hosts: [a.example.com]}], rules: [{host: a.example.com}]}", .unknown, .unknown),
    ("{tls: [{hosts: ['*.example.com']}], rules: [{host: a.example.com}]}", .unknown, .unknown),
    ("{tls: [{hosts: ['*.example.com']}], rules: [{host: a.b.example.com}]}", .exposed, .unknown),
    ("{tls: [{secretName: s}], rules: [{host: a.example.com}]}", .unknown, .unknown),
  ]

  @Test(arguments: ingresses.indices) func judgesIngresses(_ row: Int) throws {
    let (text, front, back) = Self.ingresses[row]
    let matrix = try Self.objects("{kind: Ingress, metadata: {name: i}, spec: \(text)}")
    #expect(matrix.links.map(\.verdict) == [front, back])
  }

  /// TLS, and a front that is served without as well.
  @Test func tellsOfPlaintextBesideTLS() throws {
    func front(_ annotations: String) throws -> Link? {
      try Self.objects(
        "{kind: Ingress, metadata: {name: i, annotations: {\(annotations)}}, spec: {tls: [{}]}}"
      ).links.first
    }
    let redirect = "nginx.ingress.kubernetes.io/ssl-redirect: 'false'"
    #expect(try front("").map(\.verdict) == .unknown)
    #expect(try front(redirect).map(\.verdict) == .exposed)
    #expect(try front(redirect)?.findings.map(\.rule.id) == ["tls/link-ingress-plaintext"])
    let forced = "\(redirect), nginx.ingress.kubernetes.io/force-ssl-redirect: 'true'"
    #expect(try front(forced).map(\.verdict) == .unknown)
  }

  static let backends: [(annotations: String, back: Link.Verdict)] = [
    ("nginx.ingress.kubernetes.io/backend-protocol: HTTPS", .weak),
    // Without a Secret, ingress-nginx verifies nothing.
    (
      "{nginx.ingress.kubernetes.io/backend-protocol: GRPCS, nginx.ingress.kubernetes.io/proxy-ssl-verify: 'on'}",
      .weak
    ),
    (
      "{nginx.ingress.kubernetes.io/backend-protocol: GRPCS, nginx.ingress.kubernetes.io/proxy-ssl-verify: 'on', nginx.ingress.kubernetes.io/proxy-ssl-secret: n/s}",
      .protected
    ),
    (
      "{nginx.ingress.kubernetes.io/backend-protocol: HTTPS, nginx.ingress.kubernetes.io/proxy-ssl-secret: n/s}",
      .weak
    ),
    ("nginx.ingress.kubernetes.io/backend-protocol: HTTP", .exposed),
    ("{kubernetes.io/ingress.class: nginx}", .exposed),
  ]

  @Test(arguments: backends.indices) func judgesBackends(_ row: Int) throws {
    let (annotations, back) = Self.backends[row]
    let mapping = annotations.hasPrefix("{") ? annotations : "{\(annotations)}"
    let matrix = try Self.objects(
      "{kind: Ingress, metadata: {name: i, annotations: \(mapping)}, spec: {}}")
    #expect(matrix.links.last?.verdict == back)
  }
}
