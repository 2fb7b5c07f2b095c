import ControlPlane
import CryptoCore
import FuzzSupport

/// Reads arbitrary bytes as every file of a control plane, and its lines as a command line.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  withInput(data, count) { bytes in
    readDocuments(bytes)
    readUnit(bytes)
    readFlags(bytes)
  }
}

private func readDocuments(_ bytes: Span<UInt8>) {
  guard let documents = try? ConfigNode.documents(of: bytes, file: "f") else { return }
  for root in documents {
    for run in PodManifest.components(of: root) { ask(run) }
    let kubelet = KubeletSettings(run: nil, files: [root, root])
    for name in KubeletSettings.names { _ = kubelet.setting(name) }
    _ = kubelet.tracingEndpoint
    let etcd = EtcdSettings(run: nil, file: root)
    for name in ["cert-file", "listen-client-urls", "peer-client-cert-auth"] {
      _ = etcd.setting(name)
    }
    let kubeconfig = Kubeconfig(root, file: "f")
    let current = kubeconfig.current
    if let material = current.cluster?.certificateAuthority, material.path == nil {
      _ = material.embedded()
    }
    let rancher = RancherConfiguration(.k3s, files: [root], arguments: nil, file: "f")
    if let text = root["datastore-endpoint"]?.text {
      _ = Datastore(text, hasCertificates: false)?.isLocal
    }
    for run in rancher.components(excluding: [], hasEtcd: true, isServer: true) { ask(run) }
    _ = EgressSelection.all(in: root).count + RequestWebhooks.authorizers(in: root).count
    _ = RequestWebhooks.issuers(in: root).count + RequestWebhooks.imagePolicies(in: root).count
    _ = ServedWebhook.all(in: root).count + IngressBackend.all(in: root).count
  }
}

private func ask(_ run: ComponentRun) {
  for flag in run.flags.occurrences {
    let location = run.location(of: flag.value)
    if let path = location.path, !path.hasPrefix("/") || path.contains("/../") {
      finding("a path on the node that is not clean")
    }
    if flag.place.line < 1 || flag.place.column < 1 { finding("a place before the first") }
    _ = run.flags.list(flag.name)
  }
  let floor = TLSFloor(
    kubernetes: ComponentDefaults.setting("tls-min-version", of: run).value,
    suites: ComponentDefaults.setting("tls-cipher-suites", of: run).elements)
  if floor.version == .tls13, !floor.insecureSuites.isEmpty { finding("suites of TLS 1.3") }
}

private func readUnit(_ bytes: Span<UInt8>) {
  var unit = SystemdUnit(file: "u")
  unit.read(bytes, file: "u")
  let variables = EnvironmentFile.variables(of: bytes, file: "e")
  if let run = unit.component(variables) { ask(run) }
  _ = unit.environmentFiles
}

/// `--name value` and `--name=value` mean the same, and no word gets lost.
private func readFlags(_ bytes: Span<UInt8>) {
  guard let text = bytes.text else { return }
  let words = text.split(separator: "\n").prefix(200).enumerated().map {
    PlacedText(String($1), at: Place(file: "f", line: $0 + 1, column: 1))
  }
  for component in [Component.apiServer, .etcd] {
    let syntax = FlagSyntax.of(component)
    let flags = Flags(words, syntax)
    if flags.occurrences.count + flags.arguments.count > words.count { finding("a word twice") }
    // A name that begins with '_' becomes one that begins with '-': three of them are no flag.
    guard flags.problem == nil, !flags.occurrences.contains(where: { $0.name.hasPrefix("-") })
    else { continue }
    let joined = flags.occurrences.filter { $0.name != "v" }.map {
      PlacedText("--\($0.name)=\($0.value)", at: $0.place)
    }
    let again = Flags(joined, syntax)
    let before = flags.occurrences.filter { $0.name != "v" }.map { [$0.name, $0.value] }
    let after = again.occurrences.map { [$0.name, $0.value] }
    if before != after { finding("written another way, the flags are others") }
  }
}
