import Findings
import Foundation
import TestSupport
import Testing
import TransportSecurity
import X509

/// Files by the names that they have on a node.
private struct Node {
  private(set) var inventory = Inventory()

  static let now = 1_796_083_200  // 2026-12-01

  static func fixture(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: Fixtures.own.appending(path: "pki/kubeadm/\(name)")))
  }

  /// kubeadm's files in a folder.
  mutating func addPKI(_ folder: String, leavingOut skipped: Set<String> = []) throws {
    let root = Fixtures.own.appending(path: "pki/kubeadm")
    let names = try FileManager.default.subpathsOfDirectory(atPath: root.path).sorted()
    for name in names where name.contains(".") && !skipped.contains(name) {
      try add("\(folder)/\(name)", try Self.fixture(name))
    }
  }

  mutating func add(_ file: String, _ bytes: [UInt8]) throws {
    let contents = try FileReader().read(
      bytes.span, file: file, identity: nil, password: Span())
    inventory.add(contents)
  }

  mutating func add(_ file: String, _ text: String) throws { try add(file, Array(text.utf8)) }

  func report(at now: Int = now) throws -> CheckReport {
    try TransportCheck.run(inventory, CheckOptions(now: now, user: 0))
  }

  func rules(at now: Int = now) throws -> Set<String> {
    Set(try report(at: now).findings.map(\.rule.id)).subtracting(["tls/ca-key-present"])
  }
}

struct CheckTests {
  @Test func kubeadmsPKIIsSound() throws {
    var node = Node()
    try node.addPKI("etc/kubernetes/pki")
    let report = try node.report()
    #expect(Set(report.findings.map(\.rule.id)) == ["tls/ca-key-present"])
    let rows = try report.rows(0..<report.rowCount)
    #expect(rows.count == 10)
    #expect(rows.allSatisfy { $0.chains.allSatisfy(\.isTrusted) })
    #expect(rows.allSatisfy { $0.keyMatches == true })
    #expect(rows.map(\.role).last == .etcdAuthority)
  }

  @Test func everyLayoutIsJudgedByContent() throws {
    var node = Node()
    for name in ["ca.crt", "apiserver.crt", "apiserver.key"] {
      try node.add("keys/x-\(name)", try Node.fixture(name))
    }
    let report = try node.report()
    #expect(report.findings.isEmpty, "\(report.findings.map(\.message))")
    let server = try #require(try report.rows(0..<report.rowCount).first { $0.role == .apiServer })
    #expect(server.chains.first?.trust.map(\.file) == ["keys/x-ca.crt"])
  }

  @Test func nodesDoNotMix() throws {
    var nodes = Node()
    try nodes.addPKI("node-1/pki")
    // The other node's cluster authority is the etcd authority of the first.
    try nodes.addPKI("node-2/pki", leavingOut: ["ca.crt", "ca.key"])
    try nodes.add("node-2/pki/ca.crt", try Node.fixture("etcd/ca.crt"))
    let foreign = try nodes.report().findings.filter { $0.rule.id == "tls/foreign-issuer" }
    #expect(!foreign.isEmpty)
    #expect(foreign.allSatisfy { $0.file?.hasPrefix("node-2/") == true })
  }

  @Test func kubeconfigsOfACopyFindTheirFiles() throws {
    var node = Node()
    try node.addPKI("backup/etc/kubernetes/pki")
    try node.add(
      "backup/etc/kubernetes/kubelet.conf",
      """
      apiVersion: v1
      kind: Config
      clusters:
      - name: c
        cluster:
          server: https://192.0.2.10:6443
          certificate-authority: /etc/kubernetes/pki/ca.crt
      users:
      - name: u
        user:
          client-certificate: /etc/kubernetes/pki/apiserver-kubelet-client.crt
          client-key: pki/apiserver-kubelet-client.key
      """)
    #expect(node.inventory.missingReferences.isEmpty)
    #expect(try node.rules() == ["tls/wrong-subject"])
  }

