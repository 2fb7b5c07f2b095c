import ControlPlane
import Findings
import Foundation
import TestSupport
import Testing
import TransportSecurity

/// Several nodes, layouts of other distributions, and what is unknown.
@Suite struct CoverageNodesTests {
  static let pki = "etc/kubernetes/pki"

  /// What is changed on the second of three nodes, and what has to be said of it.
  static let drifts: [(change: NodeChange, subject: String)] = [
    (.add("--tls-min-version=VersionTLS11", in: "kube-apiserver"), "--tls-min-version"),
    (.add("--anonymous-auth=false", in: "kube-apiserver"), "kube-apiserver --anonymous-auth"),
    (.remove("requestheader-allowed-names", in: "kube-apiserver"), "--requestheader-allowed-names"),
    (.add("--authorization-mode=AlwaysAllow", in: "kube-apiserver"), "--authorization-mode"),
    (.set("client-cert-auth", "false", in: "etcd"), "etcd --client-cert-auth"),
    (.set("bind-address", "0.0.0.0", in: "kube-scheduler"), "kube-scheduler --bind-address"),
    (
      .edit("var/lib/kubelet/config.yaml", "enabled: false", "enabled: true"),
      "kubelet --anonymous-auth"
    ),
    (
      .edit(
        "etc/kubernetes/manifests/kube-apiserver.yaml", "apiserver:v1.34.2", "apiserver:v1.33.0"),
      "the version of kube-apiserver"
    ),
    (.delete("etc/kubernetes/manifests/kube-scheduler.yaml"), "kube-scheduler"),
    (
      .swap("\(pki)/front-proxy-ca.crt", with: "\(pki)/ca.crt"),
      "the CA of kube-apiserver --requestheader-client-ca-file"
    ),
    (.swap("\(pki)/etcd/ca.crt", with: "\(pki)/ca.crt"), "the CA of etcd --trusted-ca-file"),
  ]

  @Test(arguments: drifts.indices) func namesTheDriftedNode(_ row: Int) throws {
    let demo = try DemoNodes.shared.get()
    let (change, subject) = Self.drifts[row]
    let node = try demo.copy(of: "kubeadm/cp-2")
    let scratch = try demo.copy(of: "kubeadm")
    try change.apply(to: node)
    try FileManager.default.removeItem(at: scratch.url("cp-2"))
    try FileManager.default.copyItem(at: node.folder, to: scratch.url("cp-2"))
    let matrix = try DemoNodes.matrix([scratch.folder])
    #expect(matrix.nodes == ["cp-1", "cp-2", "cp-3"])
    #expect(Set(matrix.differences.map(\.node)) == ["cp-2"])
    #expect(matrix.differences.contains { $0.subject.contains(subject) })
    let findings = matrix.findings.filter { $0.rule.id == "tls/node-differs" }
    #expect(findings.count == matrix.differences.count)
    #expect(findings.allSatisfy { $0.file?.contains("/cp-2") ?? false })
  }

  /// The order of plugins, suites and authorizers is no difference.
  @Test func theOrderOfListsIsNoDifference() throws {
    let demo = try DemoNodes.shared.get()
    let first = try demo.copy(of: "kubeadm/cp-1")
    let second = try demo.copy(of: "kubeadm/cp-2")
    try NodeChange.set("authorization-mode", "RBAC,Node", in: "kube-apiserver").apply(to: first)
    #expect(try DemoNodes.matrix([first.folder, second.folder]).differences.isEmpty)
    try NodeChange.set("authorization-mode", "Node", in: "kube-apiserver").apply(to: second)
    #expect(try !DemoNodes.matrix([first.folder, second.folder]).differences.isEmpty)
  }

  @Test func nodesThatAgreeDoNotDiffer() throws {
    let demo = try DemoNodes.shared.get()
    let matrix = try DemoNodes.matrix([demo.folder.appending(path: "kubeadm")])
    #expect(matrix.differences.isEmpty)
    #expect(matrix.links.filter { $0.id == "apiserver-etcd" }.count == 3)
    #expect(!matrix.links.contains { $0.verdict == .broken })
  }

