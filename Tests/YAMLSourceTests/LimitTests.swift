import TestSupport
import Testing
import YAMLSource

/// Hostile texts are refused, and soon.
@Suite struct LimitTests {
  struct Hostile: CustomTestStringConvertible, Sendable {
    let name: String
    let code: SourceError.Code
    let text: @Sendable () -> String
    var testDescription: String { name }
  }

  private static func times(_ count: Int, _ text: String) -> String {
    String(repeating: text, count: count)
  }

  @Test(arguments: [
    Hostile(name: "100,000 [", code: .tooDeep) { times(100_000, "[") },
    Hostile(name: "100,000 [ in YAML", code: .tooDeep) { "a: " + times(100_000, "[") },
    Hostile(name: "100,000 {", code: .tooDeep) { times(100_000, "{\"a\":") },
    Hostile(name: "100,000 -", code: .tooDeep) { times(100_000, "- ") },
    Hostile(name: "1,000 indented keys", code: .tooDeep) {
      (0..<1_000).map { times($0, " ") + "a:\n" }.joined()
    },
    Hostile(name: "100,000 ?", code: .tooDeep) { times(100_000, "? ") },
    Hostile(name: "33 MiB", code: .tooLarge) { times(33 << 20, "#") },
    Hostile(name: "20,000 aliases", code: .tooManyAliases) {
      "- &a b\n" + times(20_000, "- *a\n")
    },
    Hostile(name: "100,000 directives", code: .tooManyDirectives) {
      (0..<100_000).map { "%TAG !\($0)! tag:x\n" }.joined() + "--- a"
    },
    Hostile(name: "an alias to nothing", code: .undefinedAlias) { "a: *b" },
    Hostile(name: "an alias across documents", code: .undefinedAlias) { "--- &a b\n--- *a" },
    Hostile(name: "UTF-8 that is not", code: .syntax) { "a: \u{0}" },
    Hostile(name: "a key of 2,000 bytes", code: .syntax) { times(2_000, "a") + ": b\nc: d" },
    Hostile(name: "a comment directly behind a quote", code: .syntax) { "a: 'b'# c" },
  ]) func isRefused(_ hostile: Hostile) {
    let text = Array(hostile.text().utf8)
    let start = ContinuousClock.now
    let error = #expect(throws: SourceError.self) { _ = try parse(text) }
    #expect(error?.code == hostile.code)
    #expect(ContinuousClock.now - start < .seconds(5))
  }

  /// Aliases are not expanded: a bomb costs what its text costs.
  @Test func bomb() throws {
    var text = "a0: &a0 [x, x]\n"
    for level in 1...50 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    #expect(try parse(text).nodeCount == 205)
    let cycle = try parse("&a [*a]")
    #expect(cycle.nodeCount == 2)
  }

  @Test func customLimits() throws {
    var limits = SourceLimits()
    limits.byteCount = 10
    limits.depth = 2
    limits.nodeCount = 5
    var roomy = limits
    roomy.byteCount = 100
    for text in ["- a\n- b\n- c\n- d\n- e\n", "[1,2,3,4,5]"] {
      let error = #expect(throws: SourceError.self) {
        _ = try parse(Array(text.utf8), limits: roomy)
      }
      #expect(error?.code == .tooManyNodes)
      #expect(error?.message == "the text has more than 5 nodes")
    }
    #expect(throws: SourceError.self) { _ = try parse(Array("a: 12345678".utf8), limits: limits) }
    #expect(throws: SourceError.self) { _ = try parse(Array("[[[]]]".utf8), limits: limits) }
    _ = try parse(Array("[[]]".utf8), limits: limits)
  }

  @Test(arguments: [
    ([0xff, 0xfe, 0x61, 0x00], 0), ([0x61, 0x80], 1), ([0x61, 0x0a, 0xc0, 0x80], 2),
    ([0xed, 0xa0, 0x80], 0), ([0xf4, 0x90, 0x80, 0x80], 0), ([0x61, 0xe2, 0x80], 1),
  ]) func encoding(_ bytes: [UInt8], _ offset: Int) {
    let error = #expect(throws: SourceError.self) { _ = try parse(bytes) }
    #expect(error?.code == .encoding)
    #expect(error?.position.offset == offset)
  }

  /// Time grows with the text, whatever it consists of.
  @Test(arguments: [
    "a%: b\n", "- [a, {b: c}]\n", "- |\n  a\n\n  b\n", "# c\n", "- &a%\n", "- \"a\\n\" # b\n",
    "---\na\n",
    "- é: 'ü'\n", "? a%\n", "- a\n  b\n",
  ]) func isLinear(_ line: String) throws {
    func time(_ count: Int) throws -> Duration {
      let text = Array((0..<count).map { line.replacing("%", with: "\($0)") }.joined().utf8)
      return try cpuTime { _ = try parse(text) }
    }
    _ = try time(1_000)
    let (short, long) = (try time(10_000), try time(80_000))
    // Eight times the text: sixty-four times the time if it were quadratic.
    #expect(long < short * 30 + .milliseconds(50))
  }
}
