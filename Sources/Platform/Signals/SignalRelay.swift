internal import CPlatform
internal import Glibc
internal import Synchronization

/// What happens when a signal asks this process to end: clean up, then end by that signal; or, while
/// a program runs in the foreground on our behalf, pass the signal on to it.
///
/// Installed by the first that needs it. A thread of its own does the work, because next to nothing
/// may be done inside a signal handler. Signals that the host program handles or ignores are left to
/// it.
enum SignalRelay {
  /// The signals that ask a process to end.
  static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

  private struct State {
    var isInstalled = false
    var nextKey = 0
    var cleanups: [(key: Int, run: @Sendable () -> Void)] = []
    var forwarding: Forwarding?
  }

  private enum Forwarding {
    /// The program is being started; signals wait.
    case starting(pending: [Int32])
    case running(pid_t)
    /// A server ends by itself when this pipe says so.
    case stopping(writer: Int32)
  }

  private static let state = Mutex(State())

  /// Keeps a cleanup registered for as long as it lives.
  struct Registration: ~Copyable, Sendable {
    fileprivate let key: Int
    deinit { SignalRelay.remove(key) }
  }

  /// Has `cleanup` run before the process ends by a signal; the newest runs first.
  ///
  /// It runs on another thread, at most once, and must not register anything itself.
  static func beforeEnding(_ cleanup: @escaping @Sendable () -> Void) -> Registration {
    Registration(key: add(cleanup))
  }

  /// Like `beforeEnding`, for as long as the process lives.
  static func alwaysBeforeEnding(_ cleanup: @escaping @Sendable () -> Void) { _ = add(cleanup) }

  private static func add(_ cleanup: @escaping @Sendable () -> Void) -> Int {
    state.withLock { state in
      install(&state)
      state.nextKey += 1
      state.cleanups.append((state.nextKey, cleanup))
      return state.nextKey
    }
  }

  private static func remove(_ key: Int) {
    state.withLock { $0.cleanups.removeAll { $0.key == key } }
  }

  private static func install(_ state: inout State) {
    guard !state.isInstalled, let pipe = try? Descriptor.pipe() else { return }
    state.isInstalled = true
    let reader = Descriptor(owning: pipe.reader).release()
    guard let thread = Thread({ serve(reader) }) else { return }
    thread.detach()
    for signal in signals { _ = sealwax_relay_signal(signal, pipe.writer) }
  }

  private static func serve(_ reader: Int32) {
    while true {
      var message: (signal: UInt8, isFromKernel: UInt8) = (0, 0)
      let count = unsafe Glibc.read(reader, &message, 2)
      if count == 2 { handle(Int32(message.signal), isFromKernel: message.isFromKernel != 0) }
    }
  }

  private static func handle(_ signal: Int32, isFromKernel: Bool) {
    state.withLock { state in
      switch state.forwarding {
      case .starting(let pending):
        // What the terminal sends goes to the whole group, the new program included.
        if !isFromKernel { state.forwarding = .starting(pending: pending + [signal]) }
      case .running(let child):
        if !isFromKernel { kill(child, signal) }
      case .stopping(let writer):
        // The next signal does not wait.
        state.forwarding = nil
        var byte: UInt8 = 0
        _ = unsafe write(writer, &byte, 1)
      case nil:
        // The lock is never given back: nobody can add what would stay behind.
        for cleanup in state.cleanups.reversed() { cleanup.run() }
        end(by: signal)
      }
    }
  }

  /// Ends the process so that its parent sees the signal.
  private static func end(by signal: Int32) -> Never {
    _ = sealwax_reset_signal(signal)
    var set = sigset_t()
    unsafe sigemptyset(&set)
    unsafe sigaddset(&set, signal)
    unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
    raise(signal)
    _exit(128 + signal)
  }

  /// From now on signals wait for `forward(to:)`.
  static func startForwarding() {
    state.withLock { state in
      install(&state)
      state.forwarding = .starting(pending: [])
    }
  }

  /// Passes signals on to a program, those that waited first.
  static func forward(to child: pid_t) {
    state.withLock { state in
      if case .starting(let pending) = state.forwarding {
        for signal in pending { kill(child, signal) }
      }
      state.forwarding = .running(child)
    }
  }

  /// From now on the first signal writes a byte to a pipe; the one after it ends this process.
  static func startStopping(_ writer: Int32) {
    state.withLock { state in
      install(&state)
      state.forwarding = .stopping(writer: writer)
    }
  }

  /// Signals end this process again.
  ///
  /// To be called before the program's number can be used anew.
  static func stopForwarding() {
    state.withLock { $0.forwarding = nil }
  }
}
