internal import ControlPlane
internal import Platform
internal import Synchronization
public import TransportSecurity

/// The files that `tls check` was given, read: certificates and keys, and what names them.
public struct TransportInputs: Sendable {
  /// What they hold.
  public private(set) var inventory = Inventory()
  /// What could not be read.
  public private(set) var problems: [WorkspaceError] = []
  /// Sealed manifests that no identity opened.
  public private(set) var sealed: [String] = []

  /// The largest file, in bytes.
  private static let maximumByteCount = 64 << 20
  /// The most files that are read for others that refer to them.
  private static let maximumReferenceCount = 1000

  private let reader: TransportFileReader
  /// The roots of nodes that files lie below, by folder.
  private var roots: [String: NodeRoot] = [:]
  private var linkPaths: [String] = []

  private init(_ reader: TransportFileReader) { self.reader = reader }

  /// Reads files and folders, on all cores.
  ///
  /// - Parameters:
  ///   - paths: Files, folders, patterns, or `-`.
  ///   - trust: Files with authorities that are trusted besides.
  ///   - password: What opens encrypted keys and PKCS #12; nil for none.
  ///   - keys: What opens sealed manifests.
  /// - Throws: `.usage` for no path.
  public static func read(
    _ paths: [String], trust: [String], password: PasswordText?, keys: KeyRing
  ) throws(WorkspaceError) -> TransportInputs {
    guard !paths.isEmpty else { throw WorkspaceError(.usage, "no file or folder was named") }
    var inputs = TransportInputs(TransportFileReader(password: password, keys: keys))
    var items: [InputItem] = []
    for path in paths { inputs.find(path, &items) }
    var seen: Set<String> = []
    let walked = items.filter { !$0.isNamed }.map(\.path)
    let replaced = KubeletFiles.replaced(among: walked + inputs.linkPaths)
    inputs.take(
      items.filter { !replaced.contains($0.path) && seen.insert(Self.plain($0.path)).inserted })
    inputs.takeComponents(items)
    inputs.followLinks()
    inputs.followReferences()
    for path in trust { try inputs.addTrust(path) }
    return inputs
  }

  private mutating func find(_ path: String, _ items: inout [InputItem]) {
    func add(_ path: String, isNamed: Bool) {
      items.append(InputItem(path: path, relativePath: path, isNamed: isNamed))
    }
    var filter = TreeFilter()
    filter.wantsFile = TransportFileReader.isCandidate
    do throws(PlatformError) {
      if path == "-" { return add(path, isNamed: true) }
      if let found = try? Files.identity(of: path), found.kind != .directory {
        return add(path, isNamed: true)
      }
      var found: [String] = []
      var errors: [PlatformError] = []
      var links: [String] = []
      let visit = { (item: FileTree.Item) -> Bool in
        switch item {
        case .file(let path): found.append(path)
        case .problem(let error): errors.append(error)
        case .symbolicLink(let path): links.append(path)
        case .temporary: break
        }
        return true
      }
      if GlobPattern.isPattern(path), (try? Files.identity(of: path)) == nil {
        try FileTree.expand(path, filter: filter, visit: visit)
        if found.isEmpty {
          problems.append(
            WorkspaceError(.noInput, "no file matches '\(escapedForTerminal(path))'"))
        }
      } else {
        _ = try Files.identity(of: path)
        try FileTree.walk(path, filter: filter, visit: visit)
      }
      for path in found { add(path, isNamed: false) }
      linkPaths += links.filter { TransportFileReader.isCandidate(PathParts($0).name) }
        .prefix(Self.maximumReferenceCount)
      problems += errors.map { WorkspaceError(reading: $0) }
    } catch {
      problems.append(WorkspaceError(reading: error).at(error.path ?? path))
    }
  }

  /// So many files are read before what they hold is put aside.
  private static let groupCount = 512

  private mutating func take(_ items: [InputItem]) {
    for start in stride(from: 0, to: items.count, by: Self.groupCount) {
      takeGroup(items[start..<min(start + Self.groupCount, items.count)])
    }
  }

  private mutating func takeGroup(_ items: ArraySlice<InputItem>) {
    let results = Mutex([TransportFileReader.Result?](repeating: nil, count: items.count))
    let reader = reader
    Parallel.forEach(count: items.count) { index, _ in
      let result = reader.read(items[items.startIndex + index])
      results.withLock { $0[index] = result }
    }
    for result in results.withLock({ $0.compactMap(\.self) }) {
      if let error = result.error { problems.append(error) }
      if result.isUnread, Files.exists(result.path) { inventory.unread.insert(result.path) }
      if result.isSealed { sealed.append(result.path) }
      guard let contents = result.contents, !contents.isEmpty else { continue }
      inventory.add(contents)
      if result.path != "-", contents.isOfNode {
        let folder = PathParts(result.path).folder
        if inventory.folders[folder] == nil {
          inventory.folders[folder] = try? Files.identity(of: folder)
        }
      }
    }
  }

