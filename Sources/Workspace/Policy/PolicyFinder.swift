internal import Platform
internal import Synchronization

/// Finds and remembers the policy of each folder.
public final class PolicyFinder: Sendable {
  private let policies = Mutex<[String: Policy?]>([:])
  /// Policies by their paths that stand for the files.
  private let replacements: [String: Policy]

  /// Nothing looked at yet.
  public convenience init() { self.init(replacing: [:]) }

  /// Some policies are as they will be.
  init(replacing policies: [String: Policy]) { replacements = policies }

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
  func place(
    of path: String
  ) throws(WorkspaceError) -> (policy: Policy, relativePath: String)? {
    guard let whole = ResolvedPath.file(path),
      let policy = try policy(inOrAbove: PathParts(whole).folder),
      let relative = policy.relativePath(ofResolved: whole)
    else { return nil }
    return (policy, relative)
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
    if let known = policies.withLock({ $0[folder] }) { return known }
    var found = try search(folder)
    if let policy = found { found = try placed(policy) }
    policies.withLock { policies in
      // A bound for trees with very many folders.
      if policies.count >= 4096 { policies = [:] }
      policies[folder] = .some(found)
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

  private func search(_ folder: String) throws(WorkspaceError) -> Policy? {
    guard var place = ResolvedPath.folder(folder) else { return nil }
    while true {
      let candidate = PathParts.join(place, Policy.fileName)
      if Files.exists(candidate) { return try read(candidate, for: folder) }
      if place == "/" || Files.exists(PathParts.join(place, ".git")) { return nil }
      place = PathParts(place).folder
    }
  }

  /// Reads it once however many folders it is for.
  private func read(_ path: String, for folder: String) throws(WorkspaceError) -> Policy {
    let known = policies.withLock { policies in
      policies.values.lazy.compactMap { $0 }.first { $0.path == path }
    }
    if let known { return known }
    if let replacement = replacements[path] { return replacement }
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
