import ControlPlane
import CryptoCore
import Testing

/// Kubeconfigs, the API server's configuration files, objects, floors.
@Suite struct FileTests {
  static func kubeconfig(_ text: String) throws -> Kubeconfig {
    let bytes = Array(text.utf8)
    return try Kubeconfig(bytes.span, file: "k")
  }

  static func count(_ material: KubeconfigMaterial) -> Int? {
    guard let bytes = material.embedded() else { return nil }
    return bytes.count
  }

  @Test func readsKubeconfigs() throws {
    let text = """
      apiVersion: v1
      kind: Config
      current-context: b
      clusters:
      - name: one
        cluster: {server: "http://a:1", insecure-skip-tls-verify: true, proxy-url: "http://p"}
      - name: two
        cluster:
          server: https://b:2
          certificate-authority: ca.crt
          certificate-authority-data: |
            aGVs
            bG8=
          tls-server-name: c
      users:
      - name: u
        user: {client-certificate: /c.crt, client-key: /c.key, token: ""}
      - name: v
        user: {token: secret, exec: {command: aws}}
      contexts:
      - {name: a, context: {cluster: one, user: v}}
      - {name: b, context: {cluster: two, user: u}}
      """
    let found = try Self.kubeconfig(text)
    #expect(found.current.cluster?.server?.text == "https://b:2")
    #expect(found.current.cluster?.server?.place == Place(file: "k", line: 9, column: 13))
    #expect(found.current.cluster?.serverName?.text == "c")
    #expect(found.current.cluster?.insecureSkipVerify == nil)
    // What is within wins over a file.
    let authority = try #require(found.current.cluster?.certificateAuthority)
    #expect(authority.path == nil)
    let count = Self.count(authority)
    #expect(count == 5)
    #expect(found.current.user?.clientCertificate?.path == "/c.crt")
    #expect(found.current.user?.token == nil)
    #expect(found.clusters[0].insecureSkipVerify?.line == 6)
    #expect(found.users[1].token?.line == 19)
    #expect(found.users[1].exec?.text == "aws")
  }

  static let odd: [(text: String, hasCluster: Bool)] = [
    ("kind: Config\nclusters: [{name: a, cluster: {server: 'https://a'}}]", true),
    ("clusters: [{name: a, cluster: {server: 'https://a'}}]", true),
    ("kind: Config\ncurrent-context: x\nclusters: [{name: a}]\ncontexts: [{name: y}]", false),
    ("kind: Config\nclusters: {a: b}\nusers: text\ncontexts: 1", false),
    ("kind: Config", false),
  ]

