internal import ControlPlane
internal import CryptoCore
public import Platform

/// The files of a node, below a folder that stands for its root.
///
/// Symbolic links are followed as the node would: absolute ones begin at the folder, and nothing
/// leads out of it.
public struct NodeRoot: Sendable {
  /// The folder, as it was named.
  public let folder: String
  /// What the node is called: the folder's own name.
  public private(set) var name: String
  /// The paths of all files, for a folder that has the files but not their places; nil for a root.
  private let loose: [String]?
  /// What was read of its certificates.
  let certificates = CertificateCache()

  /// The largest file that is read, in bytes.
  static let maximumByteCount = 16 << 20
  /// The most files of a folder that are looked at.
  static let maximumFileCount = 20_000
  private static let maximumLinkCount = 40

  /// Folders that a node's root has one of.
  private static let marks = [
    "/etc/kubernetes", "/etc/rancher", "/var/lib/rancher", "/var/lib/kubelet", "/etc/etcd",
    "/etc/systemd/system",
  ]

  /// Names one.
  ///
  /// - Throws: `.notFound`, `.notDirectory`, ...
  public init(_ folder: String) throws(PlatformError) {
    guard try Files.identity(of: folder).kind == .directory else {
      throw PlatformError(.notDirectory, "read", path: folder)
    }
    self.folder = folder
    name = Self.name(of: folder)
    loose = Self.hasMark(folder) ? nil : try Self.files(below: folder)
  }

  /// The root that a file of a node lies below, by the file's path here; nil where none does.
  ///
  /// `backup/cp-1/etc/kubernetes/admin.conf` lies below `backup/cp-1`.
  public init?(around file: String) {
    let path = "/" + file
    let start = Self.marks.compactMap { path.firstRange(of: $0 + "/")?.lowerBound }.max()
    guard let start else { return nil }
    let folder = path[..<start].dropFirst()
    self.folder = folder.isEmpty ? file.hasPrefix("/") ? "/" : "." : String(folder)
    guard Self.hasMark(self.folder) else { return nil }
    name = Self.name(of: self.folder)
    loose = nil
  }

  private static func hasMark(_ folder: String) -> Bool {
    marks.contains { (try? Files.identity(of: folder + $0))?.kind == .directory }
  }

  /// Whether it has the places of a node, and not just files.
  var isRoot: Bool { loose == nil }

  /// Whether it is this host's own root, where what is not at hand is not there.
  var isHost: Bool { (try? Files.realPath(folder)) == "/" }

  private static func name(of folder: String) -> String {
    let last = folder.split(separator: "/").last.map(String.init) ?? "/"
    guard last == "." || last == ".." else { return last }
    let real = (try? Files.realPath(folder)) ?? folder
    return real.split(separator: "/").last.map(String.init) ?? "/"
  }

  private static func files(below folder: String) throws(PlatformError) -> [String] {
    var paths: [String] = []
    try FileTree.walk(folder) { item in
      // What lies in '.' has no './' in front.
      let prefix = folder == "." ? 0 : folder.count
      if case .file(let path) = item { paths.append(String(path.dropFirst(prefix))) }
      return paths.count < maximumFileCount
    }
    return paths.map { MountTable.clean($0) }
  }

  /// The same nodes; those whose folders have one name are called by the folders' paths.
  public static func distinct(_ nodes: [NodeRoot]) -> [NodeRoot] {
    nodes.map { node in
      var node = node
      if nodes.count(where: { $0.name == node.name }) > 1 { node.name = node.folder }
      return node
    }
  }

  /// The nodes in a folder: itself, or the folders in it that have the places of a node.
  ///
  /// - Throws: `.notFound`, `.notDirectory`, ...
  public static func nodes(in folder: String) throws(PlatformError) -> [NodeRoot] {
    let root = try NodeRoot(folder)
    guard !root.isRoot else { return [root] }
    var inner: [NodeRoot] = []
    for name in names(in: folder) {
      guard let node = try? NodeRoot("\(folder)/\(name)"), node.isRoot else { continue }
      inner.append(node)
    }
    return inner.isEmpty ? [root] : inner
  }

  /// The names of folders, and of links that may lead to some, in a folder of the host, sorted.
  private static func names(in folder: String) -> [String] {
    var names: Set<String> = []
    func add(_ path: String) {
      if let name = path.split(separator: "/").last { names.insert(String(name)) }
    }
    var filter = TreeFilter()
    filter.wantsFile = { _ in false }
    filter.entersFolder = { path in
      add(path)
      return false
    }
    try? FileTree.walk(folder, filter: filter) { item in
      if case .symbolicLink(let path) = item { add(path) }
      return true
    }
    return names.sorted()
  }

