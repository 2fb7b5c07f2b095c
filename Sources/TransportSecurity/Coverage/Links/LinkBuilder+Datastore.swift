internal import ControlPlane
internal import Findings

extension LinkBuilder {
  /// k3s's database elsewhere: behind the socket that its API server talks to, everything goes on to
  /// it.
  mutating func addDatastore() {
    guard let rancher = node.rancher, let run = node.run(.apiServer),
      run.flags.last("etcd-servers")?.value.hasPrefix("unix:") ?? false,
      let store = rancher.datastore
    else { return }
    let name = rancher.distribution.rawValue
    let shown = store.host.isEmpty ? store.kind : "\(store.kind) at \(store.host)"
    var link = Link("apiserver-datastore", name, "database (\(shown))", node: node.root.name)
    link.isLocal = store.isLocal
    // Its text has a password in it as a rule.
    let evidence = [LinkEvidence("datastore-endpoint: \(store.kind)", at: store.place)]
    func tell(_ rule: Rule, _ message: String) -> [Finding] {
      link.isLocal ? [] : [finding(rule, "\(name): \(message)", store.place)]
    }
    let plain = "the connection to \(shown) is not encrypted"
    switch store.protection {
    case .some(.none):
      link.encrypted = LinkCell(
        .bad, "no", evidence, findings: tell(CoverageRules.datastorePlaintext, plain))
      link.serverVerified = LinkCell(.bad, "no", evidence)
    case .whereOffered:
      link.encrypted = LinkCell(.weak, "where the server offers it", evidence)
      link.serverVerified = LinkCell(
        .bad, "no", evidence,
        findings: tell(
          CoverageRules.datastoreNotVerified, "\(shown) may turn encryption down"))
    case .unverified:
      link.encrypted = LinkCell(.good, "yes", evidence)
      link.serverVerified = LinkCell(
        .bad, "no", evidence,
        findings: tell(CoverageRules.datastoreNotVerified, "whoever answers is taken for \(shown)"))
    case .anyName, .verified:
      link.encrypted = LinkCell(.good, "yes", evidence)
      link.serverVerified = datastoreServer(store, rancher, evidence, &link)
    case nil:
      let why = "how \(name) talks to \(store.kind) is not known"
      link.encrypted = .unknown(why, evidence)
      link.serverVerified = .unknown(why, evidence)
    }
    link.clientAuthenticated = .unknown("the database's own configuration is not at hand")
    add(link)
  }

  private func datastoreServer(
    _ store: Datastore, _ rancher: RancherConfiguration, _ evidence: [LinkEvidence],
    _ link: inout Link
  ) -> LinkCell {
    guard let authority = rancher.datastoreCertificateAuthority else {
      return LinkCell(.weak, "by the CAs of the system", evidence)
    }
    var cell = verified(
      by: file(authority.text, of: nil), nil, names: [],
      [LinkEvidence("datastore-cafile: \(authority.text)", at: authority.place)] + evidence, &link)
    if store.protection == .anyName, cell.state == .good {
      cell.state = .weak
      cell.text += ", for any name"
    }
    return cell
  }
}
