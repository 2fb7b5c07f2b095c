internal import Platform
internal import Synchronization

/// Finds and remembers the policy of each folder.
public final class PolicyFinder: Sendable {
  private let policies = Mutex<[String: Policy?]>([:])

  /// Nothing looked at yet.
  public init() {}

  /// The policy for a file: that of its folder, else of the nearest folder above, not beyond the
  /// root of the git repository; nil when there is none.
  ///
  /// - Throws: `.configuration` when it is there and wrong.
  public func policy(forFile path: String) throws(WorkspaceError) -> Policy? {
    try policy(inOrAbove: PathParts(path).folder)
  }

  /// The policy for a folder, as above.
  public func policy(inOrAbove folder: String) throws(WorkspaceError) -> Policy? {
    if let known = policies.withLock({ $0[folder] }) { return known }
    let found = try search(folder)
    policies.withLock { policies in
      // A bound for trees with very many folders.
      if policies.count >= 4096 { policies = [:] }
      policies[folder] = .some(found)
    }
    return found
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
    return try PolicyReader.read(path)
  }
}

extension Policy {
  /// A file's path relative to the policy's folder; nil when it lies elsewhere.
  public func relativePath(of path: String) -> String? {
    guard let whole = ResolvedPath.file(path) else { return nil }
    let prefix = self.folder == "/" ? "/" : self.folder + "/"
    guard whole.utf8.starts(with: prefix.utf8) else { return nil }
    return String(whole.utf8.dropFirst(prefix.utf8.count))
  }
}
