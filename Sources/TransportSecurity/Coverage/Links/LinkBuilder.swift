internal import ControlPlane
internal import Findings
internal import X509

/// Makes the rows of a node.
struct LinkBuilder {
  let node: NodeInventory
  /// All nodes, this one included: a client may reach the server of another.
  let cluster: [NodeInventory]
  let judge: PeerJudge
  /// How long before its end a certificate is told of, in seconds.
  let warning: Int
  private(set) var links: [Link] = []
  /// What is wrong beside links.
  private(set) var findings: [Finding] = []

  init(_ node: NodeInventory, in cluster: [NodeInventory], now: Int, warning: Int) {
    self.node = node
    self.cluster = cluster
    judge = PeerJudge(now: now)
    self.warning = warning
  }

  /// Builds every row.
  mutating func build() {
    for run in node.runs {
      if let problem = run.flags.problem {
        findings.append(finding(CoverageRules.refusedFlags, problem.message, problem.place))
      } else if let word = strayWord(of: run) {
        findings.append(
          finding(
            CoverageRules.refusedFlags,
            "\(run.component.rawValue) takes no word without a flag: '\(word.text)'", word.place))
      }
    }
    addLonelyCertificates()
    addAPIServer()
    addEtcd()
    addKubelet()
    addControllers()
    addFrontProxy()
    addOutgoing()
  }

  /// A word that is no flag and no flag's value, as in `--anonymous-auth false`: a component does not
  /// start with one.
  private func strayWord(of run: ComponentRun) -> PlacedText? {
    let kinds: [Component] = [.apiServer, .controllerManager, .scheduler, .kubelet, .etcd]
    let words = run.flags.arguments
    // Redirections and variables are a shell's.
    let isShells = words.contains { word in word.text.contains { "<>$".contains($0) } }
    return kinds.contains(run.component) && !isShells
      ? words.first { !$0.text.isEmpty } : nil
  }

  mutating func add(_ link: Link) { links.append(link) }

  /// Tells of something beside the links.
  mutating func report(_ finding: Finding) { findings.append(finding) }

  /// Certificates without their keys, with which components do not start.
  private mutating func addLonelyCertificates() {
    let server = ("tls-cert-file", "tls-private-key-file")
    for run in node.runs where run.component != .etcd {
      let pairs =
        run.component == .apiServer
        ? [
          server, ("etcd-certfile", "etcd-keyfile"),
          ("kubelet-client-certificate", "kubelet-client-key"),
          ("proxy-client-cert-file", "proxy-client-key-file"),
        ] : [server]
      for (certificate, key) in pairs {
        addLonely(
          run.component.rawValue, ComponentDefaults.setting(certificate, of: run),
          ComponentDefaults.setting(key, of: run), (certificate, key), run.place)
      }
    }
    guard let etcd = node.etcd, !etcd.isIncomplete else { return }
    for prefix in ["", "peer-"] {
      let names = ("\(prefix)cert-file", "\(prefix)key-file")
      addLonely(
        "etcd", etcd.setting(names.0), etcd.setting(names.1), names,
        etcd.run?.place ?? Place(file: node.root.folder))
    }
  }

  private mutating func addLonely(
    _ component: String, _ certificate: Setting, _ key: Setting, _ names: (String, String),
    _ place: Place
  ) {
    // Of a key alone the rows say more, but for a server's, which then makes no certificate itself.
    guard certificate.isSet != key.isSet, certificate.isSet || names.0 == "tls-cert-file" else {
      return
    }
    let (there, missing) = certificate.isSet ? names : (names.1, names.0)
    report(
      finding(
        CoverageRules.refusedFlags, "\(component) has --\(there) without --\(missing)",
        (certificate.isSet ? certificate : key).place ?? place))
  }

  // MARK: Settings and files

  func finding(_ rule: Rule, _ message: String, _ place: Place) -> Finding {
    Finding(rule, message, file: place.file, line: place.line, column: place.column)
  }

