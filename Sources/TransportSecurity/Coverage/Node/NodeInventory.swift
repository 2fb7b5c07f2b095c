internal import ControlPlane
internal import CryptoCore
internal import Findings
internal import Platform

/// What of a control plane is on a node: its components, and how each is set up.
struct NodeInventory: Sendable {
  let root: NodeRoot
  /// The components, each once: of a static pod and a unit for the same one, the pod.
  private(set) var runs: [ComponentRun] = []
  /// The kubelet; nil when nothing of it is at hand.
  private(set) var kubelet: KubeletSettings?
  /// etcd; nil when nothing of it is at hand.
  private(set) var etcd: EtcdSettings?
  /// Members for other objects beside it (`--etcd-servers-overrides`).
  private(set) var otherEtcds: [EtcdSettings] = []
  /// Kubeconfigs that were found, by their paths on the node.
  private(set) var kubeconfigs: [(path: String, kubeconfig: Kubeconfig)] = []
  /// Objects of the cluster that lie among the files.
  private(set) var objects: [ConfigNode] = []
  /// k3s or RKE2; nil for others.
  private(set) var rancher: RancherConfiguration?
  /// Files that could not be made sense of.
  private(set) var problems: [Finding] = []

  private var kubeletFiles: [ConfigNode] = []
  /// Whether the first of them is the file of `--config`; nil: when there is any.
  private var hasMainKubeletFile: Bool?
  private var isKubeletFileUncertain = false
  private var etcdFile: ConfigNode?
  private var otherEtcdRuns: [ComponentRun] = []

  init(_ root: NodeRoot) {
    self.root = root
    if root.isRoot { gather() } else { gatherLoose() }
    runs.sort { $0.component < $1.component }
    settle()
  }

  /// How a component is started; nil when nothing of it is at hand.
  func run(_ component: Component) -> ComponentRun? {
    runs.first { $0.component == component }
  }

  /// The version of Kubernetes, as the images say it.
  var version: KubernetesVersion? {
    let kinds: [Component] = [.apiServer, .controllerManager, .scheduler]
    return kinds.lazy.compactMap { run($0)?.version }.first
  }

  /// Whether there is anything of a control plane.
  var isEmpty: Bool {
    runs.isEmpty && kubelet == nil && etcd == nil && kubeconfigs.isEmpty && objects.isEmpty
      && !problems.contains { $0.message == Self.denied }
  }

  private static let denied = "\(PlatformError.Code.permissionDenied)"

  // MARK: A node's root

  private mutating func gather() {
    for component in [
      "kubelet", "kube-apiserver", "kube-controller-manager", "kube-scheduler",
      "etcd", "kube-proxy",
    ] {
      guard let unit = UnitFiles(root).unit(component) else { continue }
      if let run = unit.run { add(run) }
      for file in unit.missingFiles {
        problems.append(
          Finding(
            CoverageRules.unreadable, "the variables of \(component) are not at hand: \(file.text)",
            file: file.place.file, line: file.place.line, column: file.place.column))
      }
    }
    for distribution in RancherConfiguration.Distribution.allCases { gather(distribution) }
    gatherKubeletFiles()
    let settings = kubeletSettings
    let named = settings.setting("pod-manifest-path").value
    for folder in Set([named.isEmpty ? "/etc/kubernetes/manifests" : named]) {
      gatherPods(in: folder)
    }
    for path in NodeInventory.kubeconfigPaths where root.hasFile(path) { addKubeconfig(path) }
  }

