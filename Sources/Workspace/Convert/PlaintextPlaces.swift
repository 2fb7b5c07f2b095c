internal import Platform

/// Keeps plaintext out of places where git would take it in.
struct PlaintextPlaces: Sendable {
  /// Refuses a path in a git work tree that git does not ignore.
  ///
  /// What git cannot say counts as not ignored; so does an ignored file that is tracked all the same.
  ///
  /// - Throws: `.usage`; `.noInput` when the folder is not there.
  func check(_ path: String) throws(WorkspaceError) {
    let place: (folder: String, name: String)
    do throws(PlatformError) { place = try Self.realPlace(path) } catch {
      throw WorkspaceError(reading: error).at(path)
    }
    guard Self.isInRepository(place.folder) else { return }
    let result = try GitProgram(folder: place.folder)
      .run(["check-ignore", "--quiet", "--", place.name])
    guard !result.status.isSuccess else { return }
    throw WorkspaceError(
      .usage, "plaintext here would come into git: the file is in a work tree and not ignored",
      path: path,
      hints: [
        "write it elsewhere with --output-dir, or name it in .gitignore",
        "--allow-plaintext-in-git writes it all the same",
      ])
  }

  /// Where a file is or will be, without symbolic links: a folder that is there, and the path in it.
  private static func realPlace(
    _ path: String
  ) throws(PlatformError) -> (folder: String, name: String) {
    if Files.exists(path) {
      let parts = PathParts(try Files.realPath(path))
      return (parts.folder, parts.name)
    }
    var folder = PathParts(path).folder
    var name = PathParts(path).name
    // Folders that the result will make are under the first one that is there.
    while !Files.exists(folder), folder != "/", folder != "." {
      name = PathParts.join(PathParts(folder).name, name)
      folder = PathParts(folder).folder
    }
    return (try Files.realPath(folder), name)
  }

  private static func isInRepository(_ folder: String) -> Bool {
    var folder = folder
    while true {
      if Files.exists(PathParts.join(folder, ".git")) { return true }
      if folder == "/" || folder == "." { return false }
      folder = PathParts(folder).folder
    }
  }
}
