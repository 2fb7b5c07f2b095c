public import ControlPlane
public import Platform

/// Every certificate and key that was found, and the files that name them.
///
/// For each certificate and file some hundred bytes are kept; the certificates themselves are put
/// aside (`Spool`), and read again where they are judged.
public struct Inventory: Sendable {
  /// The bundles, in the order of the files.
  var bundles: [KeptBundle] = []
  /// The certificates and public keys.
  let spool = Spool()
  /// The kubeconfigs.
  public private(set) var kubeconfigs: [Kubeconfig] = []
  /// The components that pods start.
  public private(set) var components: [ComponentRun] = []
  /// The kubelets' configurations.
  public private(set) var kubelets: [KubeletSettings] = []
  /// The servers that the API server calls.
  public private(set) var webhooks: [ServedWebhook] = []
  /// The configuration files of etcd.
  private(set) var etcds: [EtcdSettings] = []
  /// The kubeconfigs that values of objects hold.
  private(set) var embedded: [EmbeddedKubeconfig] = []
  /// The files that decide what is run and trusted.
  private(set) var configurations: [ConfigurationFile] = []
  /// Files that are there and could not be read: what they hold is not known, nor that it is missing.
  public var unread: Set<String> = []
  /// Mode and owner of the folders that files lie in, by path.
  public var folders: [String: FileIdentity] = [:]
  /// The files that were read, in order.
  public private(set) var files: [String] = []

  /// Symbolic links, by their paths, to the files that they mean.
  public var links: [String: String] = [:]

  /// Nothing yet.
  public init() {}

  /// Adds what a file holds.
  public mutating func add(_ contents: FileContents) {
    files.append(contents.file)
    for bundle in contents.bundles { keep(bundle) }
    kubeconfigs += contents.kubeconfigs
    components += contents.components
    kubelets += contents.kubelets
    webhooks += contents.webhooks
    etcds += contents.etcds
    embedded += contents.embedded
    if let configuration = contents.configuration { configurations.append(configuration) }
  }

  /// Adds components that something else than a file that was read starts.
  public mutating func add(_ runs: [ComponentRun]) { components += runs }

  /// Adds authorities that the caller trusts, whatever the files say.
  public mutating func trust(_ contents: FileContents) {
    for bundle in contents.bundles { keep(bundle, as: .trusted) }
  }

  /// A reference from one file to another.
  public struct Reference: Sendable, Hashable {
    /// The path as it is written, on the node.
    public let path: String
    /// Where it is written.
    public let place: Place
  }

  /// The paths that kubeconfigs, pods and kubelets refer to, and that were not read.
  public var missingReferences: [Reference] {
    let references = References.all(in: self).map(\.reference)
    let index = FileIndex(files + unread, links, for: references)
    var seen: Set<Reference> = []
    return references.filter { reference in
      index.find(reference.path, from: reference.place.file) == nil
        && seen.insert(reference).inserted
    }
  }
}