  /// The certificates of a file that a component is told of; nil where it is told of none.
  func file(_ setting: Setting, of run: ComponentRun?) -> CertificateFile? {
    guard setting.isSet else { return nil }
    return file(setting.value, of: run)
  }

  /// The certificates of a file, by its path as a component sees it.
  func file(_ path: String, of run: ComponentRun?) -> CertificateFile {
    let location = run?.location(of: path) ?? MountTable.none.location(of: path)
    guard let host = location.path else {
      let kind = location.mount?.volumeKind ?? ""
      return CertificateFile(
        problem: kind.isEmpty ? "not on the node, by the pod's mounts" : "in a volume of \(kind)",
        isMissing: true, at: Place(file: path))
    }
    return CertificateFile.read(host, of: node.root)
  }

  /// The certificates that a kubeconfig has or names; a component sees its paths through its mounts.
  ///
  /// - Parameter folder: The kubeconfig's own, as the component sees it.
  func file(
    _ material: KubeconfigMaterial, in folder: String, of run: ComponentRun?
  ) -> CertificateFile {
    guard let path = material.path, let run else {
      return CertificateFile.read(material, in: folder, of: node.root)
    }
    return file(path.hasPrefix("/") ? path : "\(folder)/\(path)", of: run)
  }

  // MARK: Cells

  /// Whether a client makes sure whom it talks to.
  ///
  /// - Parameters:
  ///   - authority: Whom it trusts.
  ///   - server: The server's certificates, as far as they are at hand.
  ///   - names: The names that clients look for.
  ///   - evidence: What says so; the first place is where a finding points.
  func verified(
    by authority: CertificateFile, _ server: CertificateFile?, names: [String],
    _ evidence: [LinkEvidence], _ link: inout Link
  ) -> LinkCell {
    trusted(authority, server, .server, names: names, evidence, &link)
  }

  /// Whether a server makes sure who talks to it.
  func authenticated(
    by authority: CertificateFile, _ client: CertificateFile?, _ evidence: [LinkEvidence],
    _ link: inout Link
  ) -> LinkCell {
    trusted(authority, client, .client, names: [], evidence, &link)
  }

  private func trusted(
    _ authority: CertificateFile, _ other: CertificateFile?, _ purpose: ChainVerifier.Purpose,
    names: [String], _ evidence: [LinkEvidence], _ link: inout Link
  ) -> LinkCell {
    link.note(other)
    let place = evidence.lazy.compactMap(\.place).first ?? authority.place
    if let problem = authority.problem {
      let why = "\(authority.label): \(problem)"
      if authority.isMissing { return .unknown(why, evidence) }
      link.isBroken = true
      return LinkCell(
        .bad, problem, evidence, findings: [finding(CoverageRules.brokenLink, why, place)])
    }
    var cell = LinkCell(.good, "by \(authority.names)", evidence)
    guard let other, other.problem == nil else {
      link.note(authority: authority)
      if let other, let problem = other.problem {
        cell.evidence.append(LinkEvidence("\(other.label): \(problem)", at: nil))
      }
      return cell
    }
    for name in names.isEmpty ? [nil] : names.map(Optional.some) {
      let verdict = judge.judge(other, by: authority, for: purpose, name: name)
      for certificate in verdict.chain.dropFirst() { link.note(certificate, authority) }
      guard let problem = verdict.problem else { continue }
      link.isBroken = true
      let what = name.map { " for \($0)" } ?? ""
      let message =
        "\(other.label)\(what) against \(authority.label): \(problem)"
      let rule = verdict.timeRule ?? CoverageRules.brokenLink
      return LinkCell(
        .bad, problem, evidence + [LinkEvidence(message, at: nil)],
        findings: [finding(rule, "\(link.name): \(message)", place)])
    }
    return cell
  }

