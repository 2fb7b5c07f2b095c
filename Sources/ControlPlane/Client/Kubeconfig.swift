/// A kubeconfig: whom a client trusts, and how it shows who it is.
public struct Kubeconfig: Sendable {
  /// A cluster.
  public struct Cluster: Sendable {
    /// Its name.
    public let name: String
    /// Where it stands.
    public let place: Place
    /// The URL of its API server.
    public let server: PlacedText?
    /// The certificates that sign for the server; nil for those of the system.
    public let certificateAuthority: KubeconfigMaterial?
    /// Where the server's certificate is declared to be of no matter; nil where it is checked.
    public let insecureSkipVerify: Place?
    /// The name that the server's certificate must have; nil for the URL's host.
    public let serverName: PlacedText?
    /// A proxy on the way.
    public let proxy: PlacedText?
  }

  /// A user.
  public struct User: Sendable {
    /// Its name.
    public let name: String
    /// Where it stands.
    public let place: Place
    /// Its certificate.
    public let clientCertificate: KubeconfigMaterial?
    /// Its private key.
    public let clientKey: KubeconfigMaterial?
    /// Where a bearer token stands in clear; nil for none.
    public let token: Place?
    /// The file of a token.
    public let tokenFile: PlacedText?
    /// Where a password stands in clear; nil for none.
    public let password: Place?
    /// The program that hands over credentials.
    public let exec: PlacedText?
  }

  /// A pair of a cluster and a user.
  public struct Context: Sendable {
    /// Its name.
    public let name: String
    /// The cluster's name.
    public let cluster: String
    /// The user's name.
    public let user: String
    /// Where it stands.
    public let place: Place
  }

  /// The clusters in order.
  public let clusters: [Cluster]
  /// The users in order.
  public let users: [User]
  /// The contexts in order.
  public let contexts: [Context]
  /// The name of the context that counts.
  public let currentContext: String?
  /// What it is called.
  public let file: String

  /// Whether a text is one.
  public static func isKubeconfig(_ node: ConfigNode) -> Bool {
    node.kind == "Config" && (node["clusters"] != nil || node["users"] != nil)
  }

  /// Reads one.
  ///
  /// - Parameter file: What places call it.
  /// - Throws: `.syntax`; `.otherKind` when it is none.
  public init(_ text: Span<UInt8>, file: String) throws(ControlPlaneError) {
    let root = try ConfigNode.root(of: text, file: file)
    // Files that programs read may leave `kind` out.
    guard root.kind == "Config" || (root.kind.isEmpty && root["clusters"] != nil) else {
      throw ControlPlaneError(.otherKind, "no kubeconfig (kind: Config)", at: root.place)
    }
    self.init(root, file: file)
  }

  /// Takes one from its root.
  public init(_ root: ConfigNode, file: String) {
    self.file = file
    clusters = Self.entries("clusters", "cluster", of: root).map { Cluster($0.name, $0.node) }
    users = Self.entries("users", "user", of: root).map { User($0.name, $0.node) }
    contexts = Self.entries("contexts", "context", of: root).map { name, node in
      Context(
        name: name, cluster: node["cluster"]?.string ?? "", user: node["user"]?.string ?? "",
        place: node.place)
    }
    currentContext = root["current-context"]?.string
  }

  private static func entries(
    _ list: StaticString, _ field: StaticString, of root: ConfigNode
  ) -> [(name: String, node: ConfigNode)] {
    (root[list]?.items ?? []).map { item in
      (item["name"]?.string ?? "", item[field] ?? item)
    }
  }

  /// The cluster and the user of the current context; of the only ones where no context counts.
  ///
  /// Of names that stand twice the last one counts.
  public var current: (cluster: Cluster?, user: User?) {
    guard let context = contexts.last(where: { $0.name == currentContext }) else {
      return contexts.isEmpty && clusters.count == 1
        ? (clusters.first, users.count == 1 ? users.first : nil) : (nil, nil)
    }
    return (
      clusters.last { $0.name == context.cluster }, users.last { $0.name == context.user }
    )
  }
}

extension Kubeconfig.Cluster {
  init(_ name: String, _ node: ConfigNode) {
    self.name = name
    place = node.place
    server = node["server"]?.text
    certificateAuthority = KubeconfigMaterial(
      data: node["certificate-authority-data"], file: node["certificate-authority"])
    let skip = node["insecure-skip-tls-verify"]
    insecureSkipVerify = skip?.bool ?? false ? skip?.place : nil
    serverName = node["tls-server-name"]?.text
    proxy = node["proxy-url"]?.text
  }
}

extension Kubeconfig.User {
  init(_ name: String, _ node: ConfigNode) {
    self.name = name
    place = node.place
    clientCertificate = KubeconfigMaterial(
      data: node["client-certificate-data"], file: node["client-certificate"])
    clientKey = KubeconfigMaterial(data: node["client-key-data"], file: node["client-key"])
    token = node["token"].flatMap { $0.hasBytes ? $0.place : nil }
    tokenFile = node["tokenFile"]?.text
    password = node["password"].flatMap { $0.hasBytes ? $0.place : nil }
    exec = node.at("exec", "command")?.text ?? node.at("auth-provider", "name")?.text
  }
}
