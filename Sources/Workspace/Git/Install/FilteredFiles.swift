internal import CryptoCore
internal import Platform

/// The files of the worktree that git filters by Sealwax.
struct FilteredFiles {
  let git: GitProgram
  let top: String

  /// Those that lie in the worktree in plaintext: paths from its top.
  ///
  /// Without those whose changes git does not look for.
  func opened() throws(WorkspaceError) -> Set<[UInt8]> { try filtered { !$0 } }

  /// Refuses files whose changes git does not look for, as its index says: nobody can tell what
  /// would be lost, or committed.
  private func refuseHidden() throws(WorkspaceError) {
    guard let path = try filtered({ $0 }).first(where: { regularFile($0) != nil }) else { return }
    throw WorkspaceError(
      .usage,
      "'\(escapedForTerminal(String(decoding: path, as: UTF8.self)))' may have changes that git "
        + "does not look for, and without the filter they would be committed in plaintext",
      hints: ["git update-index --no-assume-unchanged --no-skip-worktree FILE"])
  }

  /// - Parameter isWanted: by whether git does not look for changes.
  private func filtered(
    _ isWanted: (Bool) -> Bool
  ) throws(WorkspaceError) -> Set<[UInt8]> {
    guard isOn else { return [] }
    let listed = try git.output(["ls-files", "-v", "-z"])
    var list = WipedBuffer()
    // A letter, a blank and the path (git-ls-files(1), "-v").
    for line in Self.fields(listed) where line.count > 2 {
      guard isWanted(line[0] == UInt8(ascii: "S") || line[0] >= UInt8(ascii: "a")) else {
        continue
      }
      list.append(Array(line.dropFirst(2)))
      list.append(0)
    }
    guard !list.isEmpty else { return [] }
    let answers = try git.output(["check-attr", "-z", "--stdin", "filter"], input: list.bytes)
    let fields = Self.fields(answers)
    var paths: Set<[UInt8]> = []
    for index in stride(from: 0, to: fields.count - 2, by: 3)
    where fields[index + 2] == Array("sealwax".utf8) {
      paths.insert(fields[index])
    }
    return paths
  }

  /// Whether git's configuration has our filter.
  private var isOn: Bool {
    git.line(["config", "--get", "filter.sealwax.process"]) != nil
  }

  /// The paths with changes that are not committed.
  func changed() throws(WorkspaceError) -> Set<[UInt8]> {
    let git = isOn ? try FilterDrivers.ours(git) : try FilterDrivers.none(git)
    let status = try git.output([
      "status", "--porcelain", "-z", "--untracked-files=no", "--no-renames",
      "--ignore-submodules=all",
    ])
    return Set(Self.fields(status).map { Array($0.dropFirst(3)) })
  }

  /// Puts what is sealed in the place of plaintext.
  ///
  /// - Throws: `.usage` when files have changes, or may have some that git does not look for.
  func close(_ paths: Set<[UInt8]>, _ changed: Set<[UInt8]>) throws(WorkspaceError) {
    if let path = paths.first(where: changed.contains) {
      throw WorkspaceError(
        .usage,
        "'\(escapedForTerminal(String(decoding: path, as: UTF8.self)))' has changes, and without "
          + "the filter they would be committed in plaintext",
        hints: ["commit or stash them first"])
    }
    try refuseHidden()
    try checkOut(paths, isOpening: false)
  }

  /// Writes files anew from the index.
  ///
  /// - Parameter isOpening: Whether they are filtered where the attributes say so; else they become
  ///   what the index has.
  /// - Throws: as git fails: then all are as they were.
  func checkOut(_ paths: Set<[UInt8]>, isOpening: Bool) throws(WorkspaceError) {
    guard !paths.isEmpty else { return }
    let git = isOpening ? try FilterDrivers.ours(git) : try FilterDrivers.none(git)
    var list = WipedBuffer()
    var moved: [(path: String, aside: String)] = []
    do throws(WorkspaceError) {
      for path in paths.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
        // Only what is there: of a sparse worktree git leaves files out.
        guard let file = regularFile(path) else { continue }
        let parts = PathParts(file)
        let aside = PathParts.join(parts.folder, TemporaryName.make(for: parts.name))
        // What git takes for unchanged it would not write.
        do { try Files.rename(file, to: aside) } catch { throw WorkspaceError(writing: error) }
        moved.append((file, aside))
        list.append(path)
        list.append(0)
      }
      guard !moved.isEmpty else { return }
      _ = try git.output(["checkout-index", "-f", "-u", "-z", "--stdin"], input: list.bytes)
    } catch {
      for (path, aside) in moved {
        try? Files.remove(path)
        try? Files.rename(aside, to: path)
      }
      throw error
    }
    for (_, aside) in moved { try? Files.remove(aside) }
  }

  /// Mends what a run that was killed has left behind: files that it had put aside come back from the
  /// index, as they were, and what it put aside goes.
  func recover(_ paths: Set<[UInt8]>) throws(WorkspaceError) {
    var lost: [[UInt8]] = []
    var leftovers: [String] = []
    var names: [String: [String]] = [:]
    for path in paths {
      guard let name = String(validating: path, as: UTF8.self) else { continue }
      let parts = PathParts(PathParts.join(top, name))
      let found = names[parts.folder] ?? AtomicFile.leftovers(in: parts.folder)
      names[parts.folder] = found
      let own = found.filter { TemporaryName.isOne($0, of: parts.name) }
      guard !own.isEmpty else { continue }
      leftovers += own.map { PathParts.join(parts.folder, $0) }
      if !Files.exists(PathParts.join(top, name)) { lost.append(path) }
    }
    if !lost.isEmpty {
      var list = WipedBuffer()
      for path in lost {
        list.append(path)
        list.append(0)
      }
      let git = isOn ? try FilterDrivers.ours(git) : try FilterDrivers.none(git)
      _ = try git.output(["checkout-index", "-u", "-z", "--stdin"], input: list.bytes)
    }
    for path in leftovers { AtomicFile.removeLeftover(at: path) }
  }

  /// Where a file is, if it is one and no link leads to it.
  private func regularFile(_ path: [UInt8]) -> String? {
    guard let name = String(validating: path, as: UTF8.self) else { return nil }
    var place = top
    var isFolder = true
    for part in name.split(separator: "/") {
      guard isFolder else { return nil }
      place = PathParts.join(place, String(part))
      guard let kind = try? Files.linkIdentity(of: place).kind else { return nil }
      isFolder = kind == .directory
      guard isFolder || kind == .regular else { return nil }
    }
    return isFolder ? nil : place
  }

  private static func fields(_ output: borrowing WipedBuffer) -> [[UInt8]] {
    [UInt8](copying: output.bytes).split(separator: 0, omittingEmptySubsequences: true)
      .map { Array($0) }
  }
}
