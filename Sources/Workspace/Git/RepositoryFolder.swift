internal import CryptoCore
internal import Envelope
internal import Platform

/// What Sealwax keeps in a repository's own folder, shared by all of its worktrees.
struct RepositoryFolder {
  /// `sealwax` in `.git`.
  let path: String

  /// The folder of the repository that we are in.
  ///
  /// - Throws: `.noInput` outside of a repository.
  init(_ git: GitProgram = GitProgram()) throws(WorkspaceError) {
    guard let common = git.line(["rev-parse", "--path-format=absolute", "--git-common-dir"])
    else {
      throw WorkspaceError(
        .noInput, "this is no git repository", hints: ["run it in one, or make one with git init"])
    }
    path = PathParts.join(common, "sealwax")
  }

  /// The file with the secret of the fingerprints.
  var saltPath: String { PathParts.join(path, "diff-salt") }

  /// The secret of the fingerprints; made when it is first needed.
  func fingerprintKey() throws(WorkspaceError) -> FingerprintKey {
    if let key = try storedKey() { return key }
    do throws(PlatformError) {
      try Files.makeFolder(path, mode: 0o700)
      let secret = RandomBytes.array(count: FingerprintKey.byteCount)
      try AtomicFile.write(
        secret.span, to: saltPath, expecting: .absent, options: WriteOptions(mode: 0o600))
    } catch {
      // Another process may have been faster.
      guard error.code == .alreadyExists || error.code == .changedUnderUs else {
        throw WorkspaceError(writing: error)
      }
    }
    guard let key = try storedKey() else {
      throw WorkspaceError(.inputOutput, "cannot make the secret of the fingerprints")
    }
    return key
  }

  private func storedKey() throws(WorkspaceError) -> FingerprintKey? {
    let file: FileSnapshot
    do throws(PlatformError) {
      file = try Files.read(saltPath, limit: FingerprintKey.byteCount)
    } catch {
      guard error.code == .notFound else { throw WorkspaceError(reading: error) }
      return nil
    }
    do { return try FingerprintKey(copying: file.bytes.bytes) } catch {
      throw WorkspaceError(error, path: saltPath)
    }
  }
}
