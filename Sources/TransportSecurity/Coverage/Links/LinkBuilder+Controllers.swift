internal import ControlPlane
internal import Findings

extension LinkBuilder {
  /// The controller manager and the scheduler: as clients of the API server, and their own ports.
  mutating func addControllers() {
    let kinds: [(Component, String)] = [
      (.controllerManager, "controller-manager"), (.scheduler, "scheduler"),
      (.kubeProxy, "kube-proxy"), (.cloudControllerManager, "cloud-controller-manager"),
    ]
    for (component, id) in kinds {
      guard let run = node.run(component) else { continue }
      add(toAPIServer(run, "\(id)-apiserver"))
      guard component != .kubeProxy else { continue }
      addInsecurePort(of: run, flag: "port")
      addServing(run, "\(id)-serving")
    }
  }

  private func toAPIServer(_ run: ComponentRun, _ id: String) -> Link {
    let name = run.component.rawValue
    let flag = kubeconfigFlag(of: run)
    let path = flag.map { run.location(of: $0.value).path ?? $0.value }
    let master = run.flags.last("master").flatMap { flag in
      flag.value.isEmpty ? nil : PlacedText(flag.value, at: flag.place)
    }
    if let flag, let path, let found = kubeconfig(at: path) {
      var link = clientLink(
        id, name, found, folder(of: flag.value), of: run, insteadOf: master)
      link.encrypted.evidence.insert(
        LinkEvidence("kubeconfig: \(flag.value)", at: flag.place), at: 0)
      return link
    }
    var link = Link(id, name, "kube-apiserver", node: node.root.name)
    if let master, flag == nil, Endpoint(master.text).scheme != "https" {
      let cell = LinkCell(
        .bad, "no", [LinkEvidence("--master=\(master.text)", at: master.place)])
      (link.encrypted, link.serverVerified, link.clientAuthenticated) = (cell, cell, cell)
      link.encrypted.findings.append(
        finding(TransportRules.plainHTTP, "\(name): --master=\(master.text)", master.place))
      return link
    }
    let cell = LinkCell.unknown(
      flag == nil ? "no --kubeconfig" : "its kubeconfig is not at hand",
      flag.map { [LinkEvidence("kubeconfig: \($0.value)", at: $0.place)] } ?? [])
    (link.encrypted, link.serverVerified, link.clientAuthenticated) = (cell, cell, cell)
    return link
  }

  /// The kubeconfig that it reads: with `--config`, what that file says and no flag.
  private func kubeconfigFlag(of run: ComponentRun) -> FlagOccurrence? {
    guard run.component == .scheduler || run.component == .kubeProxy,
      let root = configuration("config", of: run)
    else { return run.flags.last("kubeconfig") }
    return root.at("clientConnection", "kubeconfig")?.text.map {
      FlagOccurrence(name: "kubeconfig", value: $0.text, place: $0.place)
    }
  }

  private mutating func addServing(_ run: ComponentRun, _ id: String) {
    let name = run.component.rawValue
    let port = ComponentDefaults.setting("secure-port", of: run)
    guard port.value != "0" else { return }
    var link = Link(id, "monitoring", name, node: node.root.name)
    let address = ComponentDefaults.setting("bind-address", of: run)
    let isLoopback = Endpoint(address.value).isLoopback
    link.isLocal = isLoopback
    link.encrypted = LinkCell(.good, "yes", [LinkEvidence(port), LinkEvidence(address)])
    if !isLoopback {
      link.encrypted.findings.append(
        finding(
          CoverageRules.servesOutside, "\(name): \(LinkEvidence(address).text)",
          address.place ?? run.place))
    }
    let own = servingCertificate(of: run, fallback: "\(name).crt")
    link.certificate =
      own.isSelfMade
      ? LinkCell(.weak, "self-signed", [LinkEvidence(own.setting)])
      : certificate(own.file, own.setting, &link)
    link.serverVerified =
      own.isSelfMade
      ? LinkCell(.weak, "self-signed", [LinkEvidence(own.setting)])
      : .unknown("whom clients trust is not at hand", [LinkEvidence(own.setting)])
    link.clientAuthenticated = delegated(run)
    link.floor = floor(
      ComponentDefaults.setting("tls-min-version", of: run),
      ComponentDefaults.setting("tls-cipher-suites", of: run), of: name)
    add(finished(link, [own.file]))
  }

  /// They ask the API server who somebody is, and what they may do.
  private func delegated(_ run: ComponentRun) -> LinkCell {
    let authentication = ComponentDefaults.setting("authentication-kubeconfig", of: run)
    let authorization = ComponentDefaults.setting("authorization-kubeconfig", of: run)
    let evidence = [LinkEvidence(authentication), LinkEvidence(authorization)]
    guard authentication.isSet, authorization.isSet else {
      return LinkCell(.weak, "not delegated", evidence)
    }
    return LinkCell(.good, "by the API server", evidence)
  }
}
