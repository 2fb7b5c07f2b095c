import CryptoCore
import Foundation
import Platform
import Testing

/// The program's end of a conversation on a terminal of its own.
@Suite struct TerminalTests {
  /// A pseudo-terminal; the probe runs with it as its controlling terminal and nothing else.
  final class Pseudo {
    let ours: Int32
    let theirs: Int32
    private(set) var shown = ""

    init() throws {
      var ends: (ours: Int32, theirs: Int32) = (-1, -1)
      try #require(openpty(&ends.ours, &ends.theirs, nil, nil, nil) == 0)
      (ours, theirs) = ends
      // Another test's children must not hold it open.
      for end in [ours, theirs] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }

    deinit {
      close(ours)
      close(theirs)
    }

    func start(_ command: String) throws -> ChildProcess {
      try ChildProcess(
        ChildProgram("setsid", arguments: ["--ctty", "--wait", Probe.path, command]),
        streams: ChildStreams(input: .descriptor(theirs), output: .pipe, errors: .pipe))
    }

    /// Waits until the terminal shows a text.
    func wait(for text: String) throws {
      var bytes = [UInt8](repeating: 0, count: 4096)
      while !shown.contains(text) {
        var request = pollfd(fd: ours, events: Int16(POLLIN), revents: 0)
        try #require(poll(&request, 1, 10_000) == 1, "shown: \(shown)")
        let count = read(ours, &bytes, bytes.count)
        try #require(count > 0)
        shown += String(decoding: bytes.prefix(count), as: UTF8.self)
      }
    }

    func type(_ text: String) {
      _ = Array(text.utf8).withUnsafeBytes { write(ours, $0.baseAddress, $0.count) }
    }

    var echoes: Bool {
      var settings = termios()
      return tcgetattr(theirs, &settings) == 0 && settings.c_lflag & tcflag_t(ECHO) != 0
    }
  }

  static let answers: [(typed: String, output: String, failure: String?)] = [
    ("correct horse\n", "correct horse", nil),
    ("schlüssel 🗝 \t\n", "schlüssel 🗝 \t", nil),
    ("\n", "", nil),
    // The terminal's own editing: Backspace, Ctrl-U.
    ("wrong\u{15}rigth\u{7f}\u{7f}ht\n", "right", nil),
    ("half a line\u{4}\u{4}", "half a line", nil),
    ("\u{4}", "", "cannot read from the terminal: end of input"),
    (
      String(repeating: "x", count: 5000) + "\n", "",
      "cannot read from the terminal: it is too large"
    ),
  ]

  @Test(arguments: answers.indices)
  func readsPassphrases(row: Int) throws {
    let (typed, output, failure) = TerminalTests.answers[row]
    let terminal = try Pseudo()
    #expect(terminal.echoes)
    var child = try terminal.start("passphrase")
    try terminal.wait(for: "passphrase: ")
    #expect(!terminal.echoes)
    terminal.type(typed)
    let line = try readLine(&child)
    #expect(line ?? "" == output)
    let status = try child.wait()
    #expect(status == .exited(failure == nil ? 0 : 1))
    #expect(terminal.echoes)
    if failure == nil { try terminal.wait(for: "\r\n") }
    #expect(terminal.shown == "passphrase: " + (failure == nil ? "\r\n" : ""))
  }

  /// However the process ends while it asks, the terminal shows again what is typed.
  @Test(arguments: [SIGINT, SIGTERM, SIGQUIT])
  func restoresTheEcho(signal: Int32) throws {
    let terminal = try Pseudo()
    var child = try terminal.start("passphrase")
    try terminal.wait(for: "passphrase: ")
    #expect(!terminal.echoes)
    terminal.type("secr")
    switch signal {
    case SIGINT: terminal.type("\u{3}")
    case SIGQUIT: terminal.type("\u{1c}")
    default: child.send(signal: signal)
    }
    #expect(try child.wait() == .signalled(signal))
    #expect(terminal.echoes)
    #expect(!terminal.shown.contains("secr"))
  }

  @Test(arguments: [
    ("y\n", "true"), ("YES\n", "true"), ("n\n", "false"), ("\n", "false"), ("yess\n", "false"),
  ])
  func confirms(typed: String, expected: String) throws {
    let terminal = try Pseudo()
    var child = try terminal.start("confirm")
    try terminal.wait(for: "sure? [y/N] ")
    #expect(terminal.echoes)
    terminal.type(typed)
    let line = try readLine(&child)
    #expect(line == expected)
    _ = try child.wait()
  }

  /// Without a terminal it says so; it never reads a passphrase from standard input.
  @Test func needsATerminal() throws {
    let program = ChildProgram("setsid", arguments: ["--wait", Probe.path, "passphrase"])
    let run = try Probe.run(program, input: "secret\n")
    #expect(run.status == .exited(1) && run.output == "")
    #expect(run.errors == "cannot ask: there is no terminal to ask on\n")
  }
}