  @Test(arguments: odd.indices) func takesOddKubeconfigs(_ row: Int) throws {
    #expect(
      (try Self.kubeconfig(Self.odd[row].text).current.cluster != nil) == Self.odd[row].hasCluster)
  }

  @Test(arguments: ["kind: Secret", "[]", "", "a: b", "kind: [Config]", "%"])
  func refusesOthers(_ text: String) {
    #expect(throws: ControlPlaneError.self) { try Self.kubeconfig(text) }
  }

  @Test func readsTheAPIServersFiles() throws {
    let egress = try HostTests.root(
      """
      kind: EgressSelectorConfiguration
      egressSelections:
      - name: cluster
        connection: {proxyProtocol: GRPC, transport: {uds: {udsName: /k.socket}}}
      - name: controlplane
        connection:
          proxyProtocol: HTTPConnect
          transport: {tcp: {url: "https://p:8131", tlsConfig: {caBundle: /ca, clientCert: /c}}}
      """)
    let selections = EgressSelection.all(in: egress)
    #expect(selections.map(\.name) == ["cluster", "controlplane"])
    #expect(selections[0].socket?.text == "/k.socket")
    #expect(selections[1].certificateAuthority?.text == "/ca")
    #expect(
      TracingEndpoint.of(try HostTests.root("kind: TracingConfiguration"))?.text == "localhost:4317"
    )
    #expect(TracingEndpoint.of(egress) == nil)
    let authorizers = RequestWebhooks.authorizers(
      in: try HostTests.root(
        """
        kind: AuthorizationConfiguration
        authorizers:
        - {type: Node, name: node}
        - {type: Webhook, name: w, webhook: {connectionInfo: {type: KubeConfigFile, kubeConfigFile: /w}}}
        """))
    #expect(authorizers.map(\.kubeconfig.text) == ["/w"])
    let authentication = try HostTests.root(
      "{kind: AuthenticationConfiguration, anonymous: {enabled: false}, jwt: [{issuer: {url: 'https://i'}}]}"
    )
    #expect(RequestWebhooks.anonymous(in: authentication)?.isOn == false)
    #expect(RequestWebhooks.issuers(in: authentication).map(\.url.text) == ["https://i"])
  }

  @Test func readsObjects() throws {
    let list = try HostTests.root(
      """
      kind: List
      items:
      - kind: MutatingWebhookConfiguration
        metadata: {name: m}
        webhooks:
        - {name: a, clientConfig: {service: {name: s, namespace: n, port: 8443}, caBundle: QQ==}}
        - {name: b, clientConfig: {url: "http://x"}}
        - {name: c}
      - kind: APIService
        metadata: {name: v1.local}
        spec: {group: ""}
      - kind: APIService
        metadata: {name: v1.remote}
        spec: {insecureSkipTLSVerify: true, service: {name: s, namespace: n}}
      - kind: CustomResourceDefinition
        metadata: {name: d}
        spec: {conversion: {webhook: {clientConfig: {url: "https://y"}}}}
      """)
    let found = ServedWebhook.all(in: list)
    #expect(
      found.map(\.url.text) == [
        "https://s.n.svc:8443", "http://x", "https://s.n.svc:443", "https://y",
      ])
    #expect(found.map(\.kind) == [.admission, .admission, .aggregation, .conversion])
    #expect(found.map { $0.bundle != nil } == [true, false, false, false])
    #expect(found[2].insecureSkipVerify != nil)
  }

  static let floors:
    [(version: String, suites: [String], expected: TLSFloor.Version?, insecure: Int, unknown: Int)] =
      [
        ("", [], .tls12, 0, 0), ("VersionTLS10", [], .tls10, 0, 0),
        ("VersionTLS13", [], .tls13, 0, 0),
        ("TLS1.2", [], nil, 0, 0), ("VersionTLS14", [], nil, 0, 0),
        ("", ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"], .tls12, 0, 0),
        ("", ["TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_RC4_128_SHA"], .tls12, 2, 0),
        ("", ["TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"], .tls12, 1, 0),
        ("", ["TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"], .tls12, 0, 0),
        ("", ["ECDHE-RSA-AES128-GCM-SHA256"], .tls12, 0, 1),
        // TLS 1.3 has suites that nobody chooses.
        ("VersionTLS13", ["TLS_RSA_WITH_AES_128_GCM_SHA256"], .tls13, 0, 0),
      ]

  @Test(arguments: floors.indices) func judgesFloors(_ row: Int) {
    let (version, suites, expected, insecure, unknown) = Self.floors[row]
    let floor = TLSFloor(kubernetes: version, suites: suites)
    #expect(floor.version == expected)
    #expect(floor.insecureSuites.count == insecure)
    #expect(floor.unknownSuites.count == unknown)
  }

  static let defaults: [(component: Component, flag: String, version: String, value: String?)] = [
    (.apiServer, "insecure-port", "v1.19.0", "8080"), (.apiServer, "insecure-port", "v1.20.0", "0"),
    (.controllerManager, "port", "v1.21.0", "10252"), (.controllerManager, "port", "v1.34.0", "0"),
    (.scheduler, "port", "v1.22.9", "10251"), (.scheduler, "port", "v1.23.0", "0"),
    (.apiServer, "anonymous-auth", "v1.34.0", "true"),
    (.scheduler, "secure-port", "v1.34.0", "10259"),
    (.apiServer, "client-ca-file", "v1.34.0", nil),
  ]

  @Test(arguments: defaults.indices) func knowsDefaults(_ row: Int) {
    let (component, flag, version, value) = Self.defaults[row]
    #expect(
      ComponentDefaults.defaultValue(flag, of: component, version: KubernetesVersion(tag: version))
        == value)
  }
}
