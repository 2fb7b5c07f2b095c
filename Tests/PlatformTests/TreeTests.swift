import Foundation
import Platform
import Testing

@Suite struct GlobTests {
  static let rows: [(pattern: String, matching: [String], others: [String])] = [
    (
      "a.yaml", ["a.yaml", "./a.yaml", "./././a.yaml", ".//a.yaml"],
      ["b/a.yaml", "/a.yaml", "A.yaml", ""]
    ),
    ("*.yaml", ["a.yaml", ".yaml", "ä.yaml", ".hidden.yaml"], ["a/b.yaml", "a.yml", "a.yaml/b"]),
    ("a*b*c", ["abc", "abbc", "a--b--c", "abcbc"], ["ab", "abcb", "xabc"]),
    ("?.yaml", ["a.yaml", "ß.yaml"], [".yaml", "ab.yaml"]),
    ("[ab]", ["a", "b"], ["c", "ab", "[ab]", ""]),
    ("[!ab]", ["c", "ä"], ["a", "b", "", "cc"]),
    ("[^a-c]", ["d", "-"], ["a", "b", "c"]),
    ("[a-cx]", ["a", "b", "c", "x"], ["d", "-", "w"]),
    ("[]a]", ["]", "a"], ["b"]),
    ("[a-]", ["a", "-"], ["b"]),
    ("[\\]]", ["]"], ["\\"]),
    ("\\*", ["*"], ["a", "\\*"]),
    ("a\\[b", ["a[b"], ["ab"]),
    ("**/*.yaml", ["a.yaml", "b/a.yaml", "b/c/d/a.yaml"], ["a.yml", "/a.yaml"]),
    ("k8s/**", ["k8s/a", "k8s/b/c"], ["k8s", "x/k8s/a"]),
    ("k8s/", ["k8s/a", "k8s/b/c"], ["k8s", "a"]),
    ("a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["a/x", "ab", "a/bb", "x/a/b"]),
    ("**/a/**/b", ["a/b", "x/a/y/b", "a/a/b/b"], ["b", "a", "a/b/c"]),
    ("a/*/b", ["a/x/b"], ["a/b", "a/x/y/b"]),
    ("a**", ["a", "ab", "a**"], ["b", "a/b"]),
    ("/etc/*", ["/etc/x", "//etc//x"], ["etc/x", "/etc"]),
    ("**", ["a", "a/b"], ["/a"]),
    ("e\u{301}*", ["e\u{301}x"], ["\u{e9}x"]),
    ("*.yaml", ["\u{301}.yaml"], ["a/\u{301}.yaml"]),
    ("a/*", ["a/\u{301}"], ["a"]),
  ]

  @Test(arguments: rows.indices)
  func matches(row: Int) throws {
    let (pattern, matching, others) = GlobTests.rows[row]
    let glob = try GlobPattern(pattern)
    for path in matching { #expect(glob.matches(path), "\(pattern) \(path)") }
    for path in others { #expect(!glob.matches(path), "\(pattern) \(path)") }
  }

  @Test(arguments: ["[", "[]", "[!]", "[a", "[a-", "[b-a]", "a\\", "x/[a", "[\\"])
  func refuses(pattern: String) {
    #expect(code { _ = try GlobPattern(pattern) } == .invalidName)
  }

  /// A pattern that makes matchers with a stack or a tree of choices go on for ever.
  @Test func isNotSlow() throws {
    let name = String(repeating: "a", count: 250)
    let glob = try GlobPattern(String(repeating: "*a", count: 100) + "b")
    #expect(!glob.matches(name))
    let deep = try GlobPattern(String(repeating: "**/a/", count: 30) + "b")
    #expect(!deep.matches(String(repeating: "a/", count: 100) + "c"))
  }
}

@Suite struct FileTreeTests {
  private static let script = """
    cd "$1"; mkdir -p b/c .git/x empty .hidden; : > a.yaml; : > b.yaml; : > b/a.yaml; : > b/c/z.yaml
    : > b/.f.sealwax-abcdefgh.tmp; : > .git/a.yaml; : > .hidden/s.yaml; ln -s b link; ln -s a.yaml l.yaml
    mkfifo p; : > B.yaml; : > 'ä.yaml'; ln -s nowhere dangling
    """

  @Test func walksInOrder() throws {
    let scratch = try Scratch()
    try Probe.shell(FileTreeTests.script, scratch.path)
    var found: [FileTree.Item] = []
    try FileTree.walk(scratch.path) { item in
      found.append(item)
      return true
    }
    let expected: [FileTree.Item] = [
      .file(scratch(".hidden/s.yaml")), .file(scratch("B.yaml")), .file(scratch("a.yaml")),
      .temporary(scratch("b/.f.sealwax-abcdefgh.tmp")), .file(scratch("b/a.yaml")),
      .file(scratch("b/c/z.yaml")), .file(scratch("b.yaml")),
      .symbolicLink(scratch("dangling")), .symbolicLink(scratch("l.yaml")),
      .symbolicLink(scratch("link")), .file(scratch("ä.yaml")),
    ]
    #expect(found == expected)
    var count = 0
    try FileTree.walk(scratch.path) { _ in
      count += 1
      return count < 3
    }
    #expect(count == 3)
    var filter = TreeFilter()
    filter.wantsFile = { $0 == "a.yaml" }
    filter.entersFolder = { $0 == scratch("b") }
    var wanted: [FileTree.Item] = []
    try FileTree.walk(scratch.path, filter: filter) { item in
      if case .symbolicLink = item { return true }
      wanted.append(item)
      return true
    }
    #expect(
      wanted == [
        .file(scratch("a.yaml")), .temporary(scratch("b/.f.sealwax-abcdefgh.tmp")),
        .file(scratch("b/a.yaml")),
      ])
    #expect(code { try FileTree.walk(scratch("none")) { _ in true } } == .notFound)
    #expect(code { try FileTree.walk(scratch("a.yaml")) { _ in true } } == .notDirectory)
  }

  @Test(arguments: [
    ("*.yaml", ["B.yaml", "a.yaml", "b.yaml", "l.yaml@", "ä.yaml"]),
    ("b/**", ["b/a.yaml", "b/c/z.yaml"]),
    ("**/[az].yaml", ["a.yaml", "b/a.yaml", "b/c/z.yaml"]),
    ("none/*.yaml", []), ("none", []), ("a.yaml", ["a.yaml"]), ("link/*", ["link/a.yaml"]),
    ("l*.yaml", ["l.yaml@"]),
    ("l.yaml", ["l.yaml"]), ("*/a.yaml", ["b/a.yaml"]), (".git/*", [".git/a.yaml"]),
    ("*/*.yaml", [".hidden/s.yaml", "b/a.yaml"]),
  ])
  func expands(pattern: String, expected: [String]) throws {
    let scratch = try Scratch()
    try Probe.shell(FileTreeTests.script, scratch.path)
    var found: [FileTree.Item] = []
    try FileTree.expand(scratch(pattern)) { item in
      found.append(item)
      return true
    }
    // An @ marks a link.
    #expect(
      found
        == expected.map { name in
          name.hasSuffix("@")
            ? .symbolicLink(scratch(String(name.dropLast()))) : .file(scratch(name))
        })
  }

  /// What cannot be read is told, once, and the walk goes on.
  @Test func tellsProblems() throws {
    let scratch = try Scratch()
    try Probe.shell(
      "cd \"$1\"; mkdir a c; : > a/f; : > \"$(printf 'b\\377')\"; : > z; chmod 755 . c",
      scratch.path)
    var deep = scratch("c")
    for _ in 0..<130 { deep += "/d" }
    try Files.makeFolder(deep)
    try Probe.shell("chmod 700 \"$1\"", scratch("a"))
    let walk = ["walk", scratch.path]
    let run = try Probe.run(
      ChildProgram(Probe.path, arguments: (Probe.isRoot ? ["--user", "65534"] : []) + walk))
    #expect(run.status == .exited(0) && run.errors == "")
    #expect(run.output.contains("cannot read '\(scratch("b"))\u{fffd}': not a valid name)\n"))
    #expect(run.output.contains("/d/d': it is too large)\n"))
    #expect(run.output.hasSuffix("file(\"\(scratch("z"))\")\n"))
    if Probe.isRoot {
      #expect(run.output.hasPrefix("problem(cannot list '\(scratch("a"))': permission denied)\n"))
    }
  }
}

@Suite struct ParallelTests {
  final class Counts: @unchecked Sendable {
    private let lock = NSLock()
    private var values: [Int: Int] = [:]
    func add(_ key: Int) { lock.withLock { values[key, default: 0] += 1 } }
    var all: [Int: Int] { lock.withLock { values } }
  }