  /// A server's certificate.
  func certificate(_ file: CertificateFile?, _ setting: Setting, _ link: inout Link) -> LinkCell {
    link.note(file)
    guard let file else { return .unknown(setting.name, []) }
    if let problem = file.problem {
      return .unknown("\(file.label): \(problem)", [LinkEvidence(setting)])
    }
    var cell = LinkCell(
      .good, file.leaf?.subject.commonName ?? file.leaf?.subject.text ?? "",
      [LinkEvidence(setting), LinkEvidence(file.label, at: nil)])
    if let leaf = file.leaf, leaf.notAfter < judge.now || leaf.notBefore > judge.now {
      cell.state = .bad
      link.isBroken = true
      let isOver = leaf.notAfter < judge.now
      let what = isOver ? "has expired" : "is not valid yet"
      cell.findings.append(
        Finding(
          isOver ? TransportRules.expired : TransportRules.notYetValid,
          "\(leaf.subject.text) \(what)", file: file.place.file))
    }
    return cell
  }

  /// Protocol and suites of a component of Kubernetes.
  func floor(_ version: Setting, _ suites: Setting, of component: String) -> LinkCell {
    let floor = TLSFloor(
      kubernetes: version.isDefault ? "" : version.value, suites: suites.elements)
    return self.floor(floor, version, suites, component, isKubernetes: true)
  }

  /// Protocol and suites of a component.
  func floor(
    _ floor: TLSFloor, _ version: Setting, _ suites: Setting, _ component: String,
    isKubernetes: Bool
  ) -> LinkCell {
    var cell = LinkCell(.good, "", [LinkEvidence(version), LinkEvidence(suites)])
    let place = version.place ?? suites.place ?? Place(file: node.root.folder)
    func add(_ rule: Rule, _ message: String, _ place: Place?) {
      cell.findings.append(
        finding(rule, "\(component): \(message)", place ?? Place(file: node.root.folder)))
    }
    guard let oldest = floor.version else {
      // A variable of a shell may be anything.
      if !version.value.contains("$") {
        add(CoverageRules.refusedFlags, "no such version of TLS", version.place)
      }
      cell.state = .unknown
      cell.text = "unknown"
      return cell
    }
    cell.text = oldest.label
    if oldest < .tls12 {
      cell.state = .bad
      add(CoverageRules.weakProtocol, "it takes \(oldest.label)", place)
    }
    if let suite = floor.unknownSuites.first {
      add(CoverageRules.refusedFlags, "no such cipher suite: \(suite)", suites.place)
    }
    if !floor.insecureSuites.isEmpty {
      cell.state = cell.state == .bad ? .bad : .weak
      cell.text += ", weak suites"
      add(CoverageRules.weakCiphers, floor.insecureSuites.joined(separator: ", "), suites.place)
    } else if isKubernetes, floor.hasDefaultSuites, oldest < .tls13 {
      guard let version = clusterVersion else {
        cell.text += ", suites not known"
        cell.evidence.append(
          LinkEvidence("the suites are those of its version of Go, which is not known", at: nil))
        return cell
      }
      if TLSFloor.hasOldSuites(version) {
        cell.state = cell.state == .bad ? .bad : .weak
        cell.text += ", old suites"
        add(CoverageRules.oldCiphers, "Kubernetes \(version)", suites.place ?? place)
      }
    }
    return cell
  }

  /// The version of Kubernetes: this node's, else another's.
  private var clusterVersion: KubernetesVersion? {
    node.version ?? cluster.lazy.compactMap(\.version).first
  }

  /// Tells of certificates on the link that end soon.
  func finished(_ link: Link, _ files: [CertificateFile?]) -> Link {
    var link = link
    for file in files.compactMap(\.self) {
      for certificate in file.certificates where isEnding(certificate) {
        let message = "\(certificate.subject.text) ends in \(days(certificate)) days"
        link.certificate.findings.append(
          Finding(TransportRules.expiresSoon, message, file: file.place.file))
      }
    }
    return link
  }

  private func isEnding(_ certificate: Certificate) -> Bool {
    certificate.notAfter >= judge.now && certificate.notAfter - judge.now < warning
  }

  private func days(_ certificate: Certificate) -> Int {
    (certificate.notAfter - judge.now) / 86_400
  }
}
