import CryptoCore
import Foundation
import Platform
import Testing

@Suite struct ProcessTests {
  private static let million = String(repeating: "x", count: 1_000_000)

  static let scripts: [(script: String, input: String, expected: Probe.Result)] = [
    ("cat; echo e >&2", "in", .init(status: .exited(0), output: "in", errors: "e\n")),
    ("exit 7", "", .init(status: .exited(7), output: "", errors: "")),
    ("exit 255", "unread", .init(status: .exited(255), output: "", errors: "")),
    ("kill -9 $$", "", .init(status: .signalled(9), output: "", errors: "")),
    ("kill -PIPE $$", "", .init(status: .signalled(13), output: "", errors: "")),
    ("head -c 3", million, .init(status: .exited(0), output: "xxx", errors: "")),
    (
      "exec <&-; sleep 0.1; echo on", million,
      .init(status: .exited(0), output: "on\n", errors: "")
    ),
    // The lowest 31 are all but those that the C library keeps for itself and the real-time ones.
    (
      "for i in $(grep -E 'Sig(Blk|Ign)' /proc/self/status | cut -f2); do"
        + " echo $((0x$i & 0x7fffffff)); done", "",
      .init(status: .exited(0), output: "0\n0\n", errors: "")
    ),
  ]

  @Test(arguments: scripts.indices)
  func runs(row: Int) throws {
    let (script, input, expected) = ProcessTests.scripts[row]
    _ = signal(SIGPIPE, SIG_IGN)
    let program = ChildProgram("sh", arguments: ["-c", script])
    #expect(try Probe.run(program, input: input) == expected)
  }

  /// Much more than a pipe holds, in all three directions at once.
  @Test func doesNotDeadlock() throws {
    let input = [UInt8](repeating: 0x61, count: 20_000_000)
    let program = ChildProgram("sh", arguments: ["-c", "tee /dev/stderr"])
    let result = try ChildProcess.run(program, input: input.span)
    #expect(result.output.count == 20_000_000 && result.errors.count == 20_000_000)
    #expect(result.status.isSuccess && result.status.shellStatus == 0)
    let endless = ChildProgram("cat", arguments: ["/dev/zero"])
    #expect(code { _ = try ChildProcess.run(endless, limit: 100_000) } == .tooLarge)
  }

  static let failures: [(program: ChildProgram, code: PlatformError.Code)] = [
    (ChildProgram("no-such-program-here"), .notFound),
    (ChildProgram("/etc/passwd"), .permissionDenied),
    (ChildProgram("/"), .permissionDenied),
    (ChildProgram(""), .invalidName),
    (ChildProgram("true", arguments: ["a\u{0}b"]), .invalidName),
    (ChildProgram("true", folder: "/no/such/folder"), .notFound),
    (ChildProgram("true", folder: ""), .invalidName),
  ]

  @Test(arguments: failures.indices)
  func failsToStart(row: Int) throws {
    let (program, expected) = ProcessTests.failures[row]
    let error = #expect(throws: PlatformError.self) { _ = try ChildProcess.run(program) }
    #expect(error?.code == expected)
    #expect(error?.description.hasPrefix("cannot start '\(program.name)': ") == true)
  }

  @Test func passesEnvironmentFolderAndDescriptors() throws {
    var environment = ChildEnvironment(inheriting: false)
    try environment.set("A", to: "1")
    try environment.set("B", to: [0x62, 0xFF, 0x0A].span)
    try environment.set("A", to: "2")
    try environment.set("C", to: "")
    try environment.set("GONE", to: "x")
    environment.remove("GONE")
    environment.remove("NEVER")
    for (name, value) in [("", "x"), ("a=b", "x"), ("a\u{0}", "x"), ("a", "x\u{0}")] {
      #expect(code { try environment.set(name, to: value) } == .invalidName)
    }
    let secret = try MemoryFile(named: "test", contents: Array("hidden".utf8).span)
    let program = ChildProgram(
      "/bin/sh", arguments: ["-c", "env -0; cat <&7; pwd; echo >&7"], folder: "/proc")
    let result = try ChildProcess.run(
      program, passed: [7: secret.descriptor], environment: environment)
    let bytes = result.output.bytes
    let output = bytes.indices.map { bytes[$0] }.split(separator: 0).map(Array.init)
    #expect(output.contains(Array("A=2".utf8)) && output.contains(Array("C=".utf8)))
    #expect(output.contains([0x42, 0x3D, 0x62, 0xFF, 0x0A]))
    #expect(output.last == Array("hidden/proc\n".utf8))
    #expect(!output.contains { $0.starts(with: "GONE".utf8) || $0.starts(with: "HOME".utf8) })
    #expect(text(result.errors) != "")
  }

  /// What we have open is closed in a child, unless it is passed.
  @Test func keepsDescriptorsFromChildren() throws {
    let scratch = try Scratch()
    try scratch.write("mine", to: "f")
    let file = try InputFile(scratch("f"))
    let folder = try PrivateFolder()
    defer { folder.remove() }
    let written = try AtomicFile(at: scratch("g"), expecting: .absent)
    let run = try Probe.shell("ls -l /proc/self/fd")
    #expect(run.status == .exited(0) && run.output.contains("/proc/"))
    #expect(!run.output.contains(scratch.path) && !run.output.contains(folder.path))
    #expect(file.identity.size == 4)
    _ = consume written
  }

