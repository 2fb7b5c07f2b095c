import Foundation
import Platform
import Testing

/// A process is killed at every step of a write: each file is the old or the new one, whole.
@Suite struct KillTests {
  static let old = String(repeating: "o", count: 10)
  /// More than one part of 1 MiB, so that a kill comes between two.
  static let newCount = 2_500_000

  @Test(arguments: [false, true], [false, true])
  func keepsOldOrNew(isNew: Bool, inMemory: Bool) throws {
    let scratch = try Scratch(inMemory: inMemory)
    var killed = 0
    var sawOld = false
    var sawNew = false
    for step in 1...100 {
      try? FileManager.default.removeItem(atPath: scratch("f"))
      if !isNew { try scratch.write(KillTests.old, to: "f") }
      let run = try Probe.run("write", scratch("f"), "n", "\(KillTests.newCount)", "\(step)")
      if run.status == .exited(0) { break }
      #expect(run == .init(status: .signalled(SIGKILL), output: "", errors: ""))
      killed += 1
      switch FileManager.default.contents(atPath: scratch("f")) {
      case nil: #expect(isNew)
      case Data(KillTests.old.utf8):
        #expect(!isNew)
        sawOld = true
      case Data(repeating: UInt8(ascii: "n"), count: KillTests.newCount): sawNew = true
      default: Issue.record("neither old nor new at step \(step)")
      }
      // At most one leftover, this run's: the one before it was cleaned up.
      let others = try scratch.names().filter { $0 != "f" }
      #expect(others.count <= 1 && others.allSatisfy(TemporaryName.matches))
    }
    // begun, made, 3 parts, written, attributes, checked, renamed; on a disk synced; folder.
    #expect(killed == (inMemory ? 10 : 11))
    #expect(sawNew && sawOld == !isNew)
    #expect(try scratch.names() == ["f"])
  }

  @Test(arguments: [false, true], [1, 4, 100])
  func batchKeepsOldOrNew(inMemory: Bool, group: Int) throws {
    let scratch = try Scratch(inMemory: inMemory)
    let names = (0..<10).map { "f\($0)" }
    let paths = names.map { scratch($0) }
    let new = String(repeating: "n", count: 2000)
    var mixed = 0
    var ended = false
    for step in stride(from: 1, through: 200, by: 3) {
      for name in names { try scratch.write(KillTests.old, to: name) }
      let run = try Probe.run(
        ChildProgram(
          Probe.path, arguments: ["write-batch", "n", "2000", "\(step)", "\(group)"] + paths))
      let texts = try names.map { try scratch.text($0) }
      #expect(texts.allSatisfy { $0 == KillTests.old || $0 == new })
      let others = try scratch.names().filter { !names.contains($0) }
      #expect(others.allSatisfy(TemporaryName.matches))
      if Set(texts).count == 2 { mixed += 1 }
      if run.status == .exited(0) {
        #expect(texts.allSatisfy { $0 == new } && others == [])
        ended = true
        break
      }
      #expect(run == .init(status: .signalled(SIGKILL), output: "", errors: ""))
    }
    #expect(ended && mixed > 0)
  }

  /// A new file in memory is there or not, and a kill leaves nothing else behind.
  @Test func batchLeavesNothingInMemory() throws {
    let scratch = try Scratch(inMemory: true)
    let new = String(repeating: "n", count: 2000)
    var counts: Set<Int> = []
    for step in 1...100 {
      for name in try scratch.names() { try Files.remove(scratch(name)) }
      let paths = (0..<4).map { scratch("f\($0)") }
      let run = try Probe.run(
        ChildProgram(
          Probe.path, arguments: ["write-batch", "n", "2000", "\(step)", "4"] + paths))
      let names = try scratch.names()
      #expect(Set(names).isSubset(of: ["f0", "f1", "f2", "f3"]))
      for name in names { #expect(try scratch.text(name) == new) }
      counts.insert(names.count)
      if run.status == .exited(0) { break }
      #expect(run == .init(status: .signalled(SIGKILL), output: "", errors: ""))
    }
    #expect(counts == [0, 1, 2, 3, 4])
  }

  /// Two processes add to the same number as fast as they can; none of their additions is lost.
  @Test(arguments: ["file", "batch"], [false, true])
  func losesNoUpdate(kind: String, inMemory: Bool) throws {
    let scratch = try Scratch(inMemory: inMemory)
    try scratch.write("0", to: "f")
    let times = inMemory ? 300 : 100
    let programs = (0..<3).map { _ in
      ChildProgram(Probe.path, arguments: ["increment", scratch("f"), "\(times)", kind])
    }
    Parallel.forEach(count: programs.count, workers: 3) { index, _ in
      let run = try? Probe.run(programs[index])
      #expect(run == .init(status: .exited(0), output: "", errors: ""))
    }
    #expect(try scratch.text("f") == "\(3 * times)")
    #expect(try scratch.names() == ["f"])
  }

  static let endings = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGKILL]

  /// A signal removes the temporary file; what SIGKILL leaves is removed by the next write, but what
  /// a living process has is not.
  @Test(arguments: endings)
  func cleansUp(signal: Int32) throws {
    let scratch = try Scratch()
    try scratch.write("old", to: "f")
    let program = ChildProgram(Probe.path, arguments: ["hold-write", scratch("f")])
    var child = try ChildProcess(program, streams: ChildStreams(output: .pipe))
    #expect(try readLine(&child) == "ready")
    #expect(try scratch.names().count == 2)
    _ = try Probe.run("write", scratch("g"), "g", "1", "0")
    #expect(try scratch.names().count == 3)
    child.send(signal: signal)
    #expect(try child.wait() == .signalled(signal))
    #expect(try scratch.names().count == (signal == SIGKILL ? 3 : 2))
    _ = try Probe.run("write", scratch("h"), "h", "1", "0")
    #expect(try scratch.names() == ["f", "g", "h"])
    #expect(try scratch.text("f") == "old")
  }

  /// A signal that was ignored when the process was started (`nohup`) stays ignored.
  @Test func leavesIgnoredSignals() throws {
    let scratch = try Scratch()
    let program = ChildProgram(
      "sh",
      arguments: ["-c", "trap '' HUP; exec \"$0\" hold-write \"$1\"", Probe.path, scratch("f")])
    var child = try ChildProcess(program, streams: ChildStreams(output: .pipe))
    #expect(try readLine(&child) == "ready")
    child.send(signal: SIGHUP)
    usleep(100_000)
    #expect(try scratch.names().count == 1)
    child.send(signal: SIGTERM)
    #expect(try child.wait() == .signalled(SIGTERM))
    #expect(try scratch.names() == [])
  }
}
