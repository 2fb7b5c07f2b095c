internal import CryptoCore
internal import Envelope
internal import Platform

/// The history of both sides.
struct MergeHistory {
  private let git = GitProgram()
  private let path: String?
  /// The commit that is merged; nil when git does not say it.
  let theirs: Commit?

  /// - Parameter path: the file's path in the repository.
  init(_ labels: MergeLabels, path: String?) {
    self.path = path
    theirs = Self.commit(labels.theirs, git) ?? Self.mergedCommit(git)
  }

  /// A commit and what to call it.
  struct Commit {
    let revision: String
    let name: String
  }

  /// The commit that a label begins with, such as `1a2b3c4 (Change the password)`.
  private static func commit(_ label: String, _ git: GitProgram) -> Commit? {
    guard let word = label.split(separator: " ").first.map(String.init), !word.hasPrefix("-"),
      let revision = git.line(["rev-parse", "--verify", "--quiet", "\(word)^{commit}"])
    else { return nil }
    return Commit(revision: revision, name: label)
  }

  /// The commit that is being merged: `git merge` says it in a variable, a rebase in a file.
  private static func mergedCommit(_ git: GitProgram) -> Commit? {
    let prefix = "GITHEAD_"
    let heads = Environment.names(withPrefix: prefix)
    if heads.count == 1, let name = heads.first {
      let revision = String(name.dropFirst(prefix.count))
      return Commit(revision: revision, name: Environment.value(name) ?? String(revision.prefix(7)))
    }
    guard let done = git.line(["rev-parse", "--git-path", "rebase-merge/done"]),
      let file = try? Files.read(done, limit: 1 << 20)
    else { return nil }
    let text = String(decoding: [UInt8](copying: file.bytes.bytes), as: UTF8.self)
    guard let fields = text.split(separator: "\n").last?.split(separator: " "), fields.count >= 2
    else { return nil }
    return commit(String(fields[1]), git).map {
      Commit(revision: $0.revision, name: String($0.revision.prefix(7)))
    }
  }

  /// Who made the values of conflicts: the authors of the commits that brought their tokens in.
  func authors(of conflicts: [ManifestMerge.ConflictTokens]) -> [Int: ConflictAuthors] {
    guard let path else { return [:] }
    var authors: [Int: ConflictAuthors] = [:]
    for conflict in conflicts.prefix(Self.maximumLookUpCount) {
      authors[conflict.number] = ConflictAuthors(
        ours: author(of: conflict.ours, "HEAD", path),
        theirs: author(of: conflict.theirs, theirs?.revision ?? "--all", path))
    }
    return authors
  }

  /// How many conflicts of a file are looked up, which takes a look at each of its commits.
  private static let maximumLookUpCount = 16

  private func author(of token: String?, _ revision: String, _ path: String) -> String? {
    guard let token else { return nil }
    // The oldest change is the one that brought it in.
    let names = git.text([
      "-c", "log.showSignature=false", "log", "--no-textconv", "--format=%an", "-S\(token)",
      revision, "--", ":(top,literal)\(path)",
    ])
    guard let name = names?.split(separator: "\n").last else { return nil }
    return escapedForTerminal(String(name.prefix(100)))
  }
}