  /// Whoever starts a program need not think of it.
  @Test func identitiesAreNotInherited() throws {
    let names = ["SEALWAX_IDENTITY", "SEALWAX_IDENTITY_FILE", "SOPS_AGE_KEY", "SOPS_AGE_KEY_FILE"]
    for name in names { setenv(name, "PLATFORM_TEST_IDENTITY", 1) }
    defer { for name in names { unsetenv(name) } }
    let run = try Probe.shell("env")
    #expect(run.output.contains("PATH=") && !run.output.contains("PLATFORM_TEST_IDENTITY"))
  }

  @Test func variablesAreTakenOutByTheirNames() throws {
    var environment = ChildEnvironment(inheriting: false)
    for name in ["A_1", "B_1", "A_2"] { try environment.set(name, to: "x") }
    environment.removeAll { $0.hasPrefix("A_") }
    let result = try ChildProcess.run(
      ChildProgram("/usr/bin/env"), environment: environment)
    #expect(text(result.output) == "B_1=x\n")
  }

  @Test func inheritsTheEnvironment() throws {
    setenv("PLATFORM_TEST_VALUE", "from\nhere", 1)
    let run = try Probe.shell("printf %s \"$PLATFORM_TEST_VALUE\"")
    #expect(run.output == "from\nhere")
    #expect(Environment.value("PLATFORM_TEST_VALUE") == "from\nhere")
    let count = try Environment.secret("PLATFORM_TEST_VALUE")?.count
    #expect(count == 9)
    #expect(Environment.value("PLATFORM_TEST_NOTHING") == nil)
  }

  /// Descriptors that change places: each target is another's source.
  @Test func swapsDescriptors() throws {
    let scratch = try Scratch()
    try scratch.write("one", to: "1")
    try scratch.write("two", to: "2")
    let one = try #require(FileHandle(forReadingAtPath: scratch("1")))
    let two = try #require(FileHandle(forReadingAtPath: scratch("2")))
    let (first, second) = (one.fileDescriptor, two.fileDescriptor)
    let script = "cat /proc/self/fd/\(first) /proc/self/fd/\(second)"
    let program = ChildProgram("sh", arguments: ["-c", script])
    let result = try ChildProcess.run(program, passed: [first: second, second: first])
    #expect(text(result.output) == "twoone")
  }

  @Test func converses() throws {
    let script = """
      while read -r line; do
        case "$line" in
          end) printf 'last line'; exit 3;;
          big) head -c 300000 /dev/zero | tr '\\0' x; echo;;
          *) echo "<$line>"; echo;;
        esac
      done
      """
    let streams = ChildStreams(input: .pipe, output: .pipe, errors: .null)
    var child = try ChildProcess(ChildProgram("sh", arguments: ["-c", script]), streams: streams)
    try child.write(Array("a b\nbig\n".utf8).span)
    #expect(try readLine(&child) == "<a b>")
    #expect(try readLine(&child) == "")
    #expect(try readLine(&child) == String(repeating: "x", count: 300_000))
    try child.write(Array("end\n".utf8).span)
    #expect(try readLine(&child) == "last line")
    #expect(try readLine(&child) == nil)
    #expect(try readLine(&child) == nil)
    #expect(try child.wait() == .exited(3))
    #expect(try child.wait() == .exited(3))
  }

  /// Both sides write much before they read.
  @Test func conversesWithoutDeadlock() throws {
    let streams = ChildStreams(input: .pipe, output: .pipe)
    var child = try ChildProcess(ChildProgram("cat"), streams: streams)
    let line = String(repeating: "y", count: 999_999)
    for _ in 0..<5 { try child.write(Array((line + "\n").utf8).span) }
    child.closeInput()
    for _ in 0..<5 { #expect(try readLine(&child) == line) }
    #expect(try readLine(&child) == nil)
    var other = try ChildProcess(ChildProgram("true"), streams: streams)
    #expect(try readLine(&other) == nil)
    // Another child that is just being started may hold the other end for a moment.
    let broken = code {
      for _ in 0..<1000 {
        try other.write([1].span)
        usleep(1000)
      }
    }
    #expect(broken == .brokenPipe)
    var long = try ChildProcess(ChildProgram("cat", arguments: ["/dev/zero"]), streams: streams)
    #expect(code { _ = try readLine(&long) } == .tooLarge)
  }

  @Test func killsWhatIsDropped() throws {
    let child = try ChildProcess(ChildProgram("sleep", arguments: ["1000"]))
    let number = child.identifier
    #expect(kill(number, 0) == 0)
    _ = consume child
    #expect(kill(number, 0) == -1)
  }

  static let signals: [(signal: Int32, trap: String, expected: String)] = [
    (SIGTERM, "trap 'echo got; exit 4' TERM", "got\nexited(4)\n"),
    (SIGINT, "trap 'echo got; exit 5' INT", "got\nexited(5)\n"),
    (SIGHUP, "trap 'echo got; exit 6' HUP", "got\nexited(6)\n"),
    (SIGTERM, ":", "signalled(15)\n"),
  ]

  /// A program in the foreground gets the signals that were meant for us, and we live on.
  @Test(arguments: signals.indices)
  func forwardsSignals(row: Int) throws {
    let (signal, trap, expected) = ProcessTests.signals[row]
    let script = "\(trap); echo up; while :; do sleep 0.02; done"
    let program = ChildProgram(Probe.path, arguments: ["foreground", "sh", "-c", script])
    var child = try ChildProcess(program, streams: ChildStreams(output: .pipe))
    #expect(try readLine(&child) == "up")
    child.send(signal: signal)
    var output = ""
    while let line = try readLine(&child) { output += line + "\n" }
    #expect(output == expected)
  }
}
