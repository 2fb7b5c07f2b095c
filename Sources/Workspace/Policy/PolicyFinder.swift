internal import Manifest
internal import Platform
internal import Synchronization

/// The policy for a file, and the file's path relative to it.
struct PolicyPlace {
  let policy: Policy
  let relativePath: String
}

/// Finds and remembers the policy of each folder.
public final class PolicyFinder: Sendable {
  private struct Folder {
    let policy: Policy?
    /// Its path without symbolic links.
    let path: String?

    /// Of a file in it that is no symbolic link.
    func place(of name: String) -> PolicyPlace? {
      guard let policy, let path,
        let relative = policy.relativePath(ofResolved: PathParts.join(path, name))
      else { return nil }
      return PolicyPlace(policy: policy, relativePath: relative)
    }
  }

  private let folders = Mutex<[PathKey: Folder]>([:])
  private let latest = Mutex<(name: String, folder: Folder)?>(nil)
  /// Where files are, for who asks the same of other rules.
  let knownFolders = KnownFolders()
  /// The places of the latest files: each is asked for several times while a file is worked on.
  private let places = Mutex<[PathKey: PolicyPlace?]>([:])
  /// The texts of policies that count in the place of files, by path: those of the index, or as
  /// they will be.
  private let replacements: [PathKey: [UInt8]]

  /// Nothing looked at yet.
  public convenience init() { self.init(replacing: [:]) }

  init(replacing policies: [PathKey: [UInt8]]) { replacements = policies }

  /// The policy for a file, as `place(of:)` finds it.
  public func policy(forFile path: String) throws(WorkspaceError) -> Policy? {
    try place(of: path)?.policy
  }

  /// The policy for a file and the file's path relative to it: that of its folder, else of the
  /// nearest folder above, not beyond the root of the git repository; nil when there is none.
  ///
  /// Of a symbolic link it is the file behind it that counts.
  ///
  /// - Throws: `.configuration` when it is there and wrong.
  func place(of path: String) throws(WorkspaceError) -> PolicyPlace? {
    if let known = places.withLock({ $0[PathKey(path)] }) { return known }
    let place = try find(path)
    remember(place, of: path)
    return place
  }

  /// The same of an item: one that a walk has found is no link, so that no look at it is taken.
  ///
  /// - Throws: `.configuration` when the policy is there and wrong.
  func place(of item: InputItem) throws(WorkspaceError) -> PolicyPlace? {
    guard !item.isNamed, !item.isStandardInput else { return try place(of: item.path) }
    // Most are in the folder of the one before.
    let known: (Folder, String)? = latest.withLock { latest in
      guard let latest, let name = PathParts.name(of: item.path, in: latest.name) else {
        return nil
      }
      return (latest.folder, name)
    }
    if let (folder, name) = known { return folder.place(of: name) }
    let parts = PathParts(item.path)
    let folder = try folder(parts.folder)
    latest.withLock { $0 = (parts.folder, folder) }
    return folder.place(of: parts.name)
  }

  /// More than there are workers.
  private static let keptPlaceCount = 64

  private func remember(_ place: PolicyPlace?, of path: String) {
    places.withLock { places in
      if places.count >= Self.keptPlaceCount { places.removeAll(keepingCapacity: true) }
      places[PathKey(path)] = .some(place)
    }
  }

  private func find(_ path: String) throws(WorkspaceError) -> PolicyPlace? {
    guard let whole = knownFolders.file(path),
      let policy = try policy(inOrAbove: PathParts(whole).folder),
      let relative = policy.relativePath(ofResolved: whole)
    else { return nil }
    return PolicyPlace(policy: policy, relativePath: relative)
  }

  /// Which fields of objects beside Secrets are sealed in a file.
  ///
  /// - Throws: `.configuration` when the policy is wrong.
  func fields(for item: InputItem) throws(WorkspaceError) -> FieldChoice {
    guard !item.isStandardInput else { return .none }
    try prepare(item)
    guard let place = try place(of: item.path) else { return .none }
    return place.policy.fields(for: place.relativePath)
  }