  // MARK: Files

  /// What a path of the node is called in reports.
  public func shown(_ path: String) -> String {
    let path = found(path) ?? MountTable.clean(path)
    var folder = folder[...]
    while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    return folder == "/" ? path : "\(folder)\(path)"
  }

  /// Whether there is a file.
  public func hasFile(_ path: String) -> Bool { resolved(path) != nil }

  /// The path on this host of a file of the node, links followed as the node would; nil where there
  /// is nothing.
  public func realPath(_ path: String) -> String? { resolved(path) }

  /// Reads a file.
  ///
  /// - Throws: `.notFound`, ...
  public func read(_ path: String) throws(PlatformError) -> FileSnapshot {
    guard let real = resolved(path) else {
      throw PlatformError(.notFound, "read", path: shown(path))
    }
    return try Files.read(real, limit: Self.maximumByteCount, followsLinks: false)
  }

  /// The regular files and links in a folder of the node, by their paths there, sorted.
  ///
  /// - Parameter isDeep: Whether folders within count, too.
  public func files(in path: String, suffix: String = "", isDeep: Bool = false) -> [String] {
    guard isRoot, let real = resolved(path) else { return [] }
    var found: [String] = []
    var filter = TreeFilter()
    filter.entersFolder = { _ in isDeep }
    try? FileTree.walk(real, filter: filter) { item in
      switch item {
      case .file(let path), .symbolicLink(let path):
        if path.hasSuffix(suffix) { found.append(path) }
      case .temporary, .problem: break
      }
      return found.count < Self.maximumFileCount
    }
    let prefix = real == "." ? 0 : real.count
    return found.map { MountTable.clean(path + "/" + $0.dropFirst(prefix)) }
  }

  /// Why a folder cannot be listed; nil where it can, and where there is none.
  func listingProblem(_ path: String) -> PlatformError? {
    do throws(PlatformError) {
      if let real = resolved(path) {
        try FileTree.walk(real) { _ in false }
      } else {
        _ = try Files.linkIdentity(of: host(path.split(separator: "/").map(String.init)))
      }
      return nil
    } catch {
      return error.code == .notFound || error.code == .notDirectory ? nil : error
    }
  }

  /// Every file, of a folder that is no root.
  var looseFiles: [String] { loose ?? [] }

  /// The path within the folder of a file that may have another place there: the one whose path ends
  /// with the most names of the path asked for; nil where none or several do.
  private func found(_ path: String) -> String? {
    let path = MountTable.clean(path)
    guard let loose else { return path }
    if loose.contains(path) { return path }
    let wanted = path.split(separator: "/")
    var best: (count: Int, path: String?) = (0, nil)
    for candidate in loose {
      let parts = candidate.split(separator: "/")
      let count = zip(parts.reversed(), wanted.reversed()).prefix { $0 == $1 }.count
      // `ca.crt` in a flat folder is the cluster's, and not `etcd/ca.crt`.
      if count == 1, wanted.dropLast().last == "etcd", parts.last?.contains("ca.") ?? false {
        continue
      }
      if count > best.count {
        best = (count, candidate)
      } else if count == best.count, count > 0 {
        best.path = nil
      }
    }
    return best.path
  }

  /// The path on this host, links followed within the folder; nil where there is nothing.
  private func resolved(_ path: String) -> String? {
    guard let path = found(path) else { return nil }
    var names = Array(path.split(separator: "/").map(String.init).reversed())
    var done: [String] = []
    var linkCount = 0
    while let name = names.popLast() {
      switch name {
      case ".": continue
      case "..":
        _ = done.popLast()
        continue
      default: break
      }
      let current = host(done + [name])
      guard let identity = try? Files.linkIdentity(of: current) else { return nil }
      guard identity.kind == .symbolicLink else {
        done.append(name)
        continue
      }
      linkCount += 1
      guard linkCount <= Self.maximumLinkCount, let target = try? Files.linkTarget(of: current)
      else { return nil }
      if target.hasPrefix("/") { done = [] }
      names += target.split(separator: "/").map(String.init).reversed()
    }
    return host(done)
  }

  private func host(_ names: [String]) -> String {
    var folder = folder[...]
    while folder.hasSuffix("/") { folder.removeLast() }
    return names.isEmpty ? self.folder : "\(folder)/\(names.joined(separator: "/"))"
  }
}
