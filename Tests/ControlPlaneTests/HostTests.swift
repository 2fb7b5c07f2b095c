import ControlPlane
import CryptoCore
import Testing

/// Units, environment files, k3s and RKE2, kubelets and etcd.
@Suite struct HostTests {
  static func root(_ text: String) throws -> ConfigNode {
    let bytes = Array(text.utf8)
    return try ConfigNode.root(of: bytes.span, file: "f")
  }

  static func unit(_ files: [String], variables: String = "") -> SystemdUnit {
    var unit = SystemdUnit(file: "u")
    for (index, text) in files.enumerated() {
      let bytes = Array(text.utf8)
      unit.read(bytes.span, file: "u\(index)")
    }
    return unit
  }

  static let commands: [(files: [String], variables: String, words: String)] = [
    (["[Service]\nExecStart=/usr/bin/kubelet --a=1 --b 2\n"], "", "/usr/bin/kubelet|--a=1|--b|2"),
    (["[Service]\nExecStart=/k \\\n  --a=1 \\\n  --b='x y'\n"], "", "/k|--a=1|--b=x y"),
    (["[Unit]\nExecStart=/no\n[Service]\nExecStart=-/k \"--a=1 2\"\n"], "", "/k|--a=1 2"),
    // A drop-in takes the command back first.
    (["[Service]\nExecStart=/k --a\n", "[Service]\nExecStart=\nExecStart=/k --b\n"], "", "/k|--b"),
    // $NAME is split into words, ${NAME} is not.
    (
      ["[Service]\nExecStart=/k $A ${A} $NONE x${B}y $$A\n"], "A=--a --b\nB=1\n",
      "/k|--a|--b|--a --b|x1y|$A"
    ),
    (["[Service]\nEnvironment=\"A=--a --c\" B=2\nExecStart=/k $A $B\n"], "", "/k|--a|--c|2"),
    (["[Service]\nEnvironment=A=1\nExecStart=/k $A\n"], "A=2\n", "/k|2"),
    (["[Service]\nExecStart=/bin/sh -c 'exec /k --a'\n"], "", "/k|--a"),
    (["[Service]\n# ExecStart=/no\n; ExecStart=/no\n"], "", ""),
    (["ExecStart=/k"], "", ""),
    ([""], "", ""),
  ]

  @Test(arguments: commands.indices) func readsUnits(_ row: Int) {
    let (files, variables, words) = Self.commands[row]
    let bytes = Array(variables.utf8)
    let found = EnvironmentFile.variables(of: bytes.span, file: "e")
    #expect(Self.unit(files).command(found).map(\.text).joined(separator: "|") == words)
  }

  @Test func flagsOfUnitsHavePlaces() throws {
    let bytes = Array("A=\"--read-only-port=1\"\n".utf8)
    let variables = EnvironmentFile.variables(of: bytes.span, file: "kubeadm-flags.env")
    let unit = Self.unit([
      "[Service]\nEnvironmentFile=-/x/y\nExecStart=/usr/bin/kubelet --a=1 \\\n  --b=2 $A\n"
    ])
    #expect(unit.environmentFiles.map(\.path.text) == ["/x/y"])
    let run = try #require(unit.component(variables))
    #expect(run.component == .kubelet)
    #expect(run.flags.last("a")?.place == Place(file: "u0", line: 3, column: 28))
    #expect(run.flags.last("b")?.place == Place(file: "u0", line: 4, column: 3))
    #expect(run.flags.last("read-only-port")?.place.file == "kubeadm-flags.env")
  }

  static let variables: [(text: String, name: String, value: String)] = [
    ("A=1", "A", "1"), ("A=\"1 2\"", "A", "1 2"), ("A='1 \"2'", "A", "1 \"2"),
    ("# A=0\n; A=0\n\nA= 1 ", "A", "1"), ("A=1 \\\n 2", "A", "1   2"), ("A=", "A", ""),
    ("A=\"open", "A", "open"),
  ]

  @Test(arguments: variables.indices) func readsEnvironmentFiles(_ row: Int) {
    let bytes = Array(Self.variables[row].text.utf8)
    let found = EnvironmentFile.variables(of: bytes.span, file: "e")
    #expect(found.last?.name == Self.variables[row].name)
    #expect(found.last?.value.text == Self.variables[row].value)
  }