  /// Kubespray names files after nodes.
  @Test func filesNamedAfterNodesDoNotDiffer() throws {
    let demo = try DemoNodes.shared.get()
    let scratch = try demo.copy(of: "kubeadm")
    for name in ["cp-1", "cp-2", "cp-3"] {
      let path = "\(name)/etc/kubernetes/manifests/etcd.yaml"
      let text = try scratch.text(path)
      try scratch.write(
        text.replacingOccurrences(of: "etcd/server.crt", with: "etcd/member-\(name).crt"), to: path)
      let pki = "\(name)/\(Self.pki)/etcd"
      try FileManager.default.moveItem(
        at: scratch.url("\(pki)/server.crt"), to: scratch.url("\(pki)/member-\(name).crt"))
    }
    let matrix = try DemoNodes.matrix([scratch.folder])
    #expect(matrix.differences.isEmpty)
    #expect(
      matrix.links.filter { $0.id == "apiserver-etcd" }.allSatisfy { $0.verdict == .protected })
  }

  /// Of two nodes nobody can say which one drifted.
  @Test func ofTwoBothAreTold() throws {
    let demo = try DemoNodes.shared.get()
    let first = try demo.copy(of: "kubeadm/cp-1")
    let second = try demo.copy(of: "kubeadm/cp-2")
    try NodeChange.add("--anonymous-auth=false", in: "kube-apiserver").apply(to: second)
    let matrix = try DemoNodes.matrix([first.folder, second.folder])
    #expect(matrix.differences.count == 2)
  }

  static let layouts: [(path: String, verdicts: [String: Link.Verdict])] = [
    (
      "kubeadm/cp-1",
      [
        "client-apiserver": .protected, "apiserver-etcd": .protected, "etcd-peer": .protected,
        "apiserver-kubelet": .weak, "kubelet-apiserver": .protected, "etcd-metrics": .local,
        "controller-manager-apiserver": .protected, "controller-manager-serving": .local,
        "scheduler-apiserver": .protected, "scheduler-serving": .local,
        "kubeconfig-apiserver": .protected, "apiserver-front-proxy": .unknown,
      ]
    ),
    (
      "k3s",
      [
        "client-apiserver": .protected, "apiserver-etcd": .protected, "etcd-peer": .protected,
        "apiserver-kubelet": .protected, "kubelet-apiserver": .protected, "etcd-metrics": .local,
        "controller-manager-apiserver": .protected, "controller-manager-serving": .local,
        "scheduler-apiserver": .protected, "scheduler-serving": .local,
        "kubeconfig-apiserver": .protected, "apiserver-front-proxy": .unknown,
      ]
    ),
    (
      "rke2",
      [
        "client-apiserver": .protected, "apiserver-etcd": .protected, "etcd-peer": .protected,
        "apiserver-kubelet": .protected, "kubelet-apiserver": .protected, "etcd-metrics": .local,
        "controller-manager-apiserver": .protected, "controller-manager-serving": .local,
        "scheduler-apiserver": .protected, "scheduler-serving": .local,
        "kubeconfig-apiserver": .protected, "apiserver-front-proxy": .unknown,
      ]
    ),
  ]

  @Test(arguments: layouts.indices) func judgesTheLayout(_ row: Int) throws {
    let (path, verdicts) = Self.layouts[row]
    let demo = try DemoNodes.shared.get()
    let matrix = try DemoNodes.matrix([demo.folder.appending(path: path)])
    var found: [String: Link.Verdict] = [:]
    for link in matrix.links { found[link.id] = link.verdict }
    #expect(found == verdicts)
    #expect(!matrix.findings.contains { $0.rule.severity >= .high })
  }

  /// The same flags in units of systemd, as when somebody sets a cluster up by hand.
  @Test func judgesUnits() throws {
    let demo = try DemoNodes.shared.get()
    let node = try demo.copy(of: "kubeadm/cp-1")
    for name in ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"] {
      let path = "etc/kubernetes/manifests/\(name).yaml"
      let flags = try node.text(path).components(separatedBy: "\n")
        .filter { $0.hasPrefix("    - --") }.map { String($0.dropFirst(6)) }
      let command = (["/usr/local/bin/\(name)"] + flags).joined(separator: " \\\n  ")
      try node.write(
        "[Service]\nExecStart=\(command)\n", to: "etc/systemd/system/\(name).service")
      try node.remove(path)
    }
    let matrix = try DemoNodes.matrix([node.folder])
    var found: [String: Link.Verdict] = [:]
    for link in matrix.links { found[link.id] = link.verdict }
    #expect(found == Self.layouts[0].verdicts)
    let evidence = matrix.links.first { $0.id == "apiserver-etcd" }?.serverVerified.evidence
    #expect(evidence?.first?.place?.file.hasSuffix("kube-apiserver.service") ?? false)
  }

  /// The same files without their places: found by what is in them.
  @Test func judgesFilesWithoutPlaces() throws {
    let demo = try DemoNodes.shared.get()
    let node = try demo.copy(of: "kubeadm/cp-1")
    let loose = NodeCopy(
      folder: FileManager.default.temporaryDirectory.appending(path: "sealwax-\(UUID())"))
    try FileManager.default.createDirectory(at: loose.folder, withIntermediateDirectories: true)
    for (from, to) in [
      ("etc/kubernetes/manifests", "pods"), ("etc/kubernetes/pki", "pki"),
      ("etc/kubernetes/admin.conf", "admin.conf"),
      ("etc/kubernetes/scheduler.conf", "scheduler.conf"),
      ("etc/kubernetes/controller-manager.conf", "controller-manager.conf"),
      ("var/lib/kubelet/config.yaml", "kubelet.yaml"),
    ] {
      try FileManager.default.copyItem(at: node.url(from), to: loose.url(to))
    }
    let matrix = try DemoNodes.matrix([loose.folder])
    var found: [String: Link.Verdict] = [:]
    for link in matrix.links { found[link.id] = link.verdict }
    #expect(found["apiserver-etcd"] == .protected)
    #expect(found["etcd-peer"] == .protected)
    #expect(found["scheduler-apiserver"] == .protected)
    #expect(found["kubelet-apiserver"] == .unknown)
  }

  /// etcd whose variables are not at hand is not called plain.
  @Test func doesNotGuessAtVariables() throws {
    let node = try DemoNodes.shared.get().copy(of: "kubeadm/cp-1")
    try node.remove("etc/kubernetes/manifests/etcd.yaml")
    try node.write(
      "[Service]\nEnvironmentFile=-/etc/etcd.env\nExecStart=/usr/local/bin/etcd\n",
      to: "etc/systemd/system/etcd.service")
    func matrix() throws -> CoverageMatrix { try DemoNodes.matrix([node.folder]) }
    let unknown = try matrix()
    #expect(!unknown.findings.contains { $0.rule.id == "tls/unreadable-file" })
    #expect(unknown.links.first { $0.id == "etcd-peer" }?.verdict == .unknown)
    #expect(unknown.links.first { $0.id == "apiserver-etcd" }?.verdict == .unknown)
    #expect(!unknown.findings.contains { $0.rule.severity > .high })
    // Without '-', the unit does not start without its file: it is there, but not at hand.
    let unit = "etc/systemd/system/etcd.service"
    try NodeChange.edit(unit, "=-/etc", "=/etc").apply(to: node)
    #expect(try matrix().findings.contains { $0.rule.id == "tls/unreadable-file" })
    try node.write("ETCD_NAME=x\n", to: "etc/etcd.env")
    #expect(try matrix().links.first { $0.id == "apiserver-etcd" }?.encrypted.state == .bad)
    // By default it has no peers but on its own host.
    #expect(try matrix().links.first { $0.id == "etcd-peer" }?.verdict == .local)
  }

  /// A second etcd for other objects is judged beside the one that the API server talks to.
  @Test func judgesSeveralMembersOnANode() throws {
    let node = try DemoNodes.shared.get().copy(of: "kubeadm/cp-1")
    let before = try DemoNodes.matrix([node.folder])
    try node.write(
      "{kind: Pod, spec: {containers: [{command: [etcd, --data-dir=/var/lib/events, "
        + "'--listen-client-urls=http://127.0.0.1:4001', '--listen-peer-urls=http://127.0.0.1:4002']}]}}",
      to: "etc/kubernetes/manifests/etcd-events.yaml")
    let matrix = try DemoNodes.matrix([node.folder])
    let new = matrix.links.filter { link in !before.links.contains { $0.name == link.name } }
    #expect(
      new.map(\.name).sorted() == [
        "clients -> etcd in /var/lib/events",
        "etcd in /var/lib/events -> etcd in /var/lib/events (peer)",
      ])
    #expect(new.map(\.verdict) == [.exposed, .local])
    for link in before.links {
      #expect(matrix.links.first { $0.name == link.name }?.verdict == link.verdict)
    }
    #expect(!matrix.findings.contains { $0.rule.id == "tls/started-twice" })
  }

  /// A static pod that cannot be read leaves its links unknown, and not unsaid.
  @Test func unreadablePodsAreUnknown() throws {
    let node = try DemoNodes.shared.get().copy(of: "kubeadm/cp-1")
    try node.write("{kind: [", to: "etc/kubernetes/manifests/kube-apiserver.yaml")
    let matrix = try DemoNodes.matrix([node.folder])
    #expect(matrix.links.first { $0.id == "client-apiserver" }?.verdict == .unknown)
    #expect(matrix.findings.contains { $0.rule.id == "tls/unreadable-file" })
  }

  /// A folder of links to nodes is a folder of nodes.
  @Test func followsLinksToNodes() throws {
    let demo = try DemoNodes.shared.get()
    let folder = NodeCopy(
      folder: FileManager.default.temporaryDirectory.appending(path: "sealwax-\(UUID())"))
    try FileManager.default.createDirectory(at: folder.folder, withIntermediateDirectories: true)
    for name in ["cp-1", "cp-2"] {
      try FileManager.default.createSymbolicLink(
        at: folder.url("link-\(name)"),
        withDestinationURL: demo.folder.appending(path: "kubeadm/\(name)"))
    }
    let matrix = try DemoNodes.matrix([folder.folder])
    #expect(matrix.nodes == ["link-cp-1", "link-cp-2"])
    #expect(matrix.emptyNodes.isEmpty)
  }

  /// A flat folder has one `ca.crt`: that of etcd, which has another folder, is not taken for it.
  @Test func doesNotTakeTheClusterCAForThatOfEtcd() throws {
    let demo = try DemoNodes.shared.get()
    let root = demo.folder.appending(path: "kubeadm/cp-1/etc/kubernetes")
    let flat = NodeCopy(
      folder: FileManager.default.temporaryDirectory.appending(path: "sealwax-\(UUID())"))
    try FileManager.default.createDirectory(at: flat.folder, withIntermediateDirectories: true)
    for path in [
      "manifests/kube-apiserver.yaml", "manifests/etcd.yaml", "pki/ca.crt", "pki/apiserver.crt",
      "pki/etcd/server.crt",
    ] {
      try FileManager.default.copyItem(
        at: root.appending(path: path),
        to: flat.url(String(path.split(separator: "/").last ?? "")))
    }
    let matrix = try DemoNodes.matrix([flat.folder])
    #expect(matrix.links.first { $0.id == "apiserver-etcd" }?.verdict == .unknown)
    #expect(matrix.links.first { $0.id == "client-apiserver" }?.clientAuthenticated.state == .good)
    #expect(!matrix.findings.contains { $0.rule.id == "tls/etcd-ca-shared" })
  }

  static let times: [(day: String, now: Int, rules: Set<String>, verdict: Link.Verdict)] = [
    ("2026-06-01", 1_780_272_000, [], .protected),
    ("2026-12-15", 1_797_292_800, ["tls/expires-soon"], .protected),
    ("2027-06-01", 1_811_808_000, ["tls/expired"], .broken),
    ("2025-06-01", 1_748_736_000, ["tls/not-yet-valid"], .broken),
  ]

  @Test(arguments: times.indices) func tellsOfTime(_ row: Int) throws {
    let (_, now, rules, verdict) = Self.times[row]
    let demo = try DemoNodes.shared.get()
    let matrix = try DemoNodes.matrix([demo.folder.appending(path: "rke2")], now: now)
    let found = Set(matrix.findings.map(\.rule.id)).intersection([
      "tls/expires-soon", "tls/expired", "tls/not-yet-valid", "tls/link-broken",
    ])
    #expect(found == rules)
    #expect(matrix.links.first { $0.id == "apiserver-etcd" }?.verdict == verdict)
  }

  /// Links of the file system do not lead out of the folder that stands for the root.
  @Test func staysWithinTheRoot() throws {
    let demo = try DemoNodes.shared.get()
    let node = try demo.copy(of: "kubeadm/cp-1")
    let ca = node.url("\(Self.pki)/ca.crt")
    let outside = node.folder.deletingLastPathComponent().appending(path: "\(UUID()).crt")
    try FileManager.default.copyItem(at: ca, to: outside)
    defer { try? FileManager.default.removeItem(at: outside) }
    try FileManager.default.removeItem(at: ca)
    try FileManager.default.createSymbolicLink(
      atPath: ca.path, withDestinationPath: outside.path)
    let matrix = try DemoNodes.matrix([node.folder])
    let link = try #require(matrix.links.first { $0.id == "client-apiserver" })
    #expect(link.clientAuthenticated.state == .unknown)
  }

  /// Whatever damage a file has, it is told of, and nothing crashes.
  @Test func damageIsToldOf() throws {
    let demo = try DemoNodes.shared.get()
    var generator = SystemRandomNumberGenerator()
    let files = [
      "etc/kubernetes/manifests/kube-apiserver.yaml", "etc/kubernetes/manifests/etcd.yaml",
      "etc/kubernetes/kubelet.conf", "etc/kubernetes/scheduler.conf",
      "var/lib/kubelet/config.yaml", "\(Self.pki)/ca.crt", "\(Self.pki)/etcd/server.crt",
      "usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf",
    ]
    let node = try demo.copy(of: "kubeadm/cp-1")
    for file in files {
      let bytes = Array(try Data(contentsOf: node.url(file)))
      for _ in 0..<10 {
        var changed = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
          let index = Int.random(in: 0..<changed.count, using: &generator)
          switch Int.random(in: 0...3, using: &generator) {
          case 0: changed[index] = UInt8.random(in: 0...255, using: &generator)
          case 1: changed.removeSubrange(index...)
          case 2: changed.insert(contentsOf: "&a [*a, {<<: *a}]\n".utf8, at: index)
          default: changed.remove(at: index)
          }
          if changed.isEmpty { changed = [0] }
        }
        try Data(changed).write(to: node.url(file))
        let matrix = try DemoNodes.matrix([node.folder])
        #expect(!matrix.links.isEmpty)
      }
      try Data(bytes).write(to: node.url(file))
    }
  }
}
