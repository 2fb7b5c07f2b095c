/// One way out of the API server, of an EgressSelectorConfiguration (konnectivity).
public struct EgressSelection: Sendable {
  /// What goes this way: `cluster`, `controlplane`, `etcd`.
  public let name: String
  /// `GRPC`, `HTTPConnect` or `Direct`.
  public let proxyProtocol: PlacedText?
  /// The proxy's URL, over TCP.
  public let url: PlacedText?
  /// The proxy's socket of this host.
  public let socket: PlacedText?
  /// The file of the certificates that sign for the proxy.
  public let certificateAuthority: PlacedText?
  /// The file of the API server's certificate.
  public let clientCertificate: PlacedText?
  /// Where it stands.
  public let place: Place

  /// The selections of a configuration; none for other kinds.
  public static func all(in root: ConfigNode) -> [EgressSelection] {
    guard root.kind == "EgressSelectorConfiguration" else { return [] }
    return (root["egressSelections"]?.items ?? []).map { item in
      let connection = item["connection"]
      let transport = connection?["transport"]
      return EgressSelection(
        name: item["name"]?.string ?? "", proxyProtocol: connection?["proxyProtocol"]?.text,
        url: transport?.at("tcp", "url")?.text, socket: transport?.at("uds", "udsName")?.text,
        certificateAuthority: transport?.at("tcp", "tlsConfig", "caBundle")?.text,
        clientCertificate: transport?.at("tcp", "tlsConfig", "clientCert")?.text,
        place: item.place)
    }
  }
}
