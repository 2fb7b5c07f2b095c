internal import CryptoCore
internal import Platform
internal import SOPSFormat
internal import Synchronization

/// Finds and remembers the `.sops.yaml` of each folder.
public final class SOPSRules: Sendable {
  /// One file of rules.
  struct Configuration: Sendable {
    /// Its path.
    let path: String
    /// The folder it is about, without symbolic links.
    let folder: String
    let rules: SOPSCreationRules
  }

  /// The rule for a file.
  struct Place: Sendable {
    let configuration: Configuration
    let rule: SOPSCreationRules.Rule
  }

  private let known = Mutex<[PathKey: Configuration?]>([:])
  private let folders: KnownFolders

  /// Nothing looked at yet.
  public convenience init() { self.init(folders: KnownFolders()) }

  init(folders: KnownFolders) { self.folders = folders }

  /// The rule for a file: of the `.sops.yaml` of its folder, else of the nearest folder above, not
  /// beyond the root of the git repository; nil when there is none.
  ///
  /// - Throws: `.configuration` when the file is wrong, or another user's.
  func place(of path: String) throws(WorkspaceError) -> Place? {
    guard let whole = folders.file(path),
      let configuration = try configuration(for: PathParts(whole).folder)
    else { return nil }
    let prefix = configuration.folder == "/" ? "/" : configuration.folder + "/"
    guard whole.utf8.starts(with: prefix.utf8),
      let relative = String(whole.utf8.dropFirst(prefix.utf8.count)),
      let rule = try? configuration.rules.rule(for: relative)
    else { return nil }
    return Place(configuration: configuration, rule: rule)
  }

  /// How far in things stand in what is written into a file.
  func layout(for path: String) -> SOPSLayout {
    guard path != "-", let whole = folders.file(path) else { return .standard }
    let configuration = try? configuration(for: PathParts(whole).folder)
    return configuration?.rules.layout ?? .standard
  }

  /// The rules for a folder.
  func configuration(for folder: String) throws(WorkspaceError) -> Configuration? {
    if let found = known.withLock({ $0[PathKey(folder)] }) { return found }
    let found = try search(folder)
    known.withLock { known in
      // A bound for trees with very many folders.
      if known.count >= 4096 { known = [:] }
      known[PathKey(folder)] = .some(found)
    }
    return found
  }

  private func search(_ folder: String) throws(WorkspaceError) -> Configuration? {
    var place = folder
    while true {
      let candidate = PathParts.join(place, SOPSConfiguration.fileName)
      if Files.exists(candidate) { return try read(candidate, in: place) }
      if place == "/" || Files.exists(PathParts.join(place, ".git")) { return nil }
      place = PathParts(place).folder
    }
  }

  private func read(_ path: String, in folder: String) throws(WorkspaceError) -> Configuration {
    let found = known.withLock { known in
      known.values.lazy.compactMap { $0 }.first { PathKey($0.path) == PathKey(path) }
    }
    if let found { return found }
    let file = try TrustedFile.read(path)
    do {
      return Configuration(
        path: path, folder: folder, rules: try SOPSCreationRules.read(file.bytes.bytes))
    } catch { throw WorkspaceError(configuration: error, path: path) }
  }
}
