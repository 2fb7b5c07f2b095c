internal import Glibc

/// Files and folders by path.
///
/// Relative paths start at the working directory of the process.
public enum Files {
  /// What is at `path`, a symbolic link followed.
  ///
  /// - Throws: `.notFound`, `.permissionDenied`, `.symbolicLink` (a circle), ...
  public static func identity(of path: String) throws(PlatformError) -> FileIdentity {
    var status = stat()
    try unsafe checkedPath("read", path) { unsafe stat($0, &status) }
    return FileIdentity(status)
  }

  /// What is at `path`, itself: a symbolic link is not followed.
  ///
  /// - Throws: `.notFound`, `.permissionDenied`, ...
  public static func linkIdentity(of path: String) throws(PlatformError) -> FileIdentity {
    var status = stat()
    try unsafe checkedPath("read", path) { unsafe lstat($0, &status) }
    return FileIdentity(status)
  }

  /// What a symbolic link says, as it says it.
  ///
  /// - Throws: `.notFound`, `.other` when it is no link, `.invalidName` when it is not UTF-8 or
  ///   longer than 4,096 bytes.
  public static func linkTarget(of path: String) throws(PlatformError) -> String {
    var bytes = [CChar](repeating: 0, count: 4097)
    let capacity = bytes.count
    let count = try unsafe bytes.withUnsafeMutableBufferPointer { room throws(PlatformError) in
      guard let start = room.baseAddress else { return 0 }
      return try unsafe checkedPath("read", path) { unsafe readlink($0, start, capacity) }
    }
    let text = bytes.prefix(count).map { UInt8(bitPattern: $0) }
    guard count < capacity, let text = String(validating: text, as: UTF8.self) else {
      throw PlatformError(.invalidName, "read", path: path)
    }
    return text
  }

  /// Whether anything is at `path`, be it a symbolic link that leads nowhere.
  public static func exists(_ path: String) -> Bool {
    (try? linkIdentity(of: path)) != nil
  }

  /// The absolute path without `.`, `..` and symbolic links.
  ///
  /// - Throws: `.notFound` also for a link that leads nowhere; `.invalidName` when not UTF-8.
  public static func realPath(_ path: String) throws(PlatformError) -> String {
    var resolved: String?
    try unsafe checkedPath("find", path) { name -> Int32 in
      guard let text = unsafe realpath(name, nil) else { return -1 }
      defer { unsafe free(text) }
      unsafe resolved = String(validatingCString: text)
      return 0
    }
    guard let resolved else { throw PlatformError(.invalidName, "find", path: path) }
    return resolved
  }

  /// The working directory.
  ///
  /// - Throws: `.notFound` when it was removed.
  public static func workingDirectory() throws(PlatformError) -> String {
    try realPath(".")
  }

  /// Makes a folder, and those above it that are missing.
  ///
  /// - Parameter mode: permissions of what is made, such as 0o755; the umask applies.
  /// - Throws: `.permissionDenied`, `.notDirectory` when a file is in the way, ...
  public static func makeFolder(_ path: String, mode: UInt32 = 0o777) throws(PlatformError) {
    if let found = try? identity(of: path) {
      guard found.kind == .directory else {
        throw PlatformError(.notDirectory, "create", path: path)
      }
      return
    }
    let parent = PathParts(path).folder
    if parent != path, parent != ".", parent != "/" { try makeFolder(parent, mode: mode) }
    do throws(PlatformError) {
      try unsafe checkedPath("create", path) { unsafe mkdir($0, mode_t(mode)) }
    } catch  where error.code == .alreadyExists {
      // Another worker made it in the meantime; a file there shows when something is put into it.
    }
  }

  /// Removes a file or symbolic link.
  public static func remove(_ path: String) throws(PlatformError) {
    try unsafe checkedPath("remove", path) { unsafe unlink($0) }
  }
}
