import CryptoCore
import Foundation
import Platform
import Testing

@Suite struct FilesTests {
  static let kinds: [(script: String, path: String, limit: Int, expected: PlatformError.Code?)] = [
    (":", "missing", 100, .notFound),
    (":", "", 100, .invalidName),
    (":", "a\u{0}b", 100, .invalidName),
    (":", String(repeating: "n", count: 300), 100, .other),
    ("printf abc > f", "f", 3, nil),
    ("printf abc > f", "f", 2, .tooLarge),
    (": > f", "f", 0, nil),
    ("mkdir f", "f", 100, .isDirectory),
    ("mkfifo f", "f", 100, .notRegularFile),
    ("printf abc > g; ln -s g f", "f", 100, nil),
    ("ln -s nowhere f", "f", 100, .notFound),
    ("ln -s f f", "f", 100, .symbolicLink),
    ("printf abc > g", "g/f", 100, .notDirectory),
    ("head -c 1000000 /dev/zero > f", "f", 1_000_000, nil),
    ("truncate -s 1T f", "f", 1_000_000, .tooLarge),
  ]

  @Test(arguments: kinds.indices)
  func reads(row: Int) throws {
    let (script, path, limit, expected) = FilesTests.kinds[row]
    let scratch = try Scratch()
    try Probe.shell("cd \"$1\" && \(script)", scratch.path)
    let code = code {
      let snapshot = try Files.read(scratch.path + (path.isEmpty ? "" : "/" + path), limit: limit)
      #expect(snapshot.bytes.count == snapshot.identity.size)
    }
    #expect(code == (path.isEmpty ? .isDirectory : expected))
  }

  @Test func readsWhatHasNoSize() throws {
    #expect(try Files.read("/proc/self/status", limit: 1 << 20).bytes.count > 100)
    #expect(code { _ = try Files.read("/proc/self/status", limit: 10) } == .tooLarge)
    #expect(code { _ = try Files.read("/dev/zero", limit: 10) } == .notRegularFile)
    #expect(code { _ = try Files.read("", limit: 10) } == .invalidName)
  }

  @Test func respectsPermissions() throws {
    let scratch = try Scratch()
    try scratch.write("secret", to: "mine", mode: 0o600)
    #expect(try Probe.run("read", scratch("mine")).output == "6\n")
    guard Probe.isRoot else { return }
    let other = try Probe.run("--user", "65534", "read", scratch("mine"))
    #expect(other.status == .exited(1))
    #expect(other.errors == "cannot read '\(scratch("mine"))': permission denied\n")
  }

  @Test func identifies() throws {
    let scratch = try Scratch()
    try scratch.write("abc", to: "f", mode: 0o640)
    let first = try Files.identity(of: scratch("f"))
    #expect(first.size == 3 && first.permissions == 0o640 && first.kind == .regular)
    #expect(first.linkCount == 1 && first.owner == geteuid())
    #expect(try Files.read(scratch("f"), limit: 10).identity == first)
    try Probe.shell("cd \"$1\"; ln f g; ln -s f l", scratch.path)
    #expect(try Files.identity(of: scratch("l")).linkCount == 2)
    #expect(try Files.linkIdentity(of: scratch("l")).kind == .symbolicLink)
    #expect(try Files.realPath(scratch("l")) == Files.realPath(scratch("f")))
    #expect(try Files.linkTarget(of: scratch("l")) == "f")
    #expect(code { _ = try Files.linkTarget(of: scratch("f")) } == .other)
    #expect(code { _ = try Files.linkTarget(of: scratch("gone")) } == .notFound)
    #expect(Files.exists(scratch("l")) && !Files.exists(scratch("none")))
  }

  @Test func makesFolders() throws {
    let scratch = try Scratch()
    try Files.makeFolder(scratch("a/b//c/"))
    try Files.makeFolder(scratch("a/b"))
    #expect(try Files.identity(of: scratch("a/b/c")).kind == .directory)
    try scratch.write("", to: "file")
    #expect(code { try Files.makeFolder(scratch("file/x")) } == .notDirectory)
    #expect(code { try Files.makeFolder(scratch("file")) } == .notDirectory)
    try Files.remove(scratch("file"))
    #expect(code { try Files.remove(scratch("file")) } == .notFound)
  }

  @Test func reportsFailingWrites() throws {
    let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
    let bytes: [UInt8] = [1, 2, 3]
    #expect(
      code { try Files.writeAll(bytes.span, to: full.fileDescriptor, named: "x") } == .noSpace)
    let pipe = Pipe()
    try pipe.fileHandleForReading.close()
    _ = signal(SIGPIPE, SIG_IGN)
    let writer = pipe.fileHandleForWriting.fileDescriptor
    #expect(code { try Files.writeAll(bytes.span, to: writer, named: "x") } == .brokenPipe)
    #expect(code { try Files.writeAll(bytes.span, to: 987, named: "x") } == .other)
  }

  @Test func readsInPieces() throws {
    let scratch = try Scratch()
    try scratch.write("0123456789", to: "f")
    let file = try InputFile(scratch("f"))
    #expect(file.identity.size == 10)
    var room = [UInt8](repeating: 0, count: 4)
    var counts: [Int] = []
    for _ in 0..<4 {
      var span = room.mutableSpan
      counts.append(try file.read(into: &span))
    }
    #expect(counts == [4, 4, 2, 0])
    var span = room.mutableSpan
    let count = try file.read(into: &span, at: 7)
    #expect(count == 3 && room[0] == UInt8(ascii: "7"))
    #expect(code { _ = try InputFile(scratch.path) } == .isDirectory)
    let limited = code {
      _ = try Files.readAll(descriptor: STDIN_FILENO, named: "standard input", limit: -1)
    }
    #expect(limited == nil || limited == .tooLarge)
  }
}
