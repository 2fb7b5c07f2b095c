internal import CPlatform
internal import CryptoCore
internal import Glibc

/// A running child process.
///
/// When the value goes before `wait`, the child is killed.
public struct ChildProcess: ~Copyable, Sendable {
  /// The process number.
  public let identifier: Int32
  let name: String
  var input: Descriptor?
  var output: Descriptor?
  var errors: Descriptor?
  var lines = LineBuffer()
  private var status: ChildStatus?

  /// Starts a program.
  ///
  /// It gets its standard streams and what is passed, nothing else that we opened (what our own
  /// parent left open for us stays open), and default signals.
  ///
  /// - Throws: `.notFound` when there is no such program, `.permissionDenied`, ...
  public init(
    _ program: ChildProgram, streams: ChildStreams = .init(),
    environment: consuming ChildEnvironment = ChildEnvironment()
  ) throws(PlatformError) {
    if case .inherited = streams.input { try StandardInput.prepareForChild() }
    let plumbing = try ChildPlumbing(streams)
    var arguments = CStringList()
    for argument in [program.name] + program.arguments {
      let isValid = arguments.append(Array(argument.utf8).span, Span())
      guard isValid else { throw PlatformError(.invalidName, "start", path: program.name) }
    }
    identifier = try ChildProcess.spawn(program, &arguments, &environment, plumbing.mapping)
    name = program.name
    let ours = plumbing.takeOurs()
    input = ours.input.map { Descriptor(owning: $0) }
    output = ours.output.map { Descriptor(owning: $0) }
    errors = ours.errors.map { Descriptor(owning: $0) }
  }

  /// Starts a program as another user, with our standard streams; its name is a path.
  ///
  /// Its groups, group and user are those of the system's files, for good: it cannot become us again.
  ///
  /// - Throws: `.permissionDenied` unless we are root, `.notFound`, ...
  init(
    _ program: ChildProgram, as user: LocalUser, environment: consuming ChildEnvironment
  ) throws(PlatformError) {
    var arguments = CStringList()
    for argument in [program.name] + program.arguments {
      let isValid = arguments.append(Array(argument.utf8).span, Span())
      guard isValid else { throw PlatformError(.invalidName, "start", path: program.name) }
    }
    try StandardInput.prepareForChild()
    var child: pid_t = 0
    let error = unsafe arguments.withPointers { argv in
      unsafe environment.withPointers { envp in
        unsafe sealwax_spawn_as(
          &child, program.name, argv, envp, user.identifier, user.group, user.groups,
          Int32(user.groups.count))
      }
    }
    guard let error = error.flatMap({ $0 }) else {
      throw PlatformError(errno: ENOMEM, "start", path: program.name)
    }
    guard error == 0 else { throw PlatformError(errno: error, "start", path: program.name) }
    identifier = child
    name = program.name
  }

  private static func spawn(
    _ program: ChildProgram, _ arguments: inout CStringList,
    _ environment: inout ChildEnvironment, _ mapping: [(target: Int32, source: Int32)]
  ) throws(PlatformError) -> pid_t {
    for text in [program.name, program.folder ?? "."] {
      guard !text.isEmpty, !text.utf8.contains(0) else {
        throw PlatformError(.invalidName, "start", path: program.name)
      }
    }
    let sources = mapping.map(\.source)
    let targets = mapping.map(\.target)
    var child: pid_t = 0
    let error = unsafe arguments.withPointers { argv in
      unsafe environment.withPointers { envp in
        if let folder = program.folder {
          unsafe sealwax_spawn(
            &child, program.name, argv, envp, folder, sources, targets, Int32(mapping.count))
        } else {
          unsafe sealwax_spawn(
            &child, program.name, argv, envp, nil, sources, targets, Int32(mapping.count))
        }
      }
    }
    switch error {
    case .some(.some(0)): return child
    case .some(.some(let error)):
      throw PlatformError(errno: error, "start", path: program.name)
    default: throw PlatformError(errno: ENOMEM, "start", path: program.name)
    }
  }

  deinit {
    if status == nil {
      kill(identifier, SIGKILL)
      _ = try? ChildProcess.reap(identifier, name)
    }
  }

  /// Sends a signal; no effect once the child has been waited for.
  public func send(signal: Int32) {
    if status == nil { kill(identifier, signal) }
  }

  /// Closes all pipes to the child and waits for it to end.
  public mutating func wait() throws(PlatformError) -> ChildStatus {
    if let status { return status }
    input = nil
    output = nil
    errors = nil
    let ended = try ChildProcess.reap(identifier, name)
    status = ended
    return ended
  }

  private static func reap(_ child: pid_t, _ name: String) throws(PlatformError) -> ChildStatus {
    var status: Int32 = 0
    try checked("wait for", path: name) { unsafe waitpid(child, &status, 0) }
    return ChildStatus(waitStatus: status)
  }

  /// Runs a program in the foreground to its end, as if it stood in our place.
  ///
  /// Signals that ask us to end (SIGINT, SIGTERM, SIGHUP, SIGQUIT) are passed on to it instead;
  /// those that the terminal sends reach it anyway.
  public static func runInForeground(
    _ program: ChildProgram, streams: ChildStreams = .init(),
    environment: consuming ChildEnvironment = ChildEnvironment()
  ) throws(PlatformError) -> ChildStatus {
    SignalRelay.startForwarding()
    defer { SignalRelay.stopForwarding() }
    return try toEnd(try ChildProcess(program, streams: streams, environment: environment))
  }

  /// The same as another user, with our standard streams; the program's name is a path.
  ///
  /// - Throws: `.permissionDenied` unless we are root.
  public static func runInForeground(
    _ program: ChildProgram, as user: LocalUser, environment: consuming ChildEnvironment
  ) throws(PlatformError) -> ChildStatus {
    SignalRelay.startForwarding()
    defer { SignalRelay.stopForwarding() }
    return try toEnd(try ChildProcess(program, as: user, environment: environment))
  }

  private static func toEnd(
    _ child: consuming ChildProcess
  ) throws(PlatformError) -> ChildStatus {
    SignalRelay.forward(to: child.identifier)
    try checked("wait for", path: child.name) { sealwax_await_end(child.identifier) }
    // From here its number may be given to another process.
    SignalRelay.stopForwarding()
    return try child.wait()
  }
}
