public import CryptoCore
internal import Glibc
internal import Synchronization

extension Terminal {
  /// The most bytes of a line that a terminal takes, line feed included (N_TTY_BUF_SIZE of Linux).
  ///
  /// It drops what is typed beyond, so a line of that length may be a part of the answer only.
  private static var maximumLineByteCount: Int { 4096 }

  /// Asks for a passphrase on the process's own terminal, without echo, wherever the standard
  /// streams lead.
  ///
  /// The echo is back afterwards, also when a signal ends the process meanwhile.
  ///
  /// - Parameter prompt: shown as it is; escape what comes from outside.
  /// - Returns: the line without its line feed, in locked memory.
  /// - Throws: `.noTerminal`, `.endOfInput` (Ctrl-D), `.tooLarge`, ...
  public static func readPassphrase(prompt: String) throws(PlatformError) -> SecretBytes {
    let terminal = try openOwn()
    let echo = try EchoOff(terminal.number)
    defer { echo.restore() }
    try Files.writeAll(Array(prompt.utf8).span, to: terminal.number, named: "the terminal")
    let passphrase = try readLine(terminal.number)
    // The Enter key was not echoed either.
    try Files.writeAll([UInt8(ascii: "\n")].span, to: terminal.number, named: "the terminal")
    return passphrase
  }

  /// Asks for a line on the process's own terminal, with echo.
  ///
  /// - Parameter prompt: shown as it is; escape what comes from outside.
  /// - Throws: `.noTerminal`, `.endOfInput` (Ctrl-D), `.invalidName` when it is not UTF-8, ...
  public static func readLine(prompt: String) throws(PlatformError) -> String {
    let terminal = try openOwn()
    try Files.writeAll(Array(prompt.utf8).span, to: terminal.number, named: "the terminal")
    let line = try readLine(terminal.number)
    let bytes = line.bytes
    let answer = Array(bytes.indices.map { bytes[$0] })
    guard let text = String(validating: answer, as: UTF8.self) else {
      throw PlatformError(.invalidName, "read from the terminal")
    }
    return text
  }

  /// Asks a question; true for "y" or "yes" in any case.
  ///
  /// - Throws: as `readLine(prompt:)`.
  public static func confirm(_ question: String) throws(PlatformError) -> Bool {
    ["y", "yes"].contains(try readLine(prompt: question + " [y/N] ").lowercased())
  }

  /// Whether the process has a terminal to ask on.
  public static var canAsk: Bool {
    guard let terminal = try? openOwn() else { return false }
    return isTerminal(terminal.number)
  }

  private static func openOwn() throws(PlatformError) -> Descriptor {
    do throws(PlatformError) {
      return try Descriptor.open("/dev/tty", O_RDWR)
    } catch  where [ENXIO, ENOTTY, ENOENT, EIO, EACCES].contains(error.errno) {
      throw PlatformError(.noTerminal, "ask")
    }
  }

  private static func readLine(_ terminal: Int32) throws(PlatformError) -> SecretBytes {
    do {
      var line = try SecretBytes(zeroed: maximumLineByteCount)
      var count = 0
      while count < line.count {
        let got = try readSome(terminal, &line, from: count)
        if got == 0, count == 0 { throw PlatformError(.endOfInput, "read from the terminal") }
        count += got
        if got == 0 { break }
        if line.bytes[count - 1] == UInt8(ascii: "\n") {
          count -= 1
          break
        }
      }
      guard count < line.count - 1 else { throw PlatformError(.tooLarge, "read from the terminal") }
      return try SecretBytes(copying: line.bytes.extracting(0..<count))
    } catch let error as PlatformError {
      throw error
    } catch {
      throw PlatformError(errno: ENOMEM, "read from the terminal")
    }
  }

  private static func readSome(
    _ terminal: Int32, _ line: inout SecretBytes, from start: Int
  ) throws(PlatformError) -> Int {
    var span = line.mutableBytes
    return try unsafe span.withUnsafeMutableBytes { bytes throws(PlatformError) in
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes.dropFirst(start))
      return unsafe try Files.read(terminal, into: rest, "the terminal")
    }
  }
}

/// A terminal that does not show what is typed, until it is restored.
private final class EchoOff: Sendable {
  private let registration: SignalRelay.Registration
  private let state: Saved

  private struct Saved: Sendable {
    let terminal: Int32
    let settings: termios

    func restore() {
      var settings = settings
      _ = unsafe tcsetattr(terminal, TCSAFLUSH, &settings)
    }
  }

  init(_ terminal: Int32) throws(PlatformError) {
    var settings = termios()
    try checked("set up the terminal") { unsafe tcgetattr(terminal, &settings) }
    let saved = Saved(terminal: terminal, settings: settings)
    state = saved
    // Before the echo goes: a signal in between finds it on, and leaves it on.
    registration = SignalRelay.beforeEnding { saved.restore() }
    settings.c_lflag &= ~tcflag_t(ECHO | ECHONL)
    settings.c_lflag |= tcflag_t(ICANON | ISIG)
    try checked("set up the terminal") { unsafe tcsetattr(terminal, TCSAFLUSH, &settings) }
  }

  func restore() { state.restore() }
}
