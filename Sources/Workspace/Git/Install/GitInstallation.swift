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
    /// Files of which a `.sops.yaml` alone says that they are encrypted are not filtered.
    case unfilteredSOPS
    /// Files that are filtered from now on and have changes, which were left as they are.
    case changed([String])
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
  /// - Throws: `.noInput` outside of a repository, `.configuration` without a policy or patterns, or
  ///   when git could not run the filter; as `uninstall` when there was a filter and is to be none.
  public func install(report: (Step) -> Void) throws(WorkspaceError) {
    let place = try RepositoryPlace()
    let attributes = try RepositoryAttributes(
      place, patterns: patterns, usesInfoFile: usesInfoFile, hasFilter: hasFilter)
    try attributes.check()
    if hasFilter { try checkProgram(in: place.top) }
    let files = place.top.map { FilteredFiles(git: place.git, top: $0) }
    let before = try files?.opened() ?? []
    try files?.recover(before)
    let changed = try files?.changed() ?? []
    if !hasFilter { try files?.close(before, changed) }
    let configuration = GitConfiguration(git: place.git, scope: scope)
    let entries = GitConfiguration.entries(program: program, hasFilter: hasFilter)
    if try configuration.write(entries) { report(.configuration(scope)) }
    for path in try attributes.write() { report(.attributes(path)) }
    try installHook(place, report)
    if attributes.lacksFilterOfSOPS { report(.unfilteredSOPS) }
    guard let files else { return }
    var moved = before
    if hasFilter {
      let other = try files.opened().symmetricDifference(before)
      moved = other.filter { !changed.contains($0) }
      try files.checkOut(moved, isOpening: true)
      let left = other.subtracting(moved).map { String(decoding: $0, as: UTF8.self) }
      if !left.isEmpty { report(.changed(left.sorted())) }
    }
    if !moved.isEmpty { report(.files(moved.count)) }
  }

  /// Takes everything out that `install` put in; of the user's configuration that alone, since the
  /// repository's attributes and hooks are needed with a configuration of its own.
  ///
  /// - Throws: `.usage` when files whose plaintext is in the worktree have changes, or may have some
  ///   that git does not look for: without the filter they would be committed in plaintext.
  public func uninstall(report: (Step) -> Void) throws(WorkspaceError) {
    let place = try RepositoryPlace()
    let files = place.top.map { FilteredFiles(git: place.git, top: $0) }
    let configuration = GitConfiguration(git: place.git, scope: scope)
    let staysFiltered = configuration.hasFilterElsewhere
    let filtered = try staysFiltered ? [] : files?.opened() ?? []
    if let files, !staysFiltered { try files.close(filtered, try files.changed()) }
    if try configuration.remove() { report(.configuration(scope)) }
    if scope != .global { try removeFromRepository(place, report) }
    if !filtered.isEmpty { report(.files(filtered.count)) }
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

  /// Files would be gone from the worktree, or not filtered, if git could not run it.
  private func checkProgram(in folder: String?) throws(WorkspaceError) {
    do throws(PlatformError) {
      let answer = try ChildProcess.run(
        ChildProgram(program, arguments: ["--version"], folder: folder), limit: 1 << 16)
      if answer.status.isSuccess { return }
    } catch {}
    throw WorkspaceError(
      .configuration,
      "git is to filter files by '\(escapedForTerminal(program))', and there is no such program",
      hints: ["put it on PATH, or name it with --program /path/to/sealwax"])
  }
}
