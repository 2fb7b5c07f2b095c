/// The configuration of k3s or RKE2, and how these start the components.
///
/// Both build the command lines themselves, from fixed paths below their data folder and what
/// `kube-apiserver-arg` and its like add (k3s-io/k3s: pkg/daemons/control/server.go and deps/deps.go,
/// pkg/daemons/agent/agent.go and agent_linux.go; rancher/rke2: pkg/cli/defaults/defaults.go and
/// pkg/executor/staticpod/staticpod.go). Which version it is stands in no file of theirs: what counts
/// here is what the newest do.
public struct RancherConfiguration: Sendable {
  /// The two.
  public enum Distribution: String, Sendable, CaseIterable {
    /// One process with all components in it.
    case k3s
    /// Static pods; the kubelet is a child process.
    case rke2

    /// Its configuration file.
    public var configurationPath: String { "/etc/rancher/\(rawValue)/config.yaml" }
    /// The folder with files that are read behind it, in the order of their names.
    public var dropInFolder: String { configurationPath + ".d" }
  }

  /// Which of the two.
  public let distribution: Distribution
  private let place: Place
  private var values: [String: [PlacedText]] = [:]

  /// Reads the configuration.
  ///
  /// - Parameters:
  ///   - distribution: Which of the two.
  ///   - files: `config.yaml`, then the files of `config.yaml.d`; a list of a later file replaces the
  ///     earlier one's, unless its key ends with `+`.
  ///   - arguments: What stands on the command line of its unit, behind `server` or `agent`.
  ///   - environment: The variables of its unit, which count where nothing else does.
  ///   - file: What it is called where there is no file.
  public init(
    _ distribution: Distribution, files: [ConfigNode], arguments: Flags?,
    environment: [String: PlacedText] = [:], file: String
  ) {
    self.distribution = distribution
    place = files.first?.place ?? Place(file: file)
    for root in files {
      for pair in root.pairs {
        let isAdded = pair.key.text.hasSuffix("+")
        let key = isAdded ? String(pair.key.text.dropLast()) : pair.key.text
        values[key] = (isAdded ? values[key] ?? [] : []) + pair.value.texts
      }
    }
    var isReplaced: Set<String> = []
    for flag in arguments?.occurrences ?? [] {
      if isReplaced.insert(flag.name).inserted { values[flag.name] = [] }
      values[flag.name, default: []].append(PlacedText(flag.value, at: flag.place))
    }
    let prefix = distribution.rawValue.uppercased() + "_DATASTORE_"
    for name in ["ENDPOINT", "CAFILE", "CERTFILE", "KEYFILE"] {
      let key = "datastore-" + name.lowercased()
      guard values[key] == nil, let value = environment[prefix + name] else { continue }
      values[key] = [value]
    }
  }

  /// How the unit's own command line is taken apart.
  public static let syntax = FlagSyntax(
    library: .pflag,
    switches: [
      "cluster-init", "disable-agent", "disable-apiserver", "disable-controller-manager",
      "disable-cloud-controller", "disable-etcd", "disable-helm-controller", "disable-kube-proxy",
      "disable-network-policy", "disable-scheduler", "docker", "embedded-registry",
      "etcd-disable-snapshots", "etcd-expose-metrics", "etcd-s3", "protect-kernel-defaults",
      "rootless", "secrets-encryption", "selinux", "debug", "enable-pprof",
      "prefer-bundled-bin",
    ])

  /// Where its data lies.
  public var dataFolder: String {
    let written = values["data-dir"]?.last?.text ?? ""
    return MountTable.clean(written.isEmpty ? "/var/lib/rancher/\(distribution.rawValue)" : written)
  }

  private var tls: String { dataFolder + "/server/tls" }
  private var credentials: String { dataFolder + "/server/cred" }
  private var agent: String { dataFolder + "/agent" }

  /// Where RKE2 keeps its static pods.
  public var staticPodFolder: String { agent + "/pod-manifests" }
  /// Where the etcd that it runs has its configuration.
  public var etcdConfigurationPath: String { dataFolder + "/server/db/etcd/config" }

