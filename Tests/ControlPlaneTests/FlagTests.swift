import ControlPlane
import Testing

/// Command lines are taken apart as spf13/pflag and Go's own package do it.
@Suite struct FlagTests {
  static let syntax = FlagSyntax(
    library: .pflag, switches: ["switch", "anonymous-auth"], lists: ["list", "feature-gates"])
  static let goSyntax = FlagSyntax(library: .goFlag, switches: ["switch"])

  static func flags(_ line: String, _ syntax: FlagSyntax = FlagTests.syntax) -> Flags {
    let words = line.isEmpty ? [] : line.split(separator: " ", omittingEmptySubsequences: false)
    return Flags(
      words.enumerated().map {
        PlacedText(String($1), at: Place(file: "f", line: $0 + 1, column: 1))
      }, syntax)
  }

  /// From pflag's documentation and its parser: what each line sets, its arguments, its error.
  static let pflag: [(line: String, has: String, arguments: String, problem: String?)] = [
    ("--a=1", "a=1", "", nil),
    ("--a 1", "a=1", "", nil),
    ("--a=1 --a=2", "a=1,a=2", "", nil),
    ("--a=x=y", "a=x=y", "", nil),
    ("--a=", "a=", "", nil),
    // A flag that wants a value takes the next word whatever it looks like.
    ("--a --b", "a=--b", "", nil),
    ("--a -- --b", "a=--,b=", "", "needs a value"),
    ("--switch --a 1", "switch=true,a=1", "", nil),
    // A switch has its value behind '=' alone.
    ("--switch false --a=1", "switch=true,a=1", "false", nil),
    ("--switch=false", "switch=false", "", nil),
    ("--a_b_c=1", "a-b-c=1", "", nil),
    ("--a-b=1 --a_b 2", "a-b=1,a-b=2", "", nil),
    ("--a=1 -- --b=2", "a=1", "--b=2", nil),
    ("word --a=1", "a=1", "word", nil),
    ("-", "", "-", nil),
    ("--a", "a=", "", "needs a value"),
    ("--=1", "", "", "bad flag syntax"),
    ("---a=1", "", "", "bad flag syntax"),
    ("-v 2 --a=1", "v=2,a=1", "", nil),
    ("-v=2", "v=2", "", nil),
    ("-v2", "v=2", "", nil),
    ("-x", "", "", "unknown shorthand flag"),
    ("", "", "", nil),
  ]

  @Test(arguments: pflag.indices) func asPflag(_ row: Int) {
    let (line, has, arguments, problem) = Self.pflag[row]
    check(Self.flags(line), has, arguments, problem)
  }

  /// From the documentation of Go's package `flag`.
  static let goFlag: [(line: String, has: String, arguments: String, problem: String?)] = [
    ("-a=1", "a=1", "", nil),
    ("--a=1", "a=1", "", nil),
    ("-a 1", "a=1", "", nil),
    ("-switch -a 1", "switch=true,a=1", "", nil),
    ("--a_b=1", "a_b=1", "", nil),
    // The first word that is no flag ends them, as after a switch whose value stands apart.
    ("--switch false --a=1", "switch=true", "false,--a=1", nil),
    ("--a=1 - --b=2", "a=1", "-,--b=2", nil),
    ("--a=1 -- --b=2", "a=1", "--b=2", nil),
    ("---a", "", "", "bad flag syntax"),
    ("--a", "a=", "", "needs a value"),
  ]

  @Test(arguments: goFlag.indices) func asGo(_ row: Int) {
    let (line, has, arguments, problem) = Self.goFlag[row]
    check(Self.flags(line, Self.goSyntax), has, arguments, problem)
  }

  private func check(_ flags: Flags, _ has: String, _ arguments: String, _ problem: String?) {
    #expect(flags.occurrences.map { "\($0.name)=\($0.value)" }.joined(separator: ",") == has)
    #expect(flags.arguments.map(\.text).joined(separator: ",") == arguments)
    #expect((flags.problem == nil) == (problem == nil))
    if let problem { #expect(flags.problem?.message.contains(problem) ?? false) }
  }

  /// Of repeated flags the last one counts, and lists add up, with the place of each.
  @Test func repeatedFlagsGoByTheirKind() {
    let flags = Self.flags("--a=1 --list=x,y --a=2 --list z --feature-gates=A=true,B=false")
    #expect(flags.last("a")?.value == "2")
    #expect(flags.last("a")?.place.line == 3)
    #expect(flags.all("a").map(\.value) == ["1", "2"])
    #expect(flags.list("list").map(\.text) == ["x", "y", "z"])
    #expect(flags.list("list").map(\.place.line) == [2, 2, 4])
    #expect(flags.list("a").map(\.text) == ["2"])
    #expect(flags.featureGate("A") == true)
    #expect(flags.featureGate("B") == false)
    #expect(flags.featureGate("C") == nil)
    #expect(flags.last("missing") == nil)
    #expect(Self.flags("--feature-gates=A=true --feature-gates=A=false").featureGate("A") == false)
    #expect(Flags.elements(of: "a,\"b,c\",,d") == ["a", "b,c", "", "d"])
  }

  static let truths: [(text: String, value: Bool?)] =
    ["1", "t", "T", "true", "TRUE", "True"].map { ($0, true) }
    + ["0", "f", "F", "false", "FALSE", "False"].map { ($0, false) }
    + ["yes", "no", "", "tRUE", "2", "on"].map { ($0, nil) }

  @Test(arguments: truths.indices) func truthsAsGoHasThem(_ row: Int) {
    let flags = Self.flags("--switch=\(Self.truths[row].text)")
    #expect(flags.bool("switch") == Self.truths[row].value)
  }

  /// Whatever words come, every word is a flag, a value, an argument or the problem, in order.
  @Test func noWordIsLost() {
    var generator = SystemRandomNumberGenerator()
    let pieces = ["-", "--", "=", "a", "switch", "list", "v", "", "é", "\u{0}", "x y", "\"", ","]
    for _ in 0..<3000 {
      let words = (0..<Int.random(in: 0...8, using: &generator)).map { _ in
        (0..<Int.random(in: 0...4, using: &generator)).map { _ in
          pieces.randomElement(using: &generator) ?? ""
        }.joined()
      }
      let placed = words.enumerated().map {
        PlacedText($1, at: Place(file: "", line: $0 + 1, column: 1))
      }
      for syntax in [Self.syntax, Self.goSyntax] {
        let flags = Flags(placed, syntax)
        let lines = flags.occurrences.map(\.place.line)
        #expect(lines == lines.sorted())
        #expect(flags.occurrences.count + flags.arguments.count <= words.count)
        for argument in flags.arguments { #expect(words[argument.place.line - 1] == argument.text) }
      }
    }
  }
}
