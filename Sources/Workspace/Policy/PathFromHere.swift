internal import Platform

/// Whole paths as people name them.
enum PathFromHere {
  /// A path from the folder that the command was called in, where the file is below it; else as it is.
  static func shown(_ path: String) -> String {
    guard let here = try? Files.realPath("."), path.utf8.starts(with: (here + "/").utf8) else {
      return path
    }
    return String(decoding: path.utf8.dropFirst(here.utf8.count + 1), as: UTF8.self)
  }
}
