internal import Platform

/// Paths without symbolic links, also of files and folders that are yet to be made.
enum ResolvedPath {
  /// The absolute path of a folder: as far as it exists without symbolic links, the rest as it is.
  static func folder(_ path: String) -> String? {
    var missing: [String] = []
    var place = path
    while true {
      if let real = try? Files.realPath(place) {
        return missing.reversed().reduce(real) { PathParts.join($0, $1) }
      }
      let parts = PathParts(place)
      guard parts.folder != place, !parts.name.isEmpty, parts.name != "..", parts.name != "."
      else { return nil }
      missing.append(parts.name)
      place = parts.folder
    }
  }

  /// The absolute path of a file: of the one that is read and written, if the path is a link.
  static func file(_ path: String) -> String? { (try? Files.realPath(path)) ?? unfollowed(path) }

  /// The absolute path of a file; its own name is not followed if it is a symbolic link.
  static func unfollowed(_ path: String) -> String? {
    let parts = PathParts(path)
    return folder(parts.folder).map { PathParts.join($0, parts.name) }
  }
}