  private mutating func gatherKubeletFiles() {
    let kubeletRun = run(.kubelet)
    let usual = "/var/lib/kubelet/config.yaml"
    let named = kubeletRun?.flags.last("config")?.value
    if let path = kubeletRun == nil ? usual : named {
      if root.hasFile(path), let node = config(path) { kubeletFiles.append(node) }
    } else if let kubeletRun, kubeletRun.starter != .distribution {
      // The flag may stand where nobody looked.
      isKubeletFileUncertain = kubeletRun.hasHiddenEnvironment || root.hasFile(usual)
    }
    hasMainKubeletFile = !kubeletFiles.isEmpty
    guard let folder = kubeletRun?.flags.last("config-dir")?.value else { return }
    for file in root.files(in: folder, suffix: ".conf", isDeep: true) {
      if let node = config(file) { kubeletFiles.append(node) }
    }
  }

  private var kubeletSettings: KubeletSettings {
    KubeletSettings(
      run: run(.kubelet), files: kubeletFiles, hasMainFile: hasMainKubeletFile,
      isFileUncertain: isKubeletFileUncertain)
  }

  /// Where kubeadm, k3s, RKE2 and kubectl keep those that no flag names.
  private static let kubeconfigPaths = [
    "/etc/kubernetes/admin.conf", "/etc/kubernetes/super-admin.conf",
    "/etc/rancher/k3s/k3s.yaml", "/etc/rancher/rke2/rke2.yaml", "/root/.kube/config",
  ]

  private mutating func gatherPods(in folder: String) {
    if let error = root.listingProblem(folder) {
      problems.append(
        Finding(CoverageRules.unreadable, "\(error.code)", file: root.shown(folder)))
    }
    for path in root.files(in: folder) {
      // The kubelet takes every file but hidden ones, whatever its name ends with.
      let name = path.split(separator: "/").last ?? ""
      guard !name.hasPrefix(".") else { continue }
      for run in documents(path).flatMap(PodManifest.components) { add(run) }
    }
  }

  private mutating func gather(_ distribution: RancherConfiguration.Distribution) {
    let units = UnitFiles(root)
    let names = distribution == .k3s ? ["k3s", "k3s-agent"] : ["rke2-server", "rke2-agent"]
    let unit = names.lazy.compactMap { units.unit($0) }.first
    var files: [ConfigNode] = []
    if root.hasFile(distribution.configurationPath),
      let node = config(distribution.configurationPath)
    {
      files.append(node)
    }
    for path in root.files(in: distribution.dropInFolder, suffix: ".yaml") {
      if let node = config(path) { files.append(node) }
    }
    let isThere = unit != nil || !files.isEmpty
    let words = unit?.words ?? []
    let configuration = RancherConfiguration(
      distribution, files: files,
      arguments: Flags(Array(words.dropFirst(2)), RancherConfiguration.syntax),
      environment: unit?.environment ?? [:], file: root.shown(distribution.configurationPath))
    let data = configuration.dataFolder
    guard isThere || !root.files(in: data + "/server/tls").isEmpty else { return }
    rancher = configuration
    gatherPods(in: configuration.staticPodFolder)
    let isAgent = words.dropFirst().first?.text == "agent" || words.first?.text == "agent"
    let hasEtcd =
      configuration.wantsEtcd || root.hasFile(configuration.etcdConfigurationPath)
    let found = configuration.components(
      excluding: Set(runs.map(\.component)), hasEtcd: hasEtcd, isServer: !isAgent)
    for run in found { add(run) }
    addKubeconfig(data + "/server/cred/admin.kubeconfig")
  }

  // MARK: Files without places

  private mutating func gatherLoose() {
    for path in root.looseFiles {
      let name = path.split(separator: "/").last ?? ""
      let ending = name.split(separator: ".").last ?? ""
      if ending == "service" {
        if let run = UnitFiles(root).loose(path)?.run { add(run) }
        continue
      }
      guard ["yaml", "yml", "json", "conf", "kubeconfig", "config"].contains(ending) else {
        continue
      }
      for node in documents(path) { sort(node, path) }
    }
  }

