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
    let open = Array(good.prefix(2))
    #expect(try links(open)["konnectivity-agents"]?.verdict == .exposed)
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
      ("{service: {name: s, namespace: n}}", .good, .unknown, nil),
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

  static let backends: [(annotations: String, back: Link.Verdict)] = [
    ("nginx.ingress.kubernetes.io/backend-protocol: HTTPS", .weak),
    (
      "{nginx.ingress.kubernetes.io/backend-protocol: GRPCS, nginx.ingress.kubernetes.io/proxy-ssl-verify: 'on'}",
      .protected
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
