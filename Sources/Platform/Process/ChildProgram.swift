/// A program to be run, and how.
public struct ChildProgram: Sendable {
  /// The program: searched for on PATH unless it has a slash.
  public var name: String
  /// The arguments after the program's own name.
  ///
  /// Visible to all users of the machine: no secrets.
  public var arguments: [String]
  /// The working directory; nil for ours.
  public var folder: String?

  /// A program with its arguments.
  public init(_ name: String, arguments: [String] = [], folder: String? = nil) {
    self.name = name
    self.arguments = arguments
    self.folder = folder
  }
}

/// Where one of a child's streams leads.
public enum ChildStream: Sendable {
  /// To where ours leads.
  case inherited
  /// To nothing.
  case null
  /// To us.
  case pipe
  /// To an open descriptor of ours.
  case descriptor(Int32)
}

/// All streams of a child.
public struct ChildStreams: Sendable {
  /// Standard input.
  public var input: ChildStream
  /// Standard output.
  public var output: ChildStream
  /// Standard error.
  public var errors: ChildStream
  /// More descriptors: the child's number, and ours (a `MemoryFile`'s, for a secret).
  ///
  /// At most 13.
  public var passed: [Int32: Int32]

  /// Where the streams lead; to where ours do unless told otherwise.
  public init(
    input: ChildStream = .inherited, output: ChildStream = .inherited,
    errors: ChildStream = .inherited, passed: [Int32: Int32] = [:]
  ) {
    self.input = input
    self.output = output
    self.errors = errors
    self.passed = passed
  }
}

/// How a child ended.
public enum ChildStatus: Sendable, Hashable {
  /// By itself, with this status.
  case exited(Int32)
  /// By a signal.
  case signalled(Int32)

  /// Whether it exited with 0.
  public var isSuccess: Bool { self == .exited(0) }

  /// The status as a shell gives it: that of the program, or 128 and the signal.
  public var shellStatus: Int32 {
    switch self {
    case .exited(let status): status
    case .signalled(let signal): 128 + signal
    }
  }

  /// From what `waitpid` gives for a process that has ended (wait(2); the macros are not imported).
  init(waitStatus: Int32) {
    let signal = waitStatus & 0x7F
    self = signal == 0 ? .exited((waitStatus >> 8) & 0xFF) : .signalled(signal)
  }
}