  /// Flags, file, what counts: `from` is what the setting is said to come from.
  static let kubelets:
    [(flags: String?, files: [String], name: String, value: String, from: String)] = [
      (nil, [], "anonymous-auth", "true", "default"),
      ("", [], "anonymous-auth", "true", "default"),
      ("", ["{}"], "anonymous-auth", "false", "default"),
      ("", ["{}"], "authorization-mode", "Webhook", "default"),
      ("", [], "authorization-mode", "AlwaysAllow", "default"),
      ("", [], "read-only-port", "10255", "default"),
      ("", ["{}"], "read-only-port", "0", "default"),
      ("", ["readOnlyPort: 10255"], "read-only-port", "10255", "field"),
      ("", ["authentication: {anonymous: {enabled: yes}}"], "anonymous-auth", "true", "field"),
      (
        "--anonymous-auth=false", ["authentication: {anonymous: {enabled: true}}"],
        "anonymous-auth", "false", "flag"
      ),
      ("--anonymous-auth", ["{}"], "anonymous-auth", "true", "flag"),
      ("--read-only-port 1 --read-only-port=2", ["{}"], "read-only-port", "2", "flag"),
      ("--tls_min_version=VersionTLS13", [], "tls-min-version", "VersionTLS13", "flag"),
      ("--tls-cipher-suites=A,B --tls-cipher-suites=C", [], "tls-cipher-suites", "A,B,C", "flag"),
      ("", ["tlsCipherSuites: [A, B]"], "tls-cipher-suites", "A,B", "field"),
      // A file of --config-dir is merged over the first.
      ("", ["tlsMinVersion: a", "tlsMinVersion: b"], "tls-min-version", "b", "field"),
      ("", ["tlsMinVersion: a", "port: 1"], "tls-min-version", "a", "field"),
      ("", ["tlsMinVersion: null"], "tls-min-version", "", "default"),
    ]

  @Test(arguments: kubelets.indices) func resolvesKubelets(_ row: Int) throws {
    let (flags, files, name, value, from) = Self.kubelets[row]
    let run = flags.flatMap { Self.unit(["[Service]\nExecStart=/kubelet \($0)\n"]).component([]) }
    let settings = KubeletSettings(run: run, files: try files.map(Self.root))
    let setting = settings.setting(name)
    #expect(setting.value == value)
    #expect(Self.origin(setting) == from)
  }

  static func origin(_ setting: Setting) -> String {
    switch setting.source {
    case .flag: "flag"
    case .field: "field"
    case .variable: "variable"
    case .builtIn: "built in"
    case .defaultValue: "default"
    }
  }

  static let etcds:
    [(flags: String, variables: String, file: String?, name: String, value: String, from: String)] =
      [
        ("", "", nil, "listen-client-urls", "http://localhost:2379", "default"),
        ("--cert-file=/a", "", nil, "cert-file", "/a", "flag"),
        ("-cert-file /a --cert-file=/b", "", nil, "cert-file", "/b", "flag"),
        ("", "ETCD_CERT_FILE=/e", nil, "cert-file", "/e", "variable"),
        ("--cert-file=/a", "ETCD_CERT_FILE=/e", nil, "cert-file", "/a", "flag"),
        ("--client-cert-auth", "", nil, "client-cert-auth", "true", "flag"),
        ("--client-cert-auth=false", "", nil, "client-cert-auth", "false", "flag"),
        // A second list replaces the first.
        (
          "--listen-client-urls=http://a --listen-client-urls=https://b", "", nil,
          "listen-client-urls", "https://b", "flag"
        ),
        // With a configuration file, nothing else counts.
        (
          "--config-file=/c --cert-file=/a", "", "client-transport-security: {cert-file: /f}",
          "cert-file", "/f", "field"
        ),
        ("--config-file=/c --cert-file=/a", "", "{name: x}", "cert-file", "", "default"),
        (
          "", "ETCD_CONFIG_FILE=/c", "peer-transport-security: {client-cert-auth: true}",
          "peer-client-cert-auth", "true", "field"
        ),
        ("--config-file=/c", "", "cipher-suites: [A, B]", "cipher-suites", "A,B", "field"),
      ]

  @Test(arguments: etcds.indices) func resolvesEtcd(_ row: Int) throws {
    let (flags, variables, file, name, value, from) = Self.etcds[row]
    let unit = Self.unit(["[Service]\nEnvironment=\(variables)\nExecStart=/etcd \(flags)\n"])
    let run = try #require(unit.component([]))
    let settings = EtcdSettings(run: run, file: try file.map(Self.root))
    #expect(settings.setting(name).value == value)
    #expect(Self.origin(settings.setting(name)) == from)
    #expect(!settings.isIncomplete)
    let isNamed = EtcdSettings.configurationFile(of: run)?.text == "/c"
    #expect(isNamed == (file != nil))
    #expect(EtcdSettings(run: run, file: nil).isIncomplete == isNamed)
  }

