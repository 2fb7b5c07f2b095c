internal import CryptoCore
internal import Platform

/// The files of the worktree that git filters by Sealwax.
struct FilteredFiles {
  let git: GitProgram
  let top: String

  /// Those that lie in the worktree in plaintext: paths from its top.
  func opened() throws(WorkspaceError) -> Set<[UInt8]> {
    guard git.line(["config", "--get", "filter.sealwax.process"]) != nil else { return [] }
    let listed = try git.output(["ls-files", "-z"])
    let answers = try git.output(["check-attr", "-z", "--stdin", "filter"], input: listed.bytes)
    let fields = Self.fields(answers)
    var paths: Set<[UInt8]> = []
    for index in stride(from: 0, to: fields.count - 2, by: 3)
    where fields[index + 2] == Array("sealwax".utf8) {
      paths.insert(fields[index])
    }
    return paths
  }

  /// The paths with changes that are not committed.
  func changed() throws(WorkspaceError) -> Set<[UInt8]> {
    let status = try git.output([
      "status", "--porcelain", "-z", "--untracked-files=no", "--no-renames",
    ])
    return Set(Self.fields(status).map { Array($0.dropFirst(3)) })
  }

  /// Writes files anew from the index, as they are filtered now.
  func checkOut(_ paths: Set<[UInt8]>) throws(WorkspaceError) {
    guard !paths.isEmpty else { return }
    var list = WipedBuffer()
    for path in paths.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      // Only what is there: of a sparse worktree git leaves files out.
      guard let name = String(validating: path, as: UTF8.self),
        let file = try? Files.linkIdentity(of: PathParts.join(top, name)), file.kind == .regular
      else { continue }
      list.append(path)
      list.append(0)
      // What git takes for unchanged it would not write.
      try? Files.remove(PathParts.join(top, name))
    }
    guard !list.isEmpty else { return }
    _ = try git.output(["checkout-index", "-f", "-u", "-z", "--stdin"], input: list.bytes)
  }

  private static func fields(_ output: borrowing WipedBuffer) -> [[UInt8]] {
    [UInt8](copying: output.bytes).split(separator: 0, omittingEmptySubsequences: true)
      .map { Array($0) }
  }
}
