internal import ControlPlane
internal import X509

/// Finds out what every certificate is used for: from what names it, then from where it lies, then
/// from its subject and extended key usage.
struct RoleFinder {
  private let inventory: Inventory
  private let layout: PKILayout
  private let references: [(named: References.Named, file: String)]
  /// The bundles that are whole files, by path: those that are referred to, and those with keys.
  private var bundleOfFile: [String: Int] = [:]
  /// Those who signed a certificate that is here.
  private let issuers: Set<NameMark>
  private var found: Assignments

  private init(_ inventory: Inventory) {
    self.inventory = inventory
    layout = PKILayout(inventory.files)
    let named = References.all(in: inventory)
    let index = FileIndex(inventory.files, inventory.links, for: named.map(\.reference))
    references = named.compactMap { named in
      index.find(named.reference.path, from: named.reference.place.file).map { (named, $0) }
    }
    var issuers: Set<NameMark> = []
    for bundle in inventory.bundles {
      for kept in bundle.certificates where !kept.isSelfIssued { issuers.insert(kept.issuer) }
    }
    self.issuers = issuers
    let wanted = Set(references.map(\.file))
    found = Assignments(sites: inventory.bundles.map { [layout] in layout.site(of: $0.file) })
    for (number, bundle) in inventory.bundles.enumerated()
    where bundle.kind == .file && (!bundle.isOnlyCertificates || wanted.contains(bundle.file)) {
      bundleOfFile[bundle.file] = number
    }
  }

  /// The roles of all bundles.
  static func assignments(in inventory: Inventory) -> Assignments {
    var finder = RoleFinder(inventory)
    finder.takeReferences()
    for number in inventory.bundles.indices { finder.takePlace(number) }
    for number in inventory.bundles.indices { finder.takeSubject(number) }
    for number in inventory.bundles.indices { finder.findKey(number) }
    return finder.found
  }

  private mutating func takeReferences() {
    var certificates: [Int: [(Role, Int)]] = [:]
    var keys: [(Int, Role, Int)] = []
    for (named, file) in references {
      guard let bundle = bundleOfFile[file] else { continue }
      let place = named.reference.place
      let evidence = "\(named.name) of \(place.file):\(place.line)"
      switch named.purpose {
      case .certificate(let role):
        add(bundle, client: role, evidence)
        certificates[named.group, default: []].append((role, bundle))
      case .key(let role): keys.append((named.group, role, bundle))
      case .authority(let role):
        found.add(bundle, role, evidence, isCertain: true)
        if named.name == References.kubeconfigAuthority {
          found.kubeconfigAuthorities[place.file, default: []].append(bundle)
        }
      case .serviceAccountPublic:
        addServiceAccount(bundle, isPrivate: false)
      case .serviceAccountPrivate:
        addServiceAccount(bundle, isPrivate: true)
      }
    }
    for (group, role, key) in keys {
      for (other, bundle) in certificates[group] ?? [] where other == role {
        found.setKey(key, of: bundle)
      }
    }
  }

  private mutating func addServiceAccount(_ bundle: Int, isPrivate: Bool) {
    let site = found.sites[bundle]
    var keys = found.serviceAccounts[site] ?? ([], [])
    if isPrivate {
      if !keys.privateKeys.contains(bundle) { keys.privateKeys.append(bundle) }
    } else if !keys.publicKeys.contains(bundle) {
      keys.publicKeys.append(bundle)
    }
    found.serviceAccounts[site] = keys
  }

  private mutating func takePlace(_ number: Int) {
    let bundle = inventory.bundles[number]
    switch bundle.kind {
    case .kubeconfigUser:
      add(number, client: Role.client(ofKubeconfig: bundle.file), "the kubeconfig's user")
    case .kubeconfigCluster:
      found.kubeconfigAuthorities[bundle.file, default: []].append(number)
      found.byBundle[number].append(
        Assignment(role: .authority, evidence: "the kubeconfig's cluster", isCertain: true))
    case .object, .trusted:
      if bundle.certificates.contains(where: { $0.isAuthority }) {
        found.byBundle[number].append(
          Assignment(role: .authority, evidence: bundle.origin.detail, isCertain: false))
      }
    case .tlsSecret: break
    case .file: takePath(number, bundle)
    }
  }