  private mutating func sort(_ node: ConfigNode, _ path: String) {
    if Kubeconfig.isKubeconfig(node) {
      kubeconfigs.append((path, Kubeconfig(node, file: node.place.file)))
    } else if KubeletSettings.isConfiguration(node) {
      kubeletFiles.append(node)
    } else if node["client-transport-security"] != nil || node["listen-client-urls"] != nil {
      etcdFile = node
    } else {
      for run in PodManifest.components(of: node) { add(run) }
      objects.append(node)
    }
  }

  // MARK: Together

  private mutating func add(_ run: ComponentRun) {
    if let index = runs.firstIndex(where: { $0.component == run.component }) {
      // A pod says more than a unit that may be left over.
      if run.starter == .pod, runs[index].starter != .pod {
        runs[index] = run
      } else if run.starter == .pod, run.component == .etcd,
        run.flags.last("data-dir")?.value != runs[index].flags.last("data-dir")?.value
      {
        otherEtcdRuns.append(run)
      } else if run.starter == .pod, Self.single.contains(run.component) {
        problems.append(
          Finding(
            CoverageRules.startedTwice,
            "\(run.component.rawValue) is started here and at \(runs[index].place.label)",
            file: run.place.file, line: run.place.line, column: run.place.column))
      }
      return
    }
    runs.append(run)
  }

  /// Components of which a node has one.
  private static let single: Set<Component> = [
    .apiServer, .controllerManager, .scheduler, .etcd,
  ]

  private mutating func addKubeconfig(_ path: String) {
    guard root.hasFile(path), !kubeconfigs.contains(where: { $0.path == path }) else { return }
    guard let node = config(path), Kubeconfig.isKubeconfig(node) else { return }
    kubeconfigs.append((path, Kubeconfig(node, file: node.place.file)))
  }

  private mutating func settle() {
    if run(.kubelet) != nil || !kubeletFiles.isEmpty { kubelet = kubeletSettings }
    settleEtcds()
    let etcdRun = run(.etcd)
    if let etcdRun, let path = EtcdSettings.configurationFile(of: etcdRun) {
      if let host = etcdRun.location(of: path.text).path, root.hasFile(host) {
        etcdFile = config(host) ?? etcdFile
      }
    } else if etcdRun != nil {
      // A file that lies about counts only where it is asked for.
      etcdFile = nil
    }
    if etcdRun != nil || etcdFile != nil { etcd = EtcdSettings(run: etcdRun, file: etcdFile) }
  }

  /// Of several members on the node, the first is the one that the API server talks to.
  private mutating func settleEtcds() {
    guard !otherEtcdRuns.isEmpty, let index = runs.firstIndex(where: { $0.component == .etcd })
    else { return }
    let ports = Set(
      (run(.apiServer)?.flags.list("etcd-servers") ?? []).map { Endpoint($0.text).port })
    var all = [runs[index]] + otherEtcdRuns
    let main = all.firstIndex { run in
      EtcdSettings(run: run, file: nil).setting("listen-client-urls").elements.contains {
        ports.contains(Endpoint($0).port)
      }
    }
    runs[index] = all.remove(at: main ?? 0)
    otherEtcds = all.map { EtcdSettings(run: $0, file: nil) }.filter { !$0.isIncomplete }
  }

  /// The root of a configuration file of the node; nil, and a problem, when it cannot be read.
  mutating func config(_ path: String) -> ConfigNode? { documents(path).first }

  /// The documents of a file; none, and a problem, when it cannot be read.
  private mutating func documents(_ path: String) -> [ConfigNode] {
    let shown = root.shown(path)
    do throws(PlatformError) {
      let file = try root.read(path)
      do throws(ControlPlaneError) {
        return try ConfigNode.documents(of: file.bytes.bytes, file: shown)
      } catch {
        problems.append(
          Finding(
            CoverageRules.unreadable, error.message, file: shown, line: error.place.line,
            column: error.place.column))
      }
    } catch {
      problems.append(Finding(CoverageRules.unreadable, "\(error.code)", file: shown))
    }
    return []
  }
}
