internal import Platform

/// The certificates that kubelets renewed: each new one is a file with its time in its name, to which
/// `kubelet-client-current.pem` leads, and the old ones stay for ever.
enum KubeletFiles {
  private static let stems = ["kubelet-client-", "kubelet-server-"]

  /// The files that a newer one has replaced.
  static func replaced(among paths: [String]) -> Set<String> {
    var dated: [String: [String]] = [:]
    var current: Set<String> = []
    for path in paths {
      let parts = PathParts(path)
      guard let stem = stems.first(where: { parts.name.hasPrefix($0) }) else { continue }
      let rest = parts.name.dropFirst(stem.count)
      let link = PathParts.join(parts.folder, "\(stem)current.pem")
      if rest == "current.pem" {
        current.insert(link)
      } else if let first = rest.utf8.first, (0x30...0x39).contains(first) {
        dated[link, default: []].append(path)
      }
    }
    var replaced: Set<String> = []
    for (link, files) in dated where current.contains(link) {
      // A copy that followed the link has the file twice.
      let target = (try? Files.linkTarget(of: link)).map { PathParts($0).name }
      replaced.formUnion(files.filter { PathParts($0).name != target })
    }
    return replaced
  }
}
