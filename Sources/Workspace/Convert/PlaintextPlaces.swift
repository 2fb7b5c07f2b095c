internal import Platform

/// Keeps plaintext out of places where git would take it in.
struct PlaintextPlaces: Sendable {
  /// Refuses a path in a git work tree that git does not ignore.
  ///
  /// What git cannot say counts as not ignored; so does an ignored file that is tracked all the same.
  ///
  /// - Throws: `.usage`; `.noInput` when the folder is not there.
  func check(_ path: String) throws(WorkspaceError) {
    let place: String
    do throws(PlatformError) { place = try Self.realPath(path) } catch {
      throw WorkspaceError(reading: error).at(path)
    }
    guard Self.isInRepository(place) else { return }
    let parts = PathParts(place)
    let result = try GitProgram(folder: parts.folder)
      .run(["check-ignore", "--quiet", "--", parts.name])
    guard !result.status.isSuccess else { return }
    throw WorkspaceError(
      .usage, "plaintext here would come into git: the file is in a work tree and not ignored",
      path: path,
      hints: [
        "write it elsewhere with --output-dir, or name it in .gitignore",
        "--allow-plaintext-in-git writes it all the same",
      ])
  }

  /// Where a file is or will be, without symbolic links.
  private static func realPath(_ path: String) throws(PlatformError) -> String {
    if Files.exists(path) { return try Files.realPath(path) }
    let parts = PathParts(path)
    var folder = parts.folder
    // Folders that the result will make are under the first one that is there.
    var rest = [parts.name]
    while !Files.exists(folder), folder != "/", folder != "." {
      rest.insert(PathParts(folder).name, at: 0)
      folder = PathParts(folder).folder
    }
    let real = try Files.realPath(folder)
    return rest.reduce(real) { PathParts.join($0, $1) }
  }

  private static func isInRepository(_ path: String) -> Bool {
    var folder = PathParts(path).folder
    while true {
      if Files.exists(PathParts.join(folder, ".git")) { return true }
      if folder == "/" || folder == "." { return false }
      folder = PathParts(folder).folder
    }
  }
}
