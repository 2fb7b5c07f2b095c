internal import CryptoCore
internal import Glibc
internal import Platform

enum OtherCommands {
  /// PATH: the size of a file.
  static func read(_ arguments: [String]) throws {
    Probe.say("\(try Files.read(arguments[0], limit: 1 << 20).bytes.count)")
  }

  /// PATH: a file to standard output.
  static func copy(_ arguments: [String]) throws {
    try Files.writeStandardOutput(try Files.read(arguments[0], limit: 1 << 30).bytes.bytes)
  }

  /// FOLDER: what is in it.
  static func walk(_ arguments: [String]) throws {
    try FileTree.walk(arguments[0]) { item in
      Probe.say("\(item)")
      return true
    }
  }

  /// Hardens, and says what came of it.
  static func harden(_ arguments: [String]) throws {
    let shortfalls = Hardening.apply()
    var core = rlimit(rlim_cur: 1, rlim_max: 1)
    getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &core)
    Probe.say("core \(core.rlim_cur) \(core.rlim_max)")
    Probe.say("shortfalls \(shortfalls.map { "\($0)" }.joined(separator: ", "))")
    Probe.say("freed \(freedBytesSurvive() ? "survives" : "is overwritten")")
    let snapshot = try Files.read("/proc/self/status", limit: 1 << 20)
    try Files.writeStandardOutput(snapshot.bytes.bytes)
  }

  /// Whether bytes of a block can be found again after it is freed, the allocator's links excepted.
  private static func freedBytesSurvive() -> Bool {
    let count = 8192
    guard let block = malloc(count) else { return true }
    // Keeps the block from the top of the heap, which is given back instead.
    let neighbour = malloc(count)
    memset(block, 0x77, count)
    free(block)
    let bytes = block.assumingMemoryBound(to: UInt8.self)
    // What was allocated since may have such a byte, in an address for instance.
    let survives = (64..<count).count { bytes[$0] == 0x77 } > count / 16
    free(neighbour)
    return survives
  }

  /// Asks for a passphrase and writes it to standard output.
  static func passphrase(_ arguments: [String]) throws {
    let passphrase = try Terminal.readPassphrase(prompt: "passphrase: ")
    try Files.writeStandardOutput(passphrase.bytes)
  }

  /// Asks a question and writes the answer to standard output.
  static func confirm(_ arguments: [String]) throws {
    Probe.say("\(try Terminal.confirm("sure?"))")
  }

  /// Makes a private folder with a file, says where, and waits.
  static func privateFolder(_ arguments: [String]) throws {
    let folder = try PrivateFolder()
    try folder.write([1, 2, 3].span, named: "secret")
    Probe.say(folder.path)
    while true {
      pause()
      try folder.write([1].span, named: "more")
    }
  }

  /// PROGRAM ARGUMENT...: runs it in the foreground, and says how it ended.
  static func foreground(_ arguments: [String]) throws {
    let program = ChildProgram(arguments[0], arguments: Array(arguments.dropFirst()))
    let status = try ChildProcess.runInForeground(program)
    Probe.say("\(status)")
    exit(status.shellStatus)
  }
}