  /// Adds what a file says of a certificate; of a client that it says no more of, the subject does.
  private mutating func add(_ number: Int, client role: Role, _ evidence: String) {
    let bundle = inventory.bundles[number]
    let own = bundle.leafIndex.map { bundle.certificates[$0].role }
    guard role == .client, let own, own.isComponentClient else {
      return found.add(number, role, evidence, isCertain: true)
    }
    // Of which cluster it is, is not known.
    found.add(number, own, evidence, isCertain: false)
  }

  private mutating func takePath(_ number: Int, _ bundle: KeptBundle) {
    guard let place = layout.place(of: bundle.file) else {
      takeKubeletPath(number, bundle)
      return
    }
    if let role = layout.role(of: bundle.file), role == .clusterAuthority || role == .etcdAuthority
    {
      found.trustForServers(number, role)
    }
    let stem = place.path.lastIndex(of: ".").map { String(place.path[..<$0]) } ?? place.path
    if stem == "sa" { return addServiceAccount(number, isPrivate: bundle.publicKeys.isEmpty) }
    guard found.byBundle[number].isEmpty, !bundle.certificates.isEmpty else { return }
    if let role = layout.role(of: bundle.file) {
      found.add(number, role, "its path", isCertain: true)
    } else {
      takeKubeletPath(number, bundle)
    }
  }

  /// The names that a kubelet gives to its files.
  private mutating func takeKubeletPath(_ number: Int, _ bundle: KeptBundle) {
    guard found.byBundle[number].isEmpty, !bundle.certificates.isEmpty else { return }
    let name = bundle.file.split(separator: "/").last ?? ""
    if name.hasPrefix("kubelet-client-") {
      found.add(number, .kubeletClient, "its name", isCertain: true)
    } else if name.hasPrefix("kubelet-server-") || name == "kubelet.crt" {
      found.add(number, .kubeletServer, "its name", isCertain: true)
    }
  }

  private mutating func takeSubject(_ number: Int) {
    let bundle = inventory.bundles[number]
    guard found.byBundle[number].isEmpty, !bundle.certificates.isEmpty else { return }
    guard let leaf = bundle.leafIndex ?? server(in: number) else {
      return found.add(number, .authority, "CA:TRUE", isCertain: false)
    }
    found.add(
      number, bundle.certificates[leaf].role, "its subject and usage", isCertain: false)
  }

  /// The certificate of a server that signed itself as an authority, as `openssl req -x509` does; nil
  /// where it is meant as an authority.
  private func server(in number: Int) -> Int? {
    let bundle = inventory.bundles[number]
    guard bundle.certificates.count == 1, let own = bundle.certificates.first,
      own.looksLikeServer, !issuers.contains(own.subject)
    else { return nil }
    switch bundle.kind {
    case .tlsSecret: return 0
    case .file: return keyBundle(of: number) == nil ? nil : 0
    default: return nil
    }
  }

  /// The role that a certificate's subject and extended key usage give it.
  static func role(of certificate: Certificate) -> Role {
    let usage = certificate.extendedKeyUsage
    let isServer = usage?.contains(.serverAuth) ?? false
    let isClient = usage?.contains(.clientAuth) ?? false
    let name = certificate.subject.commonName ?? ""
    switch name {
    case "kube-apiserver" where isServer: return .apiServer
    case "system:kube-controller-manager" where isClient: return .controllerManagerClient
    case "system:kube-scheduler" where isClient: return .schedulerClient
    case _ where name.hasPrefix("system:node:"):
      return isServer && !isClient ? .kubeletServer : .kubeletClient
    default: break
    }
    switch (isServer, isClient) {
    case (true, true): return .serverAndClient
    case (true, false): return .server
    case (false, true): return .client
    case (false, false):
      return usage == nil && !certificate.alternativeNames.isEmpty ? .server : .unknown
    }
  }

  private mutating func findKey(_ number: Int) {
    let bundle = inventory.bundles[number]
    guard !bundle.certificates.isEmpty else { return }
    if let key = keyBundle(of: number) { found.setKey(key, of: number) }
  }

  /// The bundle with a certificate's key: itself, or a file that is called so.
  private func keyBundle(of number: Int) -> Int? {
    let bundle = inventory.bundles[number]
    if !bundle.privateKeys.isEmpty { return number }
    guard bundle.kind == .file else { return nil }
    return KeyFileName.candidates(for: bundle.file).lazy.compactMap { bundleOfFile[$0] }
      .first { !inventory.bundles[$0].isOnlyCertificates }
  }
}
