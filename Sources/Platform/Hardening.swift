internal import CPlatform
internal import CryptoCore
internal import Glibc

/// What a process can do, once and at its start, so that its secrets stay in it.
public enum Hardening {
  /// A protection that could not be had.
  public enum Shortfall: String, Sendable, CaseIterable, CustomStringConvertible {
    /// A crash could write the memory to disk.
    case coreDumps = "core dumps cannot be turned off"
    /// Another process of the same user could read the memory.
    case inspection = "other processes of this user can read this process's memory"
    /// Freed plaintext may linger until its memory is used again.
    case freedMemory = "freed memory is not overwritten"
    /// Keys could be swapped out to disk; see `ulimit -l`.
    case lockedMemory = "secret memory cannot be locked in RAM"

    public var description: String { rawValue }
  }

  /// Opens what is closed of the three standard descriptors on `/dev/null`, the wrong way round: what
  /// is opened next cannot take its number and get messages for it, and using it is still an error.
  ///
  /// To be called before anything is opened.
  public static func fillStandardDescriptors() {
    for number in STDIN_FILENO...STDERR_FILENO where fcntl(number, F_GETFD) == -1 {
      let flags = number == STDIN_FILENO ? O_WRONLY : O_RDONLY
      // The lowest free number is this one.
      _ = unsafe open("/dev/null", flags)
    }
  }

  /// Turns off core dumps and inspection, has the C library overwrite freed memory (chunks that its
  /// per-thread cache keeps excepted), and ignores SIGPIPE and SIGXFSZ, so that a closed pipe and a
  /// file beyond `ulimit -f` are errors.
  ///
  /// Crash handlers, the Swift runtime's own included, are removed: a trap ends the process without
  /// a report that quotes memory. Returns what could not be had, worth a warning each.
  public static func apply() -> [Shortfall] {
    fillStandardDescriptors()
    var shortfalls: [Shortfall] = []
    // The limit that nobody can raise again is left: the programs that we start may want it.
    var core = rlimit()
    let kind = __rlimit_resource_t(RLIMIT_CORE.rawValue)
    let isKnown = unsafe getrlimit(kind, &core) == 0
    core.rlim_cur = 0
    if unsafe !isKnown || setrlimit(kind, &core) != 0 { shortfalls.append(.coreDumps) }
    if sealwax_forbid_dumping() != 0 || sealwax_may_be_dumped() != 0 {
      shortfalls.append(.inspection)
    }
    if sealwax_overwrite_freed_memory() != 1 { shortfalls.append(.freedMemory) }
    // For speed alone.
    _ = sealwax_map_large_pieces()
    _ = sealwax_set_signal_defaults()
    if !SecretMemory.isLockable { shortfalls.append(.lockedMemory) }
    return shortfalls
  }
}