  /// The components as it starts them.
  ///
  /// - Parameters:
  ///   - excluded: Those of which something better is at hand, such as their static pods.
  ///   - hasEtcd: Whether it runs etcd; else it has SQLite or a database of its own choice.
  ///   - isServer: Whether it has a control plane.
  public func components(
    excluding excluded: Set<Component>, hasEtcd: Bool, isServer: Bool
  ) -> [ComponentRun] {
    var kinds: [Component] = [.kubelet]
    if isServer { kinds += [.apiServer, .controllerManager, .scheduler] }
    if isServer, hasEtcd { kinds.append(.etcd) }
    return kinds.filter { !excluded.contains($0) }.map { run($0, hasEtcd: hasEtcd) }
  }

  private func run(_ component: Component, hasEtcd: Bool) -> ComponentRun {
    var flags = Flags(FlagSyntax.of(component))
    let added = values[Self.keys[component] ?? ""] ?? []
    let names = Set(added.compactMap { Self.split($0)?.name })
    for (name, value) in builtIn(component, hasEtcd: hasEtcd) where !names.contains(name) {
      flags.append(name, value, at: place, by: distribution.rawValue)
    }
    for argument in added {
      guard let parts = Self.split(argument) else { continue }
      flags.append(parts.name, parts.value, at: argument.place)
    }
    return ComponentRun(
      component: component, starter: .distribution, place: place, flags: flags, environment: [:],
      mounts: .none, image: nil, version: nil, usesHostNetwork: true)
  }

  private static let keys: [Component: String] = [
    .apiServer: "kube-apiserver-arg", .controllerManager: "kube-controller-manager-arg",
    .scheduler: "kube-scheduler-arg", .kubelet: "kubelet-arg", .etcd: "etcd-arg",
  ]

  private static func split(_ argument: PlacedText) -> (name: String, value: String)? {
    let text = argument.text.drop { $0 == "-" }
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = parts.first, !name.isEmpty else { return nil }
    return (String(name.map { $0 == "_" ? "-" : $0 }), parts.count > 1 ? String(parts[1]) : "true")
  }

  private func builtIn(_ component: Component, hasEtcd: Bool) -> [(String, String)] {
    switch component {
    case .apiServer: apiServer + datastore(hasEtcd)
    case .controllerManager:
      [
        ("kubeconfig", "\(credentials)/controller.kubeconfig"),
        ("authentication-kubeconfig", "\(credentials)/controller.kubeconfig"),
        ("authorization-kubeconfig", "\(credentials)/controller.kubeconfig"),
        ("bind-address", "127.0.0.1"), ("profiling", "false"), ("secure-port", "10257"),
        ("root-ca-file", "\(tls)/server-ca.crt"),
        ("tls-cert-file", "\(tls)/kube-controller-manager/kube-controller-manager.crt"),
        ("tls-private-key-file", "\(tls)/kube-controller-manager/kube-controller-manager.key"),
        ("service-account-private-key-file", "\(tls)/service.current.key"),
        ("use-service-account-credentials", "true"),
      ]
    case .scheduler:
      [
        ("kubeconfig", "\(credentials)/scheduler.kubeconfig"),
        ("authentication-kubeconfig", "\(credentials)/scheduler.kubeconfig"),
        ("authorization-kubeconfig", "\(credentials)/scheduler.kubeconfig"),
        ("bind-address", "127.0.0.1"), ("profiling", "false"), ("secure-port", "10259"),
        ("tls-cert-file", "\(tls)/kube-scheduler/kube-scheduler.crt"),
        ("tls-private-key-file", "\(tls)/kube-scheduler/kube-scheduler.key"),
      ]
    case .kubelet:
      [
        ("anonymous-auth", "false"), ("authentication-token-webhook", "true"),
        ("authorization-mode", "Webhook"), ("client-ca-file", "\(agent)/client-ca.crt"),
        ("kubeconfig", "\(agent)/kubelet.kubeconfig"), ("read-only-port", "0"),
        ("tls-cert-file", "\(agent)/serving-kubelet.crt"),
        ("tls-private-key-file", "\(agent)/serving-kubelet.key"),
      ]
    case .etcd: [("config-file", etcdConfigurationPath)]
    default: []
    }
  }

