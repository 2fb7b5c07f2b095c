internal import CPlatform
internal import Glibc

/// Why the operating system did not do what it was asked for.
///
/// Never holds a byte of a file. Two errors are equal when their codes are.
public struct PlatformError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kinds of failure; more may be added.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    private enum Kind: String, Sendable {
      case notFound = "no such file or directory"
      case alreadyExists = "it already exists"
      case permissionDenied = "permission denied"
      case isDirectory = "it is a directory"
      case notDirectory = "not a directory"
      case notRegularFile = "not a regular file"
      case symbolicLink = "it is a symbolic link that cannot be followed"
      case invalidName = "not a valid name"
      case noSpace = "no space left on device"
      case readOnly = "it is read-only"
      case tooLarge = "it is too large"
      case changedUnderUs = "it was changed by another program in the meantime"
      case locked = "another program has locked it"
      case interrupted = "interrupted"
      case brokenPipe = "nobody reads it any more"
      case endOfInput = "end of input"
      case usedTwice = "it is used twice"
      case noTerminal = "there is no terminal to ask on"
      case noMemoryFileSystem = "no file system in memory"
      case timedOut = "it took too long"
      case connectionRefused = "nothing listens there"
      case connectionReset = "the other side broke the connection off"
      case unreachable = "there is no way to it"
      case unknownHost = "no such host"
      case noNameServer = "no name server answers"
      case other = "the operating system refused"
    }

    private let kind: Kind

    /// There is no such file, folder or program.
    public static let notFound = Code(kind: .notFound)
    /// A file that must be new is there already.
    public static let alreadyExists = Code(kind: .alreadyExists)
    /// The user may not do this.
    public static let permissionDenied = Code(kind: .permissionDenied)
    /// A folder where a file is needed.
    public static let isDirectory = Code(kind: .isDirectory)
    /// A file where a folder is needed.
    public static let notDirectory = Code(kind: .notDirectory)
    /// A pipe, socket or device where a file is needed.
    public static let notRegularFile = Code(kind: .notRegularFile)
    /// A symbolic link that leads nowhere, in a circle, or where none may be.
    public static let symbolicLink = Code(kind: .symbolicLink)
    /// An empty name, or one with a NUL byte or bytes that are not UTF-8.
    public static let invalidName = Code(kind: .invalidName)
    /// The disk or the quota is full.
    public static let noSpace = Code(kind: .noSpace)
    /// The file has no write permission for its owner, or the file system takes no writes.
    public static let readOnly = Code(kind: .readOnly)
    /// More bytes than the caller's limit.
    public static let tooLarge = Code(kind: .tooLarge)
    /// The file is not the one that was read any more.
    public static let changedUnderUs = Code(kind: .changedUnderUs)
    /// Another program holds a lock.
    public static let locked = Code(kind: .locked)
    /// A signal came.
    public static let interrupted = Code(kind: .interrupted)
    /// The reader of a pipe went away.
    public static let brokenPipe = Code(kind: .brokenPipe)
    /// The input ended before anything came.
    public static let endOfInput = Code(kind: .endOfInput)
    /// Standard input is asked for by more than one reader.
    public static let usedTwice = Code(kind: .usedTwice)
    /// The process has no terminal.
    public static let noTerminal = Code(kind: .noTerminal)
    /// Only disks are there to hold a file.
    public static let noMemoryFileSystem = Code(kind: .noMemoryFileSystem)
    /// A deadline came before the other side did its part.
    public static let timedOut = Code(kind: .timedOut)
    /// Nothing listens at an address.
    public static let connectionRefused = Code(kind: .connectionRefused)
    /// The other side broke a connection off.
    public static let connectionReset = Code(kind: .connectionReset)
    /// The network has no way to an address.
    public static let unreachable = Code(kind: .unreachable)
    /// No source knows the name of a host.
    public static let unknownHost = Code(kind: .unknownHost)
    /// The name servers do not answer.
    public static let noNameServer = Code(kind: .noNameServer)
    /// Anything else; see `errno`.
    public static let other = Code(kind: .other)

    public var description: String { kind.rawValue }
  }

  /// The kind of failure.
  public let code: Code
  /// What was being done: a verb that fits after "cannot".
  public let operation: String
  /// The file, folder or program, as the caller named it; not escaped.
  public let path: String?
  /// The error number of the C library; 0 when it is our own finding.
  public let errno: Int32
  /// The most bytes that are taken, for `.tooLarge` of what is read.
  public let limit: Int?

  /// An error of our own finding.
  public init(_ code: Code, _ operation: String, path: String? = nil, limit: Int? = nil) {
    self.code = code
    self.operation = operation
    self.path = path
    self.limit = limit
    errno = 0
  }

  /// What the C library reported.
  init(errno: Int32, _ operation: String, path: String? = nil) {
    code = Code(errno: errno)
    self.operation = operation
    self.path = path
    self.errno = errno
    limit = nil
  }

  public static func == (left: PlatformError, right: PlatformError) -> Bool {
    left.code == right.code
  }

  /// What errors call the standard streams, in place of a path.
  private static let streams = ["standard input", "standard output", "standard error"]

  /// One line in lower case; control characters in the path are escaped.
  public var description: String {
    let object = path.map { path in
      guard Self.streams.contains(path) else { return " '\(escapedForTerminal(path))'" }
      return (operation == "write" ? " to " : " ") + path
    }
    return "cannot \(operation)\(object ?? ""): \(reason)"
  }

  private var reason: String {
    if let limit { return "it is larger than \(Self.size(limit))" }
    guard errno != 0, let text = unsafe sealwax_error_text(errno) else { return "\(code)" }
    let reason = unsafe String(cString: text)
    return reason.prefix(1).lowercased() + reason.dropFirst()
  }
}

extension PlatformError {
  private static func size(_ byteCount: Int) -> String {
    if byteCount.isMultiple(of: 1 << 20) { return "\(byteCount >> 20) MiB" }
    return byteCount.isMultiple(of: 1 << 10) ? "\(byteCount >> 10) KiB" : "\(byteCount) bytes"
  }
}

extension PlatformError.Code {
  init(errno: Int32) {
    self =
      switch errno {
      case ENOENT: .notFound
      case EEXIST, ENOTEMPTY: .alreadyExists
      case EACCES, EPERM: .permissionDenied
      case EISDIR: .isDirectory
      case ENOTDIR: .notDirectory
      case ELOOP: .symbolicLink
      case ENOSPC, EDQUOT: .noSpace
      case EROFS: .readOnly
      case EFBIG: .tooLarge
      case EINTR: .interrupted
      case EPIPE: .brokenPipe
      case ETIMEDOUT: .timedOut
      case ECONNREFUSED: .connectionRefused
      case ECONNRESET, ECONNABORTED: .connectionReset
      case ENETUNREACH, EHOSTUNREACH, ENETDOWN, EHOSTDOWN: .unreachable
      default: .other
      }
  }
}