  /// Finds the place of what a walk has found: that is no link, so that its folder, which is known,
  /// tells where it is, and no look at the file is taken when its place is asked for next.
  ///
  /// - Throws: `.configuration` when the policy is wrong.
  func prepare(_ item: InputItem) throws(WorkspaceError) {
    guard !item.isNamed, !item.isStandardInput else { return }
    let parts = PathParts(item.path)
    let folder = try self.folder(parts.folder)
    if let path = folder.path {
      knownFolders.note(item.path, isAt: PathParts.join(path, parts.name))
    }
    remember(folder.place(of: parts.name), of: item.path)
  }

  /// What makes a policy leave a file alone; nil when it does not.
  ///
  /// - Throws: `.configuration` when the policy is wrong.
  func reasonToIgnore(_ path: String) throws(WorkspaceError) -> WorkspaceError? {
    guard let place = try place(of: path) else { return nil }
    return place.policy.errorForIgnored(place.relativePath)
  }

  /// The policy for a folder, as above.
  public func policy(inOrAbove folder: String) throws(WorkspaceError) -> Policy? {
    try self.folder(folder).policy
  }

  private func folder(_ folder: String) throws(WorkspaceError) -> Folder {
    if let known = folders.withLock({ $0[PathKey(folder)] }) { return known }
    let path = ResolvedPath.folder(folder)
    var policy: Policy?
    if let path { policy = try search(path) }
    if let found = policy { policy = try placed(found) }
    let found = Folder(policy: policy, path: path)
    folders.withLock { folders in
      // A bound for trees with very many folders.
      if folders.count >= 4096 { folders = [:] }
      folders[PathKey(folder)] = found
    }
    return found
  }

  /// A policy with those around it, not beyond the root of the git repository.
  private func placed(_ policy: Policy) throws(WorkspaceError) -> Policy {
    guard policy.folder != "/", !Files.exists(PathParts.join(policy.folder, ".git")),
      let next = try self.policy(inOrAbove: PathParts(policy.folder).folder)
    else { return policy }
    var policy = policy
    policy.around = [next] + next.around
    return policy
  }

  /// - Parameter folder: Without symbolic links.
  private func search(_ folder: String) throws(WorkspaceError) -> Policy? {
    var place = folder
    while true {
      let candidate = PathParts.join(place, Policy.fileName)
      if replacements[PathKey(candidate)] != nil || Files.exists(candidate) {
        return try read(candidate, in: place)
      }
      if place == "/" || Files.exists(PathParts.join(place, ".git")) { return nil }
      place = PathParts(place).folder
    }
  }

  /// Reads it once however many folders it is for.
  private func read(_ path: String, in folder: String) throws(WorkspaceError) -> Policy {
    let known = folders.withLock { folders in
      folders.values.lazy.compactMap(\.policy).first { PathKey($0.path) == PathKey(path) }
    }
    if let known { return known }
    if let text = replacements[PathKey(path)] {
      return try PolicyReader.read(text.span, path: path, folder: folder)
    }
    return try PolicyReader.read(path)
  }
}

extension Policy {
  /// A file's path relative to the policy's folder; nil when it lies elsewhere.
  public func relativePath(of path: String) -> String? {
    ResolvedPath.file(path).flatMap { relativePath(ofResolved: $0) }
  }

  /// What says that a path relative to the policy's folder is left alone, as an error; nil when
  /// nothing does.
  func errorForIgnored(_ relativePath: String) -> WorkspaceError? {
    guard let ignored = reasonToIgnore(relativePath) else { return nil }
    var error = WorkspaceError(
      .configuration,
      "'\(escapedForTerminal(relativePath))' is ignored here, and would stay in plaintext",
      path: path, position: ignored.position, hints: ["take it out of 'ignore' to seal it"])
    error.isIgnored = true
    return error
  }

  /// The same for a path without symbolic links.
  func relativePath(ofResolved whole: String) -> String? {
    let prefix = self.folder == "/" ? "/" : self.folder + "/"
    guard whole.utf8.starts(with: prefix.utf8) else { return nil }
    return String(whole.utf8.dropFirst(prefix.utf8.count))
  }
}
