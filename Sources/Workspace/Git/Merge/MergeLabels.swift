internal import CryptoCore
internal import Platform

/// What is written behind conflict markers: which version, and who changed it.
public struct MergeLabels: Sendable {
  /// What both sides come from.
  public var base: String
  /// The side that is merged into.
  public var ours: String
  /// The side that is merged.
  public var theirs: String

  /// What git gave us (%S, %X and %Y of a merge driver); a git before 2.44 leaves the words.
  public init(base: String?, ours: String?, theirs: String?) {
    func given(_ text: String?) -> String? {
      text.flatMap { $0.isEmpty || $0.hasPrefix("%") ? nil : $0 }
    }
    self.base = given(base) ?? "base"
    self.ours = given(ours) ?? ""
    self.theirs = given(theirs) ?? ""
  }

  /// The same with the names of commits and authors, as far as git says them.
  ///
  /// - Parameter path: the file's path in the repository.
  func completed(for path: String?) -> MergeLabels {
    var labels = self
    let git = GitProgram()
    let theirCommit = Self.commit(theirs, git) ?? Self.mergedCommit(git)
    if labels.ours.isEmpty { labels.ours = "HEAD" }
    if labels.theirs.isEmpty { labels.theirs = theirCommit?.name ?? "theirs" }
    labels.ours = Self.shown(labels.ours, Self.author("HEAD", path, git))
    labels.theirs = Self.shown(
      labels.theirs, theirCommit.flatMap { Self.author($0.revision, path, git) })
    return labels
  }

  private struct Commit {
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

  private static func author(_ revision: String, _ path: String?, _ git: GitProgram) -> String? {
    guard let path else { return nil }
    return git.line(["log", "-1", "--format=%an", revision, "--", ":(top,literal)\(path)"])
  }

  private static func shown(_ label: String, _ author: String?) -> String {
    let text = author.map { "\(label) by \($0)" } ?? label
    return escapedForTerminal(String(text.prefix(200)))
  }
}
