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

  /// New files in memory have no name before they are whole; what is there already is replaced as
  /// ever: with its permissions, and behind a symbolic link.
  @Test func writesNewFilesInMemory() throws {
    let scratch = try Scratch(inMemory: true)
    let batch = AtomicBatch()
    func write(_ text: String, to name: String, mode: UInt32, _ expectation: WriteExpectation)
      throws(PlatformError)
    {
      try batch.write(
        Array(text.utf8).span, to: scratch(name), expecting: expectation,
        options: WriteOptions(mode: mode), makingFolders: 0o700, tag: 0)
    }
    func mode(_ name: String) throws -> UInt32 {
      try Files.linkIdentity(of: scratch(name)).permissions
    }
    try write("one", to: "new/deep/a", mode: 0o600, .anything)
    try write("two", to: "new/deep/b", mode: 0o640, .absent)
    #expect(try mode("new/deep/a") == 0o600 && mode("new/deep/b") == 0o640)
    try write("again", to: "new/deep/b", mode: 0o600, .anything)
    #expect(try scratch.text("new/deep/b") == "again" && mode("new/deep/b") == 0o640)
    #expect(code { try write("x", to: "new/deep/a", mode: 0o600, .absent) } == .alreadyExists)
    #expect(try scratch.text("new/deep/a") == "one")

    try scratch.write("old", to: "target", mode: 0o640)
    try FileManager.default.createDirectory(
      atPath: scratch("links"), withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(
      atPath: scratch("links/link"), withDestinationPath: "../target")
    try FileManager.default.createSymbolicLink(
      atPath: scratch("links/lost"), withDestinationPath: "nowhere")
    try write("new", to: "links/link", mode: 0o600, .anything)
    #expect(try scratch.text("target") == "new" && mode("target") == 0o640)
    #expect(try Files.linkIdentity(of: scratch("links/link")).kind == .symbolicLink)
    #expect(code { try write("x", to: "links/lost", mode: 0o600, .anything) } == .symbolicLink)
    #expect(code { try write("x", to: "links", mode: 0o600, .anything) } == .isDirectory)
    #expect(batch.finish().isEmpty)
    let names = try FileManager.default.subpathsOfDirectory(atPath: scratch.path).sorted()
    #expect(
      names == [
        "links", "links/link", "links/lost", "new", "new/deep", "new/deep/a", "new/deep/b",
        "target",
      ])
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
