import Findings
import Foundation
import Testing
import TransportSecurity

/// Whom the API server calls beside etcd and kubelets: files that flags name, and what follows.
@Suite struct CoverageOutgoingTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let flag: String
    let text: String
    let link: String
    /// Encrypted, server verified, client authenticated.
    let states: [LinkCell.State]
    let verdict: Link.Verdict
    let rules: Set<String>

    init(
      _ flag: String, _ text: String, _ link: String, _ states: [LinkCell.State],
      _ verdict: Link.Verdict, _ rules: Set<String> = []
    ) {
      (self.flag, self.text, self.link) = (flag, text, link)
      (self.states, self.verdict, self.rules) = (states, verdict, rules)
    }

    var testDescription: String { "\(flag): \(text.prefix(80))" }
  }

  private static func kubeconfig(_ cluster: String, _ user: String) -> String {
    """
    apiVersion: v1
    kind: Config
    current-context: a
    clusters: [{name: a, cluster: {\(cluster)}}]
    users: [{name: a, user: {\(user)}}]
    contexts: [{name: a, context: {cluster: a, user: a}}]
    """
  }

  private static let ca = "certificate-authority: ../ca.crt"
  private static let client = "client-certificate: ../apiserver-kubelet-client.crt"

  private static func encryption(_ endpoint: String) -> String {
    """
    apiVersion: apiserver.config.k8s.io/v1
    kind: EncryptionConfiguration
    resources:
    - resources: [secrets]
      providers: [{kms: {apiVersion: v2, name: vault, endpoint: "\(endpoint)"}}, {identity: {}}]
    """
  }

  static let cases: [Case] = [
    Case(
      "audit-webhook-config-file", kubeconfig("server: https://a.example.com, \(ca)", client),
      "apiserver-audit", [.good, .good, .unknown], .unknown),
    Case(
      "audit-webhook-config-file", kubeconfig("server: https://a.example.com, \(ca)", "token: x"),
      "apiserver-audit", [.good, .good, .good], .protected),
    Case(
      "audit-webhook-config-file", kubeconfig("server: http://a.example.com", "token: x"),
      "apiserver-audit", [.bad, .bad, .bad], .exposed, ["tls/plain-http"]),
    Case(
      "audit-webhook-config-file", kubeconfig("server: http://127.0.0.1:9000", ""),
      "apiserver-audit", [.bad, .bad, .bad], .local, ["tls/plain-http"]),
    Case(
      "audit-webhook-config-file",
      kubeconfig("server: https://a.example.com, insecure-skip-tls-verify: true", "token: x"),
      "apiserver-audit", [.good, .bad, .good], .weak, ["tls/skip-verify"]),
    Case(
      "audit-webhook-config-file", kubeconfig("server: https://a.example.com", "token: x"),
      "apiserver-audit", [.good, .unknown, .good], .unknown),
    // Who the API server is may be told by something else than credentials.
    Case(
      "audit-webhook-config-file", kubeconfig("server: https://a.example.com, \(ca)", ""),
      "apiserver-audit", [.good, .good, .weak], .weak),
    // Without a scheme it is https when anything of TLS is set, and http else.
    Case(
      "audit-webhook-config-file", kubeconfig("server: a.example.com, \(ca)", "token: x"),
      "apiserver-audit", [.good, .good, .good], .protected),
    Case(
      "audit-webhook-config-file", kubeconfig("server: a.example.com", "token: x"),
      "apiserver-audit", [.bad, .bad, .bad], .exposed, ["tls/plain-http"]),
    Case(
      "authentication-token-webhook-config-file",
      kubeconfig("server: https://a.example.com, \(ca)", "token: x"),
      "apiserver-authentication", [.good, .good, .good], .protected),
    Case(
      "authorization-webhook-config-file",
      kubeconfig("server: https://a.example.com, \(ca)", "exec: {command: aws}"),
      "apiserver-authorization", [.good, .good, .good], .protected),
    Case(
      "authorization-config",
      """
      kind: AuthorizationConfiguration
      authorizers:
      - type: Webhook
        name: w
        webhook: {connectionInfo: {type: KubeConfigFile, kubeConfigFile: /etc/kubernetes/pki/gone}}
      """, "apiserver-authorization", [.unknown, .unknown, .unknown], .unknown),
    Case(
      "admission-control-config-file",
      """
      kind: AdmissionConfiguration
      plugins:
      - name: ImagePolicyWebhook
        configuration: {imagePolicy: {kubeConfigFile: /etc/kubernetes/pki/gone}}
      """, "apiserver-image-policy", [.unknown, .unknown, .unknown], .unknown),
    Case(
      "authentication-config",
      "{kind: AuthenticationConfiguration, jwt: [{issuer: {url: 'https://i.example.com'}}]}",
      "apiserver-oidc", [.good, .good, .none], .protected),
    Case(
      "authorization-config",
      "{kind: AuthorizationConfiguration, authorizers: [{type: RBAC}, {type: AlwaysAllow}]}",
      "client-apiserver", [.good, .good, .bad], .exposed, ["tls/link-always-allow"]),
    Case(
      "tracing-config-file", "{kind: TracingConfiguration, endpoint: 'otel.example.com:4317'}",
      "apiserver-tracing", [.bad, .bad, .none], .exposed, ["tls/link-tracing-plaintext"]),
    Case(
      "tracing-config-file", "{kind: TracingConfiguration}", "apiserver-tracing",
      [.weak, .weak, .none], .local),
    Case(
      "encryption-provider-config", encryption("unix:///run/kms.sock"), "apiserver-kms",
      [.none, .none, .none], .local),
    Case(
      "encryption-provider-config", encryption("unix:///@kms"), "apiserver-kms",
      [.none, .bad, .none], .weak),
    Case(
      "encryption-provider-config", encryption("tcp://127.0.0.1:9"), "apiserver-kms",
      [.unknown, .unknown, .unknown], .unknown),
    Case(
      "encryption-provider-config", "kind: Other", "apiserver-kms",
      [.unknown, .unknown, .unknown], .unknown),
    Case(
      "egress-selector-config-file",
      """
      kind: EgressSelectorConfiguration
      egressSelections:
      - {name: cluster, connection: {proxyProtocol: GRPC, transport: {uds: {udsName: /k}}}}
      """, "apiserver-konnectivity", [.none, .none, .none], .local),
    Case(
      "egress-selector-config-file",
      """
      kind: EgressSelectorConfiguration
      egressSelections:
      - name: cluster
        connection:
          proxyProtocol: HTTPConnect
          transport: {tcp: {url: "http://p:1"}}
      """, "apiserver-konnectivity", [.bad, .bad, .bad], .exposed, ["tls/webhook-unverified"]),
    Case(
      "egress-selector-config-file",
      """
      kind: EgressSelectorConfiguration
      egressSelections:
      - name: cluster
        connection:
          proxyProtocol: HTTPConnect
          transport:
            tcp:
              url: "https://p:1"
              tlsConfig: {caBundle: /etc/kubernetes/pki/ca.crt, clientCert: /c, clientKey: /k}
      """, "apiserver-konnectivity", [.good, .good, .unknown], .unknown),
    Case(
      "egress-selector-config-file",
      """
      kind: EgressSelectorConfiguration
      egressSelections:
      - {name: cluster, connection: {proxyProtocol: Direct}}
      """, "apiserver-konnectivity", [], .unknown),
  ]

  @Test(arguments: cases) func judges(_ test: Case) throws {
    let demo = try DemoNodes.shared.get()
    let base = try DemoNodes.base.get()
    let node = try demo.copy(of: "kubeadm/cp-1")
    let path = "/etc/kubernetes/pki/given/file.yaml"
    try node.write(test.text, to: String(path.dropFirst()))
    try NodeChange.add("--\(test.flag)=\(path)", in: "kube-apiserver").apply(to: node)
    let matrix = try DemoNodes.matrix([node.folder])
    let link = matrix.links.first { $0.id == test.link }
    #expect((link == nil) == test.states.isEmpty)
    let new = Set(matrix.findings.map(\.rule.id)).subtracting(base.findings.map(\.rule.id))
    #expect(new == test.rules)
    guard let link else { return }
    let states = [link.encrypted, link.serverVerified, link.clientAuthenticated].map(\.state)
    #expect(states == test.states)
    #expect(link.verdict == test.verdict)
    // Every cell says what it rests on, and where.
    #expect(link.cells.contains { $0.cell.evidence.contains { $0.place != nil } })
  }
}
