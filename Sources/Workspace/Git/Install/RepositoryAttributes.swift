internal import CryptoCore
internal import Platform

/// The attributes of a repository's sealed manifests: those of its policies' paths.
struct RepositoryAttributes {
  /// The lines of each file.
  private var lines: [(path: String, lines: [String])] = []
  private let info: String
  /// Whether there is a `.sops.yaml`.
  private var hasSOPS = false
  /// Whether files of SOPS are left without the filter that others get.
  private(set) var lacksFilterOfSOPS = false

  /// - Parameters:
  ///   - patterns: instead of the policies'.
  ///   - usesInfoFile: whether all of them go to the file in git's folder.
  init(
    _ place: RepositoryPlace, patterns: [String], usesInfoFile: Bool, hasFilter: Bool
  ) throws(WorkspaceError) {
    let top = usesInfoFile ? nil : place.top
    info = place.infoAttributes
    var infoLines: [String] = []
    if !patterns.isEmpty {
      let own = patterns.map { Self.line(AttributePattern($0, in: ""), hasFilter) }
      lines = [(top.map { PathParts.join($0, ".gitattributes") } ?? info, own)]
      return
    }
    for (folder, policy) in try Self.policies(place) {
      let inFile = top == nil ? folder : ""
      var own: [String] = []
      for path in policy.rules.flatMap(\.paths) {
        own.append(Self.line(AttributePattern(path.description, in: inFile), hasFilter))
      }
      for ignored in policy.ignored {
        let pattern = AttributePattern(ignored.pattern.description, in: inFile)
        own.append("\(pattern.text) !diff !merge !filter")
      }
      if let top {
        let place = folder.isEmpty ? top : PathParts.join(top, folder)
        lines.append((PathParts.join(place, ".gitattributes"), own))
      } else {
        infoLines += own
      }
    }
    try addSOPS(place, top: top, &infoLines)
    lacksFilterOfSOPS = hasFilter && hasSOPS
    if !infoLines.isEmpty { lines = [(info, infoLines)] }
    guard !lines.isEmpty else {
      throw WorkspaceError(
        .configuration,
        "there is no .sealwax.yaml or .sops.yaml that says which files are encrypted",
        hints: ["write one with 'sealwax init', or name the files with --path PATTERN"])
    }
  }

  /// Rules of SOPS are expressions, which attributes do not have: all files of the kinds that it
  /// encrypts get the drivers, which leave the others to git.
  private mutating func addSOPS(
    _ place: RepositoryPlace, top: String?, _ infoLines: inout [String]
  ) throws(WorkspaceError) {
    for name in try Self.names(place, SOPSConfiguration.fileName) {
      hasSOPS = true
      let parts = PathParts(name)
      let folder = parts.folder == "." ? "" : parts.folder
      let own = ["yaml", "yml", "json", "env", "ini"].map { ending in
        Self.line(AttributePattern("**/*.\(ending)", in: top == nil ? folder : ""), false)
      }
      guard let top else {
        // Those of policies come behind, and count.
        infoLines = own + infoLines
        continue
      }
      let path = PathParts.join(
        folder.isEmpty ? top : PathParts.join(top, folder), ".gitattributes")
      if let index = lines.firstIndex(where: { $0.path == path }) {
        lines[index].lines = own + lines[index].lines
      } else {
        lines.append((path, own))
      }
    }
  }

  /// Whether the files can be written.
  func check() throws(WorkspaceError) {
    for (path, _) in lines { try file(path).checkIsNoLink() }
  }

  private func file(_ path: String) -> AttributesFile {
    AttributesFile(path: path, isInGitFolder: path == info)
  }

  /// Writes the files; returns those that changed.
  func write() throws(WorkspaceError) -> [String] {
    var changed: [String] = []
    for (path, lines) in lines where try file(path).write(lines) {
      changed.append(path)
    }
    return changed
  }

  /// Takes our lines out of all files; returns those that changed.
  static func remove(_ place: RepositoryPlace) throws(WorkspaceError) -> [String] {
    let info = place.infoAttributes
    var paths = [info]
    if let top = place.top {
      paths += try names(place, ".gitattributes").map { PathParts.join(top, $0) }
    }
    var changed: [String] = []
    for path in paths
    where try AttributesFile(path: path, isInGitFolder: path == info).remove() {
      changed.append(path)
    }
    return changed
  }

  private static func line(_ pattern: AttributePattern, _ hasFilter: Bool) -> String {
    pattern.text + " diff=sealwax merge=sealwax" + (hasFilter ? " filter=sealwax" : "")
  }

  /// The policies with their folders from the top; in a bare repository those of HEAD.
  private static func policies(
    _ place: RepositoryPlace
  ) throws(WorkspaceError) -> [(folder: String, policy: Policy)] {
    var policies: [(String, Policy)] = []
    for name in try names(place, Policy.fileName).sorted() {
      let parts = PathParts(name)
      let folder = parts.folder == "." ? "" : parts.folder
      if let top = place.top {
        policies.append((folder, try PolicyReader.read(PathParts.join(top, name))))
      } else {
        let text = try place.git.output(["cat-file", "blob", "HEAD:\(name)"])
        policies.append(
          (folder, try PolicyReader.read(text.bytes, path: "HEAD:\(name)", folder: place.common)))
      }
    }
    return policies
  }

  /// The paths of all files of a name, from the top.
  private static func names(
    _ place: RepositoryPlace, _ name: String
  ) throws(WorkspaceError) -> [String] {
    var listed: WipedBuffer
    if place.top == nil {
      guard place.git.line(["rev-parse", "--verify", "--quiet", "HEAD"]) != nil else { return [] }
      listed = try place.git.output(["ls-tree", "-r", "-z", "--name-only", "HEAD"])
    } else {
      listed = try place.git.output([
        "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--",
        ":(top,glob)**/\(name)",
      ])
    }
    let paths = [UInt8](copying: listed.bytes).split(separator: 0)
      .compactMap { String(validating: $0, as: UTF8.self) }
    return Set(paths).filter { PathParts($0).name == name && isThere($0, place) }.sorted()
  }

  private static func isThere(_ name: String, _ place: RepositoryPlace) -> Bool {
    guard let top = place.top else { return true }
    return Files.exists(PathParts.join(top, name))
  }
}