  @Test func buildsCommandLinesOfK3s() throws {
    let files = [
      "cluster-init: true\nkube-apiserver-arg: [anonymous-auth=true, a_b=1]\netcd-arg: c=1\n",
      "kube-apiserver-arg+: [anonymous-auth=false]\n", "data-dir: /data\n",
    ]
    let k3s = RancherConfiguration(.k3s, files: try files.map(Self.root), arguments: nil, file: "c")
    #expect(k3s.wantsEtcd)
    let runs = k3s.components(excluding: [], hasEtcd: true, isServer: true)
    #expect(
      runs.map(\.component).sorted() == [
        .apiServer, .controllerManager, .scheduler, .kubelet, .etcd,
      ])
    let api = try #require(runs.first { $0.component == .apiServer })
    #expect(api.flags.last("anonymous-auth")?.value == "false")
    #expect(api.flags.all("anonymous-auth").map(\.value) == ["true", "false"])
    #expect(api.flags.last("a-b")?.place.line == 2)
    #expect(api.flags.last("client-ca-file")?.value == "/data/server/tls/client-ca.crt")
    #expect(api.flags.last("client-ca-file")?.distribution == "k3s")
    #expect(api.flags.last("etcd-servers")?.value == "https://127.0.0.1:2379")
    let agent = k3s.components(excluding: [], hasEtcd: true, isServer: false)
    #expect(agent.map(\.component) == [.kubelet])
    let sqlite = k3s.components(excluding: [.kubelet], hasEtcd: false, isServer: true)
    #expect(!sqlite.contains { $0.component == .etcd || $0.component == .kubelet })
    let storage = sqlite.first { $0.component == .apiServer }?.flags.last("etcd-servers")?.value
    #expect(storage?.hasPrefix("unix://") ?? false)
  }

  /// What the command line of k3s says replaces what the file says.
  @Test func argumentsOfK3sWin() throws {
    let words = ["--kube-apiserver-arg=a=2", "--kube-apiserver-arg", "b=3", "--cluster-init"]
    let flags = Flags(
      words.map { PlacedText($0, at: Place(file: "u")) }, RancherConfiguration.syntax)
    let k3s = RancherConfiguration(
      .k3s, files: [try Self.root("kube-apiserver-arg: [a=1, c=1]")], arguments: flags, file: "c")
    let api = k3s.components(excluding: [], hasEtcd: true, isServer: true)
      .first { $0.component == .apiServer }
    #expect(api?.flags.last("a")?.value == "2")
    #expect(api?.flags.last("b")?.value == "3")
    #expect(api?.flags.last("c") == nil)
    #expect(k3s.wantsEtcd)
  }

  /// What stands in the configuration, and a flag of the API server: nil where it is not set.
  static let rancher:
    [(distribution: RancherConfiguration.Distribution, text: String, flag: String, value: String?)] =
      [
        (.k3s, "{}", "secure-port", "6444"), (.rke2, "{}", "secure-port", "6443"),
        (.k3s, "https-listen-port: 8443", "secure-port", "8444"),
        (.k3s, "https-listen-port: 65535", "secure-port", "6444"),
        (.k3s, "{}", "bind-address", "127.0.0.1"), (.rke2, "{}", "bind-address", "0.0.0.0"),
        (.k3s, "{}", "anonymous-auth", "false"), (.k3s, "{}", "authorization-mode", "Node,RBAC"),
        // A file of the user's own takes their place.
        (.k3s, "kube-apiserver-arg: [authentication-config=/a]", "anonymous-auth", nil),
        (.k3s, "kube-apiserver-arg: authorization-config=/a", "authorization-mode", nil),
        (.k3s, "egress-selector-mode: disabled", "egress-selector-config-file", nil),
        (.k3s, "service-cidr: 10.9.0.0/16", "service-cluster-ip-range", "10.9.0.0/16"),
        (.k3s, "{}", "service-cluster-ip-range", "10.43.0.0/16"),
        (.rke2, "advertise-address: 192.0.2.1", "advertise-address", "192.0.2.1"),
      ]

  @Test(arguments: rancher.indices) func setsWhatTheDistributionSets(_ row: Int) throws {
    let (distribution, text, flag, value) = Self.rancher[row]
    let configuration = RancherConfiguration(
      distribution, files: [try Self.root(text)], arguments: nil, file: "c")
    let api = configuration.components(excluding: [], hasEtcd: true, isServer: true)
      .first { $0.component == .apiServer }
    #expect(api?.flags.last(flag)?.value == value)
  }
}
