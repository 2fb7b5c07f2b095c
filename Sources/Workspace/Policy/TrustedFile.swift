internal import Platform

/// Reading what decides whom is sealed for: policies and the recipients they name.
///
/// Who can write these files can read every Secret that is sealed from then on. Found by looking
/// into folders, they could be another user's, as in `/tmp`.
enum TrustedFile {
  /// Reads a regular file that only this user and root can have written; nothing waits for a pipe.
  ///
  /// - Throws: `.configuration` when it is another's or writable by all, `.noInput`.
  static func read(_ path: String) throws(WorkspaceError) -> FileSnapshot {
    let file: FileSnapshot
    let link: FileIdentity
    let folder: FileIdentity
    do throws(PlatformError) {
      link = try Files.linkIdentity(of: path)
      folder = try Files.identity(of: PathParts(path).folder)
      file = try Files.read(path, limit: KeyFileText.maximumByteCount)
    } catch { throw WorkspaceError(reading: error).at(path) }
    guard link.isTrusted(in: folder), file.identity.isTrusted(in: folder) else {
      throw WorkspaceError(
        .configuration, "it belongs to another user, who could choose whom to seal for",
        path: path, hints: ["if it is yours, make yourself the owner with chown"])
    }
    guard !file.identity.isWritableByAll else {
      throw WorkspaceError(
        .configuration, "every user can write to it, and choose whom to seal for", path: path,
        hints: ["run chmod o-w on it"])
    }
    return file
  }
}
