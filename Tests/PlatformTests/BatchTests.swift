import Foundation
import Platform
import Testing

@Suite struct BatchTests {
  @Test(arguments: [false, true])
  func writesManyFromManyThreads(inMemory: Bool) throws {
    let scratch = try Scratch(inMemory: inMemory)
    // A group on a disk also waits for what other programs write.
    let count = inMemory ? 3000 : 600
    for folder in 0..<30 { try Files.makeFolder(scratch("d\(folder)")) }
    let batch = AtomicBatch()
    Parallel.forEach(count: count, workers: 4) { index, _ in
      let path = scratch("d\(index % 30)/f\(index)")
      let code = code {
        try batch.write(
          Array("\(index)".utf8).span, to: path, expecting: .absent,
          options: WriteOptions(mode: 0o640), tag: index)
      }
      #expect(code == nil)
    }
    #expect(batch.finish().isEmpty)
    #expect(batch.finish().isEmpty)
    for index in 0..<count {
      #expect(try scratch.text("d\(index % 30)/f\(index)") == "\(index)")
    }
    let temporaries = try FileManager.default.subpathsOfDirectory(atPath: scratch.path)
      .filter { TemporaryName.matches(($0 as NSString).lastPathComponent) }
    #expect(temporaries == [])
    // Nothing stays open.
    let open = try Probe.shell("ls -l /proc/$2/fd | grep -c \"$1\"", scratch.path, "\(getpid())")
    #expect(open.output == "0\n")
  }

  /// Files that change between `write` and `finish` fail alone; the others take their places.
  @Test func failsOneByOne() throws {
    let scratch = try Scratch()
    let batch = AtomicBatch()
    for index in 0..<20 {
      try scratch.write("old", to: "f\(index)")
      let identity = try Files.read(scratch("f\(index)"), limit: 10).identity
      try batch.write(
        Array("new".utf8).span, to: scratch("f\(index)"), expecting: .unchanged(identity),
        tag: index)
    }
    try scratch.write("mine", to: "f3")
    try Files.remove(scratch("f11"))
    let failures = batch.finish()
    #expect(failures.map(\.tag) == [3, 11])
    #expect(failures.allSatisfy { $0.error.code == .changedUnderUs })
    #expect(failures.first?.error.path == scratch("f3"))
    for index in 0..<20 where index != 11 {
      #expect(try scratch.text("f\(index)") == (index == 3 ? "mine" : "new"))
    }
    #expect(try scratch.names().count == 19)
  }

  @Test func abandonsWhatIsNotFinished() throws {
    let scratch = try Scratch()
    do {
      let batch = AtomicBatch()
      try batch.write([1].span, to: scratch("f"), expecting: .absent, tag: 0)
      #expect(try scratch.names().count == 1)
    }
    #expect(try scratch.names() == [])
  }

  /// Two files of one name in a batch: the second loses, whichever group it is in.
  @Test func refusesTheSameFileTwice() throws {
    let scratch = try Scratch()
    let batch = AtomicBatch()
    try batch.write([1].span, to: scratch("f"), expecting: .absent, tag: 0)
    try batch.write([2].span, to: scratch("f"), expecting: .absent, tag: 1)
    let failures = batch.finish()
    #expect(failures.map(\.tag) == [1] && failures.first?.error.code == .alreadyExists)
  }
}