  private var apiServer: [(String, String)] {
    var flags = [
      ("bind-address", distribution == .rke2 ? "0.0.0.0" : "127.0.0.1"),
      ("cert-dir", "\(tls)/temporary-certs"),
      ("client-ca-file", "\(tls)/client-ca.crt"),
      ("enable-admission-plugins", "NodeRestriction"),
      ("kubelet-certificate-authority", "\(tls)/server-ca.crt"),
      ("kubelet-client-certificate", "\(tls)/client-kube-apiserver.crt"),
      ("kubelet-client-key", "\(tls)/client-kube-apiserver.key"), ("profiling", "false"),
      ("proxy-client-cert-file", "\(tls)/client-auth-proxy.crt"),
      ("proxy-client-key-file", "\(tls)/client-auth-proxy.key"),
      ("requestheader-allowed-names", "system:auth-proxy"),
      ("requestheader-client-ca-file", "\(tls)/request-header-ca.crt"),
      ("secure-port", securePort), ("service-account-key-file", "\(tls)/service.key"),
      ("service-account-signing-key-file", "\(tls)/service.current.key"),
      ("tls-cert-file", "\(tls)/serving-kube-apiserver.crt"),
      ("tls-private-key-file", "\(tls)/serving-kube-apiserver.key"),
      ("service-cluster-ip-range", value("service-cidr") ?? "10.43.0.0/16"),
    ]
    // What a configuration file of the user's says is not contradicted.
    let added = Set(
      (values["kube-apiserver-arg"] ?? []).compactMap { Self.split($0)?.name })
    if !added.contains("authorization-config") {
      flags.append(("authorization-mode", "Node,RBAC"))
    }
    if !added.contains("authentication-config") { flags.append(("anonymous-auth", "false")) }
    if value("egress-selector-mode") != "disabled" {
      let file = "\(dataFolder)/server/etc/egress-selector-config.yaml"
      flags.append(("egress-selector-config-file", file))
    }
    if let address = value("advertise-address") { flags.append(("advertise-address", address)) }
    return flags
  }

  /// k3s has its supervisor in front, on the port below.
  private var securePort: String {
    guard distribution == .k3s else { return "6443" }
    let front = value("https-listen-port").flatMap { Int($0) } ?? 6443
    return (1..<65_535).contains(front) ? String(front + 1) : "6444"
  }

  /// The last value of a key; nil for none.
  private func value(_ key: String) -> String? {
    values[key]?.last.flatMap { $0.text.isEmpty ? nil : $0.text }
  }

  private func datastore(_ hasEtcd: Bool) -> [(String, String)] {
    guard hasEtcd else {
      if let endpoint = value("datastore-endpoint"), endpoint.hasPrefix("http") {
        let files = [
          ("etcd-cafile", "cafile"), ("etcd-certfile", "certfile"), ("etcd-keyfile", "keyfile"),
        ]
        return [("etcd-servers", endpoint)]
          + files.compactMap { flag, key in value("datastore-\(key)").map { (flag, $0) } }
      }
      // Its own translator to SQL listens on a socket; that one talks to a database elsewhere.
      return [("etcd-servers", "unix://\(dataFolder)/server/kine.sock")]
    }
    return [
      ("etcd-servers", "https://127.0.0.1:2379"), ("etcd-cafile", "\(tls)/etcd/server-ca.crt"),
      ("etcd-certfile", "\(tls)/etcd/client.crt"), ("etcd-keyfile", "\(tls)/etcd/client.key"),
    ]
  }

  /// The database elsewhere that its translator talks to; nil for etcd and SQLite.
  public var datastore: Datastore? {
    let names = ["cafile", "certfile", "keyfile"]
    let hasCertificates = names.contains { value("datastore-\($0)") != nil }
    return values["datastore-endpoint"]?.last.flatMap {
      Datastore($0, hasCertificates: hasCertificates)
    }
  }
  /// The certificates that sign for that database.
  public var datastoreCertificateAuthority: PlacedText? {
    values["datastore-cafile"]?.last.flatMap { $0.text.isEmpty ? nil : $0 }
  }
  /// Whether etcd is asked for.
  public var wantsEtcd: Bool {
    guard value("datastore-endpoint") == nil else { return false }
    return values["cluster-init"]?.last.flatMap { Flags.bool($0.text) } ?? false
      || values["server"]?.last?.text.isEmpty == false || distribution == .rke2
  }
}
