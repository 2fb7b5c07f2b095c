internal import CryptoCore
internal import Glibc
internal import Platform
internal import Synchronization

enum WriteCommands {
  /// Kills the process at the `number`th step (from 1); 0 never does.
  private static func killer(at number: Int) -> WriteStepObserver {
    let counter = Counter()
    return { _ in
      if counter.next() == number { kill(getpid(), SIGKILL) }
    }
  }

  private final class Counter: Sendable {
    private let value = Atomic<Int>(0)
    func next() -> Int { value.add(1, ordering: .relaxed).newValue }
  }

  private static func contents(_ byte: String, count: Int) -> [UInt8] {
    [UInt8](repeating: byte.utf8.first ?? 0, count: count)
  }

  private static func expectation(_ path: String) throws(PlatformError) -> WriteExpectation {
    guard Files.exists(path) else { return .absent }
    return .unchanged(try Files.read(path, limit: 1 << 30).identity)
  }

  /// PATH BYTE COUNT KILL-AT: replaces or makes a file.
  static func write(_ arguments: [String]) throws {
    let (path, count) = (arguments[0], Int(arguments[2]) ?? 0)
    var file = try AtomicFile(
      at: path, expecting: expectation(path), options: .init(),
      observer: killer(at: Int(arguments[3]) ?? 0))
    try file.write(contents(arguments[1], count: count).span)
    try file.commit()
  }

  /// BYTE COUNT KILL-AT GROUP PATH...: replaces or makes many files on two threads.
  static func writeBatch(_ arguments: [String]) throws {
    let batch = AtomicBatch(
      groupLimit: Int(arguments[3]) ?? 1, observer: killer(at: Int(arguments[2]) ?? 0))
    let paths = Array(arguments.dropFirst(4))
    let bytes = contents(arguments[0], count: Int(arguments[1]) ?? 0)
    let hasFailed = Atomic(false)
    Parallel.forEach(count: paths.count, workers: 2) { index, _ in
      do {
        try batch.write(
          bytes.span, to: paths[index], expecting: expectation(paths[index]), tag: index)
      } catch {
        Files.writeStandardError("\(error)\n")
        // Not here: the other worker's file would be cut short by that.
        hasFailed.store(true, ordering: .relaxed)
      }
    }
    for failure in batch.finish() {
      Files.writeStandardError("\(failure.error)\n")
      hasFailed.store(true, ordering: .relaxed)
    }
    if hasFailed.load(ordering: .relaxed) { exit(1) }
  }

  /// PATH TIMES batch|file: adds one to the number in a file, again and again when it loses a race.
  static func increment(_ arguments: [String]) throws {
    let path = arguments[0]
    for _ in 0..<(Int(arguments[1]) ?? 0) {
      while !(try incrementOnce(path, inBatch: arguments[2] == "batch")) {}
    }
  }

  private static func incrementOnce(_ path: String, inBatch: Bool) throws(PlatformError) -> Bool {
    do throws(PlatformError) {
      let snapshot = try Files.read(path, limit: 100)
      let bytes = snapshot.bytes.bytes
      let text = String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
      let next = Array(String((Int(text) ?? -1_000_000) + 1).utf8)
      if inBatch {
        let batch = AtomicBatch()
        try batch.write(next.span, to: path, expecting: .unchanged(snapshot.identity), tag: 0)
        if let failure = batch.finish().first { throw failure.error }
      } else {
        try AtomicFile.write(next.span, to: path, expecting: .unchanged(snapshot.identity))
      }
      return true
    } catch  where error.code == .changedUnderUs || error.code == .locked {
      return false
    }
  }

  /// PATH: writes half a file and waits.
  static func holdWrite(_ arguments: [String]) throws {
    var file = try AtomicFile(at: arguments[0], expecting: .anything)
    try file.write(contents("h", count: 100).span)
    Probe.say("ready")
    while true {
      pause()
      try file.write(contents("h", count: 1).span)
    }
  }
}