  /// The root of the node that a file lies below; nil where none does.
  private mutating func root(around file: String) -> NodeRoot? {
    guard file != "-", let root = NodeRoot(around: file) else { return nil }
    // One for each folder, so that what it has read is read once.
    if let known = roots[root.folder] { return known }
    roots[root.folder] = root
    return root
  }

  /// What units of systemd, k3s and RKE2 start stands in no manifest.
  private mutating func takeComponents(_ items: [InputItem]) {
    var seen: Set<String> = []
    for folder in Set(items.map { PathParts($0.path).folder }).sorted() {
      guard let root = root(around: folder + "/"), seen.insert(root.folder).inserted else {
        continue
      }
      inventory.add(NodeComponents.besidePods(on: root))
    }
  }

  /// Finds the files that symbolic links of nodes mean: absolute ones begin at the node's root.
  private mutating func followLinks() {
    var paths: [String] = []
    var loose: [String] = []
    for link in linkPaths {
      guard let root = root(around: link) else {
        loose.append(link)
        continue
      }
      guard let inner = Self.path(of: link, below: root.folder),
        let real = root.realPath(inner).map(Self.plain),
        (try? Files.identity(of: real))?.kind == .regular
      else { continue }
      inventory.links[link] = real
      paths.append(real)
    }
    take(Set(paths).subtracting(inventory.files).sorted())
    takeLoose(loose)
  }

  /// Takes what links of other folders mean, by the links' names: certbot's, and mounted Secrets'.
  private mutating func takeLoose(_ links: [String]) {
    var read: [String: [String]] = [:]
    for file in inventory.files { read[PathParts(file).name, default: []].append(file) }
    let paths = links.filter { link in
      guard let target = try? Files.linkTarget(of: link),
        // An absolute path is another machine's, where this is a copy of its files.
        !target.hasPrefix("/") || Self.isInPlace(link),
        (try? Files.identity(of: link))?.kind == .regular,
        let real = try? Files.realPath(link)
      else { return false }
      let known = read[PathParts(real).name] ?? []
      return !known.contains { (try? Files.realPath($0)) == real }
    }
    take(paths)
  }

  /// A file's path on its node.
  private static func path(of file: String, below root: String) -> String? {
    if root == "/" || root == "." { return file.hasPrefix("/") ? file : "/" + file }
    return file.hasPrefix(root + "/") ? String(file.dropFirst(root.count)) : nil
  }

  /// The path of a file as a walk names it.
  private static func plain(_ path: String) -> String {
    path.hasPrefix("./") ? String(path.dropFirst(2)) : path
  }

  private mutating func take(_ paths: [String]) {
    take(paths.map { InputItem(path: $0, relativePath: $0, isNamed: false) })
  }

  /// Reads the files that kubeconfigs and pods refer to, where they are there: on this machine, or
  /// below the root that a copy of a node's files has.
  private mutating func followReferences() {
    var paths: [String] = []
    for reference in inventory.missingReferences.prefix(Self.maximumReferenceCount) {
      let file = reference.place.file
      guard file != "-" else { continue }
      if reference.path.hasPrefix("/"), let root = root(around: file),
        let real = root.realPath(reference.path).map(Self.plain),
        (try? Files.identity(of: real))?.kind == .regular
      {
        inventory.links[Self.plain(root.shown(reference.path))] = real
        if !paths.contains(real), !inventory.files.contains(real) { paths.append(real) }
        continue
      }
      let isAbsolute = reference.path.hasPrefix("/")
      let path =
        isAbsolute
        ? reference.path : PathParts.join(PathParts(file).folder, reference.path)
      if !isAbsolute || Self.isInPlace(file), Files.exists(path), !paths.contains(path) {
        paths.append(path)
      }
    }
    take(paths)
  }

  /// Whether a file lies where programs of this machine look for it: a copy of another machine's
  /// files says nothing of those here.
  private static func isInPlace(_ file: String) -> Bool {
    let places = ["/etc/", "/var/", "/usr/", "/opt/"]
    var path = file
    if !file.hasPrefix("/"), let folder = try? Files.workingDirectory() {
      path = PathParts.join(folder, file)
    }
    return places.contains { path.hasPrefix($0) } || path.contains("/.kube/")
  }

  private mutating func addTrust(_ path: String) throws(WorkspaceError) {
    let result = reader.read(InputItem(path: path, relativePath: path, isNamed: true))
    if let error = result.error { throw error }
    if let contents = result.contents { inventory.trust(contents) }
  }
}
