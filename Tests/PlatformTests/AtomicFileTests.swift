import Foundation
import Platform
import Testing

@Suite struct AtomicFileTests {
  static let bytes = Array("new".utf8)

  /// What is there (made by a script), where to write, what to expect there, and what must come out:
  /// an error with everything as before, or the path that has the new contents then.
  struct Row: Sendable, CustomStringConvertible {
    let description: String
    let script: String
    var path = "f"
    var expecting = WriteExpectation.anything
    var options = WriteOptions()
    var error: PlatformError.Code?
    var written: String?
  }

  static let rows: [Row] = [
    Row(description: "new", script: ":", written: "f"),
    Row(description: "new, absent", script: ":", expecting: .absent, written: "f"),
    Row(
      description: "there, absent", script: "echo o>f", expecting: .absent, error: .alreadyExists),
    Row(description: "replaced", script: "echo o>f", written: "f"),
    Row(description: "link", script: "echo o>g; ln -s g f", written: "g"),
    Row(
      description: "two links", script: "mkdir d; echo o>d/g; ln -s d/g h; ln -s h f",
      written: "d/g"),
    Row(description: "dangling", script: "ln -s nowhere f", error: .symbolicLink),
    Row(description: "circle", script: "ln -s f f", error: .symbolicLink),
    Row(description: "link to folder", script: "mkdir d; ln -s d f", error: .isDirectory),
    Row(description: "linked folder", script: "mkdir d; ln -s d e", path: "e/f", written: "d/f"),
    Row(description: "folder", script: "mkdir f", error: .isDirectory),
    Row(description: "folder/", script: "mkdir d", path: "d/..", error: .isDirectory),
    Row(description: "pipe", script: "mkfifo f", error: .notRegularFile),
    Row(description: "no folder", script: ":", path: "d/f", error: .notFound),
    Row(description: "file as folder", script: "echo o>d", path: "d/f", error: .notDirectory),
    Row(description: "read-only", script: "echo o>f; chmod 444 f", error: .readOnly),
    Row(
      description: "read-only, forced", script: "echo o>f; chmod 400 f",
      options: WriteOptions(replacesReadOnly: true), written: "f"),
    Row(description: "NUL", script: ":", path: "a\u{0}b", error: .invalidName),
    Row(description: "name too long", script: ":", path: longName + "x", error: .other),
    Row(description: "longest name", script: ":", path: longName, written: longName),
  ]

  static let longName = String(repeating: "ß", count: 127) + "x"

  @Test(arguments: rows)
  func writes(row: Row) throws {
    for inMemory in [false, true] {
      for inBatch in [false, true] {
        let scratch = try Scratch(inMemory: inMemory)
        try Probe.shell("cd \"$1\" && { \(row.script); }", scratch.path)
        let before = try listing(scratch)
        let code = code {
          if inBatch {
            let batch = AtomicBatch()
            try batch.write(
              AtomicFileTests.bytes.span, to: scratch(row.path), expecting: row.expecting,
              options: row.options, tag: 7)
            #expect(batch.finish().isEmpty)
          } else {
            try AtomicFile.write(
              AtomicFileTests.bytes.span, to: scratch(row.path), expecting: row.expecting,
              options: row.options)
          }
        }
        #expect(code == row.error)
        if let written = row.written {
          #expect(try scratch.text(written) == "new")
          #expect(try !scratch.names().contains(where: TemporaryName.matches))
        } else {
          #expect(try listing(scratch) == before)
        }
      }
    }
  }

  /// Everything in a folder: kinds, permissions, owners, sizes, times, inodes, names.
  private func listing(_ scratch: Scratch) throws -> String {
    try Probe.shell(
      "cd \"$1\"; find . -mindepth 1 -ls; find . -type f -exec md5sum {} +", scratch.path
    ).output
  }

  @Test func keepsAttributes() throws {
    for mode in [0o600, 0o644, 0o755, 0o666, 0o4711, 0o604] {
      let scratch = try Scratch()
      try scratch.write("old", to: "f", mode: mode)
      if Probe.isRoot {
        try Probe.shell(
          "chown 12:34 \"$1\"; chmod \"$2\" \"$1\"", scratch("f"), String(mode, radix: 8))
      }
      let before = try Files.identity(of: scratch("f"))
      try AtomicFile.write(
        AtomicFileTests.bytes.span, to: scratch("f"), expecting: .unchanged(before))
      let after = try Files.identity(of: scratch("f"))
      #expect(after.permissions == UInt32(mode))
      #expect(after.owner == before.owner && after.group == before.group)
      #expect(after.inode != before.inode)
    }
    let scratch = try Scratch()
    let mask = umask(0o022)
    _ = umask(mask)
    for mode in [0o600, 0o644, 0o666] as [UInt32] {
      let path = scratch("new-\(mode)")
      try AtomicFile.write(
        AtomicFileTests.bytes.span, to: path, expecting: .absent, options: WriteOptions(mode: mode))
      #expect(try Files.identity(of: path).permissions == mode & ~UInt32(mask))
    }
  }