  @Test(arguments: [0, 1, 2, 7, 1000], [1, 2, 3, 16])
  func doesEachOnce(count: Int, workers: Int) {
    let items = Counts()
    let states = Counts()
    Parallel.forEach(
      count: count, workers: workers,
      makeState: { worker -> Int in
        states.add(worker)
        return 0
      },
      body: { index, done in
        done += 1
        items.add(index)
      })
    #expect(items.all == Dictionary(uniqueKeysWithValues: (0..<count).map { ($0, 1) }))
    let made = states.all
    #expect(made.count == min(workers, count) && made.values.allSatisfy { $0 == 1 })
  }

  @Test(arguments: [0, 1, 2, 7, 1000])
  func whatWasBegunIsDoneWhenFinished(count: Int) {
    let items = Counts()
    let work = Parallel.begin(count: count, makeState: { _ in 0 }) { index, done in
      done += 1
      items.add(index)
    }
    work.finish()
    #expect(items.all == Dictionary(uniqueKeysWithValues: (0..<count).map { ($0, 1) }))
  }

  @Test func everyWorkerMayUseAllCores() {
    let cores = Counts()
    Parallel.forEach(
      count: 64, workers: 4, makeState: { _ in 0 },
      body: { _, _ in
        usleep(1000)
        cores.add(Parallel.availableCores)
      })
    #expect(Array(cores.all.keys) == [Parallel.availableCores])
  }
}
