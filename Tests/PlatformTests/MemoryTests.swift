import CryptoCore
import Foundation
import Platform
import Testing

@Suite struct MemoryTests {
  @Test func makesPrivateFolders() throws {
    let folder = try PrivateFolder()
    let identity = try Files.linkIdentity(of: folder.path)
    #expect(folder.isInMemory && identity.permissions == 0o700 && identity.owner == geteuid())
    try folder.write(Array("secret".utf8).span, named: "a")
    try folder.write(Span(), named: "b", mode: 0o400)
    #expect(try Files.identity(of: folder.path(of: "a")).permissions == 0o600)
    #expect(code { try folder.write(Span(), named: "a") } == .alreadyExists)
    for name in ["", ".", "..", "x/y", "../x", "a\u{0}"] {
      #expect(code { try folder.write(Span(), named: name) } == .invalidName, "\(name)")
    }
    try Probe.shell(
      "cd \"$1\"; mkdir -p d/e; echo x > d/e/.a.swp; ln -s /etc l; mkfifo p", folder.path)
    folder.remove()
    #expect(!Files.exists(folder.path))
    #expect(Files.exists("/etc/passwd"))
    folder.remove()
  }

  /// The bytes of a removed file are overwritten; those of a file with a name elsewhere are not.
  @Test func overwrites() throws {
    let folder = try PrivateFolder()
    try folder.write(Array("secret".utf8).span, named: "a")
    try folder.write(Array("shared".utf8).span, named: "b", mode: 0o400)
    let a = try #require(FileHandle(forReadingAtPath: folder.path(of: "a")))
    let other = folder.path + "-other"
    try Probe.shell("ln \"$1\" \"$2\"", folder.path(of: "b"), other)
    defer { try? Files.remove(other) }
    folder.remove()
    #expect(try a.readToEnd() == Data(repeating: 0, count: 6))
    #expect(try Files.read(other, limit: 10).bytes.count == 6)
    #expect(FileManager.default.contents(atPath: other) == Data("shared".utf8))
    #expect(try Files.identity(of: other).permissions == 0o400)
  }

  @Test(arguments: KillTests.endings)
  func cleansUp(signal: Int32) throws {
    let program = ChildProgram(Probe.path, arguments: ["private-folder"])
    var child = try ChildProcess(program, streams: ChildStreams(output: .pipe))
    let path = try #require(try readLine(&child))
    // A living process's folder stays when others are made.
    try PrivateFolder().remove()
    #expect(Files.exists(path + "/secret"))
    child.send(signal: signal)
    #expect(try child.wait() == .signalled(signal))
    #expect(Files.exists(path) == (signal == SIGKILL))
    try PrivateFolder().remove()
    #expect(!Files.exists(path))
  }

  /// With nothing but disks it refuses, unless that is allowed.
  @Test(.enabled(if: Probe.isRoot, "needs root, to hide file systems"))
  func refusesDisks() throws {
    let script = """
      mount --bind "$2" /dev/shm || exit 77
      export XDG_RUNTIME_DIR="$2"
      [ ! -d /run/user ] || mount --bind "$2" /run/user
      exec "$1" private-folder
      """
    let scratch = try Scratch()
    let run = try Probe.run(
      ChildProgram(
        "unshare", arguments: ["-m", "sh", "-c", script, "sh", Probe.path, scratch.path]))
    if run.status == .exited(77) { return print("note: cannot hide /dev/shm: \(run.errors)") }
    #expect(run.status == .exited(1))
    #expect(run.errors == "cannot make a private folder: no file system in memory\n")
    #expect(try scratch.names() == [])
  }

  @Test func sealsMemoryFiles() throws {
    let file = try MemoryFile(named: "x", contents: [1, 2, 3].span)
    let descriptor = file.descriptor
    #expect(code { try Files.writeAll([4].span, to: descriptor, named: "x") } == .permissionDenied)
    #expect(ftruncate(descriptor, 0) == -1)
    #expect(try Files.readAll(descriptor: descriptor, named: "x", limit: 10).count == 3)
  }

  @Test(arguments: [0, 100, 1 << 20]) func spoolsGiveBackWhatWasPutAside(limit: Int) throws {
    let spool = Spool(keeping: limit)
    var places: [(offset: Int, bytes: [UInt8])] = []
    for number in 0..<200 {
      let bytes = [UInt8](repeating: UInt8(number), count: number % 37)
      places.append((spool.append(bytes.span), bytes))
      let (offset, expected) = places[number / 2]
      #expect(try spool.read(at: offset, count: expected.count) == expected)
    }
    let end = spool.append(Span())
    for (offset, count) in [(end, 1), (end - 1, 2), (0, -1), (end + 1, 0)] {
      #expect(code { _ = try spool.read(at: offset, count: count) } == .endOfInput)
    }
  }
}