  /// The writer may not give the file back to its group: then that group's rights must not go to
  /// another.
  @Test(.enabled(if: Probe.isRoot, "needs root, to be two users"))
  func dropsRightsOfOthers() throws {
    let scratch = try Scratch()
    try scratch.write("old", to: "f")
    try Probe.shell("chown 65534:12 \"$1\"; chmod 664 \"$1\"", scratch("f"))
    let run = try Probe.run("--user", "65534", "write", scratch("f"), "n", "10", "0")
    #expect(run == .init(status: .exited(0), output: "", errors: ""))
    let after = try Files.identity(of: scratch("f"))
    #expect(after.permissions == 0o604 && after.owner == 65534 && after.group == 65534)
    // A file of root's that others may read but not write.
    try scratch.write("old", to: "g")
    let refused = try Probe.run("--user", "65534", "write", scratch("g"), "n", "10", "0")
    #expect(refused.errors == "cannot write '\(scratch("g"))': permission denied\n")
    // A folder that the user may not write to.
    try Probe.shell("chmod 755 \"$1\"", scratch.path)
    let denied = try Probe.run("--user", "65534", "write", scratch("f"), "m", "10", "0")
    #expect(denied.errors == "cannot write '\(scratch("f"))': permission denied\n")
    #expect(try scratch.text("f") == "nnnnnnnnnn" && scratch.text("g") == "old")
  }

  static let changes = [
    "echo changed > f", "printf old > g; mv g f", "rm f", "touch f", "chmod 600 f",
    "touch -r f t; printf OLD > f; touch -r t f", "rm f; mkdir f", "mv f g; ln -s g f",
  ]

  @Test(arguments: changes, [false, true])
  func noticesChanges(script: String, late: Bool) throws {
    for inMemory in [false, true] {
      let scratch = try Scratch(inMemory: inMemory)
      try scratch.write("old", to: "f")
      let identity = try Files.read(scratch("f"), limit: 10).identity
      let change = "cd \"$1\" && { \(script); }"
      if !late { try Probe.shell(change, scratch.path) }
      let single = code {
        var file = try AtomicFile(at: scratch("f"), expecting: .unchanged(identity))
        try file.write(AtomicFileTests.bytes.span)
        if late { try Probe.shell(change, scratch.path) }
        try file.commit()
      }
      #expect(single == .changedUnderUs)
      #expect(try !scratch.names().contains(where: TemporaryName.matches))
    }
  }

  @Test func respectsAStrangersLock() throws {
    let scratch = try Scratch()
    try scratch.write("old", to: "f")
    let file = try #require(FileHandle(forReadingAtPath: scratch("f")))
    #expect(flock(file.fileDescriptor, LOCK_EX) == 0)
    let locked = code {
      try AtomicFile.write(AtomicFileTests.bytes.span, to: scratch("f"), expecting: .anything)
    }
    #expect(locked == .locked)
    #expect(try scratch.text("f") == "old" && scratch.names() == ["f"])
  }

  /// A full disk: nothing changes, nothing stays behind.
  @Test func survivesAFullDisk() throws {
    let scratch = try Scratch()
    let script = """
      mount -t tmpfs -o size=64k none "$1" || exit 77
      cd "$1" && printf old > f && "$2" write f x 1000000 0; echo "$?"
      "$2" write-batch x 1000000 0 4 f g; echo "$?"
      ls -A; cat f
      """
    let unshare = ["-m", "sh", "-c", script, "sh", scratch.path, Probe.path]
    let run = try Probe.run(
      ChildProgram("unshare", arguments: (Probe.isRoot ? [] : ["-r"]) + unshare))
    guard run.status == .exited(0) else {
      print("note: no full disk to test with: \(run.errors)")
      return
    }
    #expect(run.output == "1\n1\nf\nold")
    #expect(run.errors.contains("cannot write 'f': no space left on device\n"))
  }

  /// The limit on a file's size (`ulimit -f`), which is a signal for who does not ignore it.
  @Test func survivesASizeLimit() throws {
    let scratch = try Scratch()
    try scratch.write("old", to: "f")
    let run = try Probe.shell(
      "ulimit -f 8; \"$1\" --harden write \"$2\" x 1000000 0", Probe.path, scratch("f"))
    #expect(run.status == .exited(1))
    #expect(run.errors == "cannot write '\(scratch("f"))': file too large\n")
    #expect(try scratch.text("f") == "old" && scratch.names() == ["f"])
  }

  /// A full device behind standard output is an error, not silence.
  @Test func noticesFullOutput() throws {
    let run = try Probe.shell("\"$1\" copy \"$1\" >/dev/full", Probe.path)
    #expect(run.status == .exited(1))
    #expect(run.errors == "cannot write to standard output: no space left on device\n")
  }

  @Test func namesTemporaries() throws {
    for (name, matches) in [
      (".f.sealwax-abcdefgh.tmp", true), (".f.sealwax-abcd2345.tmp", true),
      ("..sealwax-abcdefgh.tmp", false), (".f.sealwax-abcdefg.tmp", false),
      (".f.sealwax-ABCDEFGH.tmp", false), ("f.sealwax-abcdefgh.tmp", false),
      (".f.sealwax-abcdefgh.tmp.yaml", false), (".f.yaml", false), ("", false), (".tmp", false),
    ] {
      #expect(TemporaryName.matches(name) == matches, "\(name)")
    }
  }

  @Test func streamsAndAbandons() throws {
    let scratch = try Scratch()
    do {
      var file = try AtomicFile(at: scratch("f"), expecting: .absent)
      try file.write(AtomicFileTests.bytes.span)
      #expect(try scratch.names().allSatisfy(TemporaryName.matches))
    }
    #expect(try scratch.names() == [])
    let file = try AtomicFile(at: scratch("f"), expecting: .absent)
    Parallel.forEach(count: 100, workers: 4) { index, _ in
      _ = code { try file.write(AtomicFileTests.bytes.span, at: index * 3) }
    }
    try file.commit()
    #expect(try scratch.text("f") == String(repeating: "new", count: 100))
  }
}
