internal import CryptoCore
internal import Platform

/// Makes git work with sealed manifests, and takes that back.
public struct GitInstallation: Sendable {
  /// Which of git's configurations is written.
  public enum Scope: String, Sendable {
    /// The repository's.
    case local
    /// That of this worktree.
    case worktree
    /// The user's, for all repositories; attributes stay the repository's.
    case global
  }

  /// What was done.
  public enum Step: Sendable {
    /// Git's configuration.
    case configuration(Scope)
    /// A file with attributes.
    case attributes(String)
    /// A hook.
    case hook(String)
    /// The folder of the hooks is outside of this repository, so no hook was put there.
    case hookElsewhere(String)
    /// So many files of the worktree were written anew.
    case files(Int)
    /// The fingerprints' secret was removed.
    case secret(String)
  }

  /// Which configuration is written.
  public var scope = Scope.local
  /// Whether plaintext lies in the worktree.
  public var hasFilter = false
  /// Whether attributes go to `info/attributes` in git's folder, which is not committed.
  public var usesInfoFile = false
  /// How git calls this program.
  public var program = "sealwax"
  /// Patterns instead of the policy's, from the top of the repository.
  public var patterns: [String] = []

  /// For the repository of the working directory.
  public init() {}

  /// Installs; done again it changes nothing.
  ///
  /// - Throws: `.noInput` outside of a repository, `.configuration` without a policy or patterns.
  public func install(report: (Step) -> Void) throws(WorkspaceError) {
    let place = try RepositoryPlace()
    let attributes = try RepositoryAttributes(
      place, patterns: patterns, usesInfoFile: usesInfoFile, hasFilter: hasFilter)
    try attributes.check()
    let files = place.top.map { FilteredFiles(git: place.git, top: $0) }
    let before = try files?.opened() ?? []
    let changed = try files?.changed() ?? []
    if !hasFilter { try Self.refuse(changed, before) }
    let configuration = GitConfiguration(git: place.git, scope: scope)
    let entries = GitConfiguration.entries(program: program, hasFilter: hasFilter)
    if try configuration.write(entries) { report(.configuration(scope)) }
    for path in try attributes.write() { report(.attributes(path)) }
    try installHook(place, report)
    guard let files else { return }
    let moved = try files.opened().symmetricDifference(before).filter { !changed.contains($0) }
    try files.checkOut(moved)
    if !moved.isEmpty { report(.files(moved.count)) }
  }

  /// Takes everything out that `install` put in; of the user's configuration that alone, since the
  /// repository's attributes and hooks are needed with a configuration of its own.
  ///
  /// - Throws: `.usage` when files whose plaintext is in the worktree have changes: without the
  ///   filter they would be committed in plaintext.
  public func uninstall(report: (Step) -> Void) throws(WorkspaceError) {
    let place = try RepositoryPlace()
    let files = place.top.map { FilteredFiles(git: place.git, top: $0) }
    let configuration = GitConfiguration(git: place.git, scope: scope)
    let filtered = try configuration.hasFilterElsewhere ? [] : files?.opened() ?? []
    try Self.refuse(try files?.changed() ?? [], filtered)
    if try configuration.remove() { report(.configuration(scope)) }
    if scope != .global { try removeFromRepository(place, report) }
    if let files, !filtered.isEmpty {
      try files.checkOut(filtered)
      report(.files(filtered.count))
    }
    if scope != .global { try removeSecret(place, report) }
  }

  private func removeFromRepository(
    _ place: RepositoryPlace, _ report: (Step) -> Void
  ) throws(WorkspaceError) {
    for path in try RepositoryAttributes.remove(place) { report(.attributes(path)) }
    if let hooks = place.ownHooks {
      for name in CommitHook.names where try CommitHook(folder: hooks, name: name).uninstall() {
        report(.hook(PathParts.join(hooks, name)))
      }
    }
  }

  private func removeSecret(
    _ place: RepositoryPlace, _ report: (Step) -> Void
  ) throws(WorkspaceError) {
    let folder = try RepositoryFolder(place.git)
    if Files.exists(folder.saltPath) {
      do throws(PlatformError) {
        try Files.remove(folder.saltPath)
        try Files.removeFolder(folder.path)
      } catch { throw WorkspaceError(writing: error) }
      report(.secret(folder.saltPath))
    }
  }

  private func installHook(
    _ place: RepositoryPlace, _ report: (Step) -> Void
  ) throws(WorkspaceError) {
    guard place.top != nil else { return }
    guard let hooks = place.ownHooks else {
      report(.hookElsewhere(place.hooks))
      return
    }
    for name in CommitHook.names
    where try CommitHook(folder: hooks, name: name).install(program: program) {
      report(.hook(PathParts.join(hooks, name)))
    }
  }

  private static func refuse(
    _ changed: Set<[UInt8]>, _ filtered: Set<[UInt8]>
  ) throws(WorkspaceError) {
    guard let path = filtered.first(where: { changed.contains($0) }) else { return }
    throw WorkspaceError(
      .usage,
      "'\(escapedForTerminal(String(decoding: path, as: UTF8.self)))' has changes, and without the "
        + "filter they would be committed in plaintext",
      hints: ["commit or stash them first"])
  }
}
