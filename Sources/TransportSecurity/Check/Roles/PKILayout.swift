/// The folders that are laid out as kubeadm does it.
struct PKILayout: Sendable {
  /// Certificates by their path in the folder, without the ending.
  static let roles: [String: Role] = [
    "ca": .clusterAuthority, "front-proxy-ca": .frontProxyAuthority, "etcd/ca": .etcdAuthority,
    "apiserver": .apiServer, "apiserver-kubelet-client": .apiServerKubeletClient,
    "apiserver-etcd-client": .apiServerEtcdClient, "front-proxy-client": .frontProxyClient,
    "etcd/server": .etcdServer, "etcd/peer": .etcdPeer,
    "etcd/healthcheck-client": .etcdHealthcheckClient,
  ]

  /// The root folders, without a slash at the end; empty for the folder that commands run in.
  let roots: [String]
  private let known: [String: Int]
  private let rootParts: [[Substring]]

  /// An authority's file, and those of which one has to be beside it.
  private static let layouts = [
    ("ca.crt", ["apiserver.crt", "front-proxy-ca.crt", "apiserver-kubelet-client.crt"]),
    ("etcd/ca.crt", ["etcd/server.crt", "etcd/peer.crt", "apiserver-etcd-client.crt"]),
  ]
  /// The authorities of k3s and RKE2: their folder is a node's, too, its names say nothing.
  private static let rancherMark = "/server/tls/request-header-ca.crt"
  private static let marks = layouts.flatMap(\.1)

  /// Finds the folders among files.
  init(_ files: [String]) {
    let all = Set(files.filter { file in Self.marks.contains { file.hasSuffix($0) } })
    var roots: [String] = []
    var known: [String: Int] = [:]
    for file in files {
      for (stem, marks) in Self.layouts {
        guard let root = Self.folder(of: file, ending: stem), known[root] == nil,
          marks.contains(where: { all.contains(Self.join(root, $0)) })
        else { continue }
        known[root] = roots.count
        roots.append(root)
      }
      guard file.hasSuffix(Self.rancherMark) else { continue }
      let root = String(file.dropLast("/request-header-ca.crt".count))
      known[root] = roots.count
      roots.append(root)
    }
    self.roots = roots
    self.known = known
    rootParts = roots.map { $0.split(separator: "/") }
  }

  /// A file's path in its root folder, and the folder.
  func place(of file: String) -> (root: String, path: String)? {
    var folder = file[...]
    while let slash = folder.lastIndex(of: "/") {
      folder = folder[..<slash]
      // The one text, so that none is kept for every file.
      if let number = known[String(folder)] {
        return (roots[number], String(file[file.index(after: slash)...]))
      }
    }
    return known[""] != nil && !file.hasPrefix("/") ? ("", file) : nil
  }

  /// The role that a certificate's place gives it; nil elsewhere.
  func role(of file: String) -> Role? {
    guard let (root, path) = place(of: file), !root.hasSuffix("/server/tls") else { return nil }
    return Self.roles[path.lastIndex(of: ".").map { String(path[..<$0]) } ?? path]
  }

  /// The root folder that a file of the same node belongs to; empty when none does.
  func site(of file: String) -> String {
    if let place = place(of: file) { return place.root }
    guard roots.count > 1 else { return roots.first ?? "" }
    let parts = file.split(separator: "/")
    let scores = rootParts.map { root in zip(parts, root).prefix { $0 == $1 }.count }
    let best = scores.max() ?? 0
    guard best > 0, scores.filter({ $0 == best }).count == 1,
      let index = scores.firstIndex(of: best)
    else { return "" }
    return roots[index]
  }

  private static func folder(of file: String, ending stem: String) -> String? {
    if file == stem { return "" }
    return file.hasSuffix("/" + stem) ? String(file.dropLast(stem.count + 1)) : nil
  }

  private static func join(_ folder: String, _ path: String) -> String {
    folder.isEmpty ? path : "\(folder)/\(path)"
  }
}