  @Test func dumpsAreListsOfObjects() throws {
    let authority = Data(try Node.fixture("ca.crt")).base64EncodedString()
    let certificate = Data(try Node.fixture("apiserver.crt")).base64EncodedString()
    let key = Data(try Node.fixture("etcd/peer.key")).base64EncodedString()
    var dump = Node()
    try dump.add(
      "-",
      """
      apiVersion: v1
      kind: List
      items:
      - apiVersion: v1
        kind: Secret
        metadata: {name: web, namespace: shop}
        type: kubernetes.io/tls
        data: {tls.crt: \(certificate), tls.key: \(key), ca.crt: \(authority)}
      - apiVersion: admissionregistration.k8s.io/v1
        kind: MutatingWebhookConfiguration
        metadata: {name: hook}
        webhooks:
        - name: hook.example
          clientConfig: {caBundle: \(authority), service: {name: h, namespace: shop}}
      - apiVersion: apiregistration.k8s.io/v1
        kind: APIService
        metadata: {name: v1.metrics}
        spec: {insecureSkipTLSVerify: true, service: {name: m, namespace: shop}}
      """)
    let report = try dump.report()
    #expect(try dump.rules() == ["tls/key-mismatch", "tls/webhook-unverified"])
    let authorities = try report.rows(0..<report.rowCount).filter { $0.certificate.isAuthority }
    #expect(authorities.count == 1)
    #expect(
      authorities.first?.copies.map(\.field) == [
        "MutatingWebhookConfiguration/hook (hook.example) caBundle"
      ])
  }

  @Test func etcdsOwnFileNamesItsCertificates() throws {
    var node = Node()
    for name in ["ca.crt", "server.crt", "server.key", "peer.crt", "peer.key"] {
      try node.add("srv/\(name)", try Node.fixture("etcd/\(name)"))
    }
    let file = """
      advertise-client-urls: https://192.0.2.99:2379
      client-transport-security:
        cert-file: server.crt
        key-file: server.key
        trusted-ca-file: ca.crt
      peer-transport-security:
        cert-file: peer.crt
        key-file: peer.key
        trusted-ca-file: ca.crt
      """
    try node.add("srv/config", file)
    let report = try node.report()
    let roles = try report.rows(0..<report.rowCount).map(\.role)
    #expect(Set(roles) == [.etcdServer, .etcdPeer, .etcdAuthority])
    #expect(report.findings.map(\.rule.id).contains("tls/names-missing"))
    #expect(report.findings.contains { $0.message.contains("192.0.2.99") })
  }

  @Test func membersOfADumpAreNotOneNode() throws {
    var dump = Node()
    try dump.addPKI("etc/kubernetes/pki")
    let pods = ["192.0.2.1", "192.0.2.2"].map { address in
      """
      - kind: Pod
        metadata: {name: kube-apiserver-\(address)}
        spec:
          hostNetwork: true
          containers:
          - name: kube-apiserver
            command: [kube-apiserver, --advertise-address=\(address)]
      - kind: Pod
        metadata: {name: etcd-\(address)}
        spec:
          hostNetwork: true
          containers:
          - name: etcd
            command: [etcd, "--advertise-client-urls=https://\(address):2379"]
      """
    }
    try dump.add("dump.yaml", "kind: List\nitems:\n" + pods.joined(separator: "\n"))
    #expect(try dump.rules().isEmpty)
  }

  @Test func authoritiesOfIssuersAreNoServers() throws {
    // As cert-manager's CA issuer has it.
    let certificate = Data(try Node.fixture("ca.crt")).base64EncodedString()
    let key = Data(try Node.fixture("ca.key")).base64EncodedString()
    var secret = Node()
    try secret.add(
      "issuer.yaml",
      """
      kind: Secret
      metadata: {name: issuer}
      type: kubernetes.io/tls
      data: {tls.crt: \(certificate), tls.key: \(key)}
      """)
    #expect(try secret.rules().isEmpty)
    #expect(try secret.report().row(0).role == .authority)
  }

  @Test(arguments: ["Cg==", "''", "\"{{ .Values.ca }}\"", "\"${CA_BUNDLE}\""])
  func whatIsFilledInLaterIsNoMistake(value: String) throws {
    var hook = Node()
    try hook.add(
      "hook.yaml",
      """
      kind: ValidatingWebhookConfiguration
      metadata: {name: hook}
      webhooks:
      - name: hook.example
        clientConfig: {caBundle: \(value), service: {name: h, namespace: shop}}
      """)
    #expect(try hook.rules().isEmpty)
  }

  @Test func renewalBeginsWithAuthorities() throws {
    var node = Node()
    try node.addPKI("pki")
    let report = try node.report(at: 2_100_000_000)
    let steps = try RenewalPlan(report, horizon: 2_200_000_000).steps
    #expect(steps.count == 10)
    #expect(steps.prefix(3).allSatisfy { $0.role.isAuthority })
    #expect(steps.dropFirst(3).allSatisfy { !$0.role.isAuthority })
    #expect(steps.contains { $0.action == "kubeadm certs renew apiserver" })
  }

  @Test func distributionsRenewByThemselves() throws {
    var node = Node()
    let folder = "var/lib/rancher/k3s/server/tls"
    try node.add("\(folder)/request-header-ca.crt", try Node.fixture("front-proxy-ca.crt"))
    try node.add("\(folder)/serving-kube-apiserver.crt", try Node.fixture("apiserver.crt"))
    let steps = try RenewalPlan(try node.report(at: 2_100_000_000), horizon: 2_200_000_000).steps
    #expect(steps.count == 2)
    #expect(steps.allSatisfy { $0.action.contains("k3s certificate rotate") })
    #expect(steps.allSatisfy { $0.restarts == ["k3s"] })
  }

  @Test func nothingOfACertificateIsMarkup() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.currentDirectoryURL = folder
    process.arguments = [
      "-c",
      """
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k -out c \
      -subj '/CN=<script>alert(1)<\\/script>"' 2> /dev/null
      """,
    ]
    try process.run()
    process.waitUntilExit()
    var node = Node()
    try node.add("c.crt", Array(try Data(contentsOf: folder.appending(path: "c"))))
    let page = try TimelinePage.text(try node.report())
    #expect(page.contains("&lt;script"))
    #expect(!page.contains("<script"))
  }
}

struct CalendarTests {
  @Test func timesAreThoseOfFoundation() throws {
    let formatter = ISO8601DateFormatter()
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      let seconds = Int.random(in: -60_000_000_000...250_000_000_000, using: &generator)
      let text = CalendarText.timestamp(seconds)
      #expect(CalendarText.seconds(text) == seconds)
      // Before 1583 Foundation has the Julian calendar.
      if seconds > -12_000_000_000 {
        #expect(text == formatter.string(from: Date(timeIntervalSince1970: Double(seconds))))
      }
    }
  }

  @Test(arguments: [
    "2026-02-29", "2026-13-01", "2026-00-10", "2026-1-01", "2026-12-01T24:00:00Z", "yesterday",
    "2026-12-01 00:00:00Z", "2026-12-01T00:00:00+00", "",
  ])
  func otherTextsAreNoTimes(text: String) {
    #expect(CalendarText.seconds(text) == nil)
  }
}
