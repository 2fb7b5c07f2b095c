internal import Platform

/// Paths without symbolic links, also of files and folders that are yet to be made.
enum ResolvedPath {
  /// The absolute path of a folder: as far as it exists without symbolic links, the rest as it is.
  static func folder(_ path: String) -> String? {
    var missing: [String] = []
    // How many of the names in front are left again by `..`: what is missing will be no link.
    var leftCount = 0
    var place = path
    while true {
      if var real = try? Files.realPath(place) {
        for _ in 0..<leftCount { real = PathParts(real).folder }
        return missing.reversed().reduce(real) { PathParts.join($0, $1) }
      }
      let parts = PathParts(place)
      guard parts.folder != place, !parts.name.isEmpty else { return nil }
      switch parts.name {
      case "..": leftCount += 1
      case ".": break
      default: if leftCount > 0 { leftCount -= 1 } else { missing.append(parts.name) }
      }
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
