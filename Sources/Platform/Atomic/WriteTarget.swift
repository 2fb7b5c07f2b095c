internal import Glibc

/// What a write expects to find where it will put the file.
public enum WriteExpectation: Sendable, Hashable {
  /// Nothing: the file must be new.
  case absent
  /// Exactly the version that was read.
  case unchanged(FileIdentity)
  /// Whatever there is; the file may be new.
  case anything
}

/// How a file is written.
public struct WriteOptions: Sendable, Hashable {
  /// The permissions of a new file, without those that the umask takes; one that is replaced keeps
  /// its own.
  public var mode: UInt32
  /// Whether a file whose owner may not write to it (such as 0400) is replaced all the same.
  public var replacesReadOnly: Bool
  /// Whether group and others lose their permissions for a file that is replaced.
  public var hidesFromOthers = false

  /// - Parameters:
  ///   - mode: permissions of a new file; the umask applies.
  ///   - replacesReadOnly: whether to replace files that nobody may write to.
  public init(mode: UInt32 = 0o600, replacesReadOnly: Bool = false) {
    self.mode = mode & ~Self.creationMask
    self.replacesReadOnly = replacesReadOnly
  }

  /// The umask of the process, which can be asked for by setting another alone; that one hides more.
  private static let creationMask: UInt32 = {
    let mask = umask(0o077)
    _ = umask(mask)
    return UInt32(mask)
  }()
}

/// The place a file goes to: the folder, and the name in it that no symbolic link hides behind.
struct WriteTarget: Sendable {
  /// What errors call it: the path as the caller gave it.
  let shownPath: String
  /// The folder, after symbolic links.
  let folderPath: String
  let name: String

  /// Looks through symbolic links: the file they lead to is the one that is replaced.
  init(_ path: String) throws(PlatformError) {
    shownPath = path
    var path = path
    if let found = try WriteTarget.linkIdentity(path), found.kind == .symbolicLink {
      do throws(PlatformError) {
        path = try Files.realPath(path)
      } catch  where error.code == .notFound {
        throw PlatformError(.symbolicLink, "write", path: shownPath)
      }
    }
    let parts = PathParts(path)
    guard !parts.name.isEmpty, parts.name != ".", parts.name != "..",
      shownPath.utf8.last != UInt8(ascii: "/")
    else {
      throw PlatformError(.isDirectory, "write", path: shownPath)
    }
    folderPath = parts.folder
    name = parts.name
  }

  /// A name in a folder that was found to be no symbolic link.
  init(_ path: String, checked name: String, in folder: String) {
    shownPath = path
    folderPath = folder
    self.name = name
  }

  /// Whose permissions decide; they do not change while the program runs.
  private static let user = geteuid()

  private static func linkIdentity(_ path: String) throws(PlatformError) -> FileIdentity? {
    do throws(PlatformError) {
      return try Files.linkIdentity(of: path)
    } catch  where error.code == .notFound {
      return nil
    }
  }

  /// What is there now, nil for nothing.
  ///
  /// - Parameter before: What was found to be fine earlier; the same version of it still is.
  /// - Throws: `.changedUnderUs`, `.alreadyExists`, `.readOnly`, `.permissionDenied`,
  ///   `.isDirectory`, `.notRegularFile` when it may not be replaced.
  func examine(
    in folder: Folder, expecting expectation: WriteExpectation, _ options: WriteOptions,
    before: FileIdentity? = nil
  ) throws(PlatformError) -> FileIdentity? {
    let found: FileIdentity
    do throws(PlatformError) {
      found = try FileIdentity(folder: folder.number, name: name, path: shownPath)
    } catch  where error.code == .notFound {
      if case .unchanged = expectation { throw self.error(.changedUnderUs) }
      return nil
    }
    if let before, found.isSameVersion(as: before) { return found }
    try check(found, in: folder, expecting: expectation, options)
    return found
  }

  /// Whether what is there may be replaced.
  ///
  /// - Throws: As `examine`.
  func check(
    _ found: FileIdentity, in folder: Folder, expecting expectation: WriteExpectation,
    _ options: WriteOptions
  ) throws(PlatformError) {
    switch expectation {
    case .absent: throw error(.alreadyExists)
    case .unchanged(let expected):
      guard found.isSameVersion(as: expected) else { throw error(.changedUnderUs) }
    case .anything: break
    }
    try Files.requireRegular(found, shownPath, "write")
    if !options.replacesReadOnly {
      if found.permissions & S_IWUSR == 0 { throw error(.readOnly) }
      if found.owner == WriteTarget.user { return }
      // A rename needs no permission for the file itself: ask for it, as writing into it would.
      try unsafe checkedPath("write", name, shownAs: shownPath) {
        unsafe faccessat(folder.number, $0, W_OK, AT_EACCESS)
      }
    }
  }

  func error(_ code: PlatformError.Code) -> PlatformError {
    PlatformError(code, "write", path: shownPath)
  }
}
