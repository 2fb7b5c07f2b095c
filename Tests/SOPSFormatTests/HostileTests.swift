import CryptoCore
import SOPSFormat
import Testing
import YAMLSource

/// Texts made to crash, hang or fill memory end in an error, in time.
@Suite struct HostileTests {
  private static let age = """
    sops:
        age:
            - enc: x
              recipient: age1x
        lastmodified: "2026-11-23T04:20:55Z"
        mac: x
        version: 3.13.2

    """

  private static func bomb() -> String {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1..<12 {
      let items = [String](repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(items)]\n"
    }
    return text
  }

  static let refused: [(name: String, store: SOPSStore, text: String, code: SOPSError.Code)] = [
    ("alias bomb", .yaml, bomb() + age, .limitExceeded),
    ("alias to itself", .yaml, "a: &a [*a]\n" + age, .limitExceeded),
    ("mapping in itself", .yaml, "a: &a {b: *a}\n" + age, .limitExceeded),
    ("deep", .yaml, String(repeating: "[", count: 100_000), .limitExceeded),
    ("deep JSON", .json, String(repeating: "{\"a\":", count: 100_000), .limitExceeded),
    ("gap", .dotenv, "sops_age__list_99999__map_enc=x\n", .malformedMetadata),
    ("no place", .dotenv, "sops_age__list_x=1\n", .malformedMetadata),
    ("place too large", .dotenv, "sops_a__list_99999999999999999999=1\n", .malformedMetadata),
    (
      "contradiction", .dotenv, "sops_age=1\nsops_age__list_0__map_enc=x\n", .malformedMetadata
    ),
    (
      "deep flat", .dotenv, "sops_a" + String(repeating: "__map_a", count: 10_000) + "=1\n",
      .malformedMetadata
    ),
    ("metadata twice", .json, #"{"sops":{},"sops":{}}"#, .malformedMetadata),
    ("key twice", .json, #"{"sops":{"mac":"a","mac":"b"}}"#, .malformedMetadata),
    (
      "list for text", .json, #"{"sops":{"age":[{"enc":"x"}],"lastmodified":[]}}"#,
      .malformedMetadata
    ),
    (
      "no date of a key", .yaml,
      "sops: {pgp: [{fp: A, enc: x}], lastmodified: \"2020-01-01T00:00:00Z\", version: 3.9.0}\n",
      .malformedMetadata
    ),
    ("no date", .yaml, "sops:\n  age: [{enc: x}]\n  lastmodified: today\n", .malformedMetadata),
    ("text for list", .yaml, "sops: {age: x}\n", .malformedMetadata),
    ("text for entry", .yaml, "sops: {age: [x]}\n", .malformedMetadata),
    ("text for group", .yaml, "sops: {key_groups: [x]}\n", .malformedMetadata),
    ("empty groups", .yaml, "sops: {key_groups: [{}, {}]}\n", .noKeys),
    ("threshold", .yaml, "sops: {age: [{enc: x}], shamir_threshold: 999}\n", .malformedMetadata),
    (
      "threshold of text", .yaml, "sops: {age: [{enc: x}], shamir_threshold: a}\n",
      .malformedMetadata
    ),
    (
      "flag", .yaml,
      "sops: {age: [{enc: x}], lastmodified: '2020-01-01T00:00:00Z', mac_only_encrypted: maybe}\n",
      .malformedMetadata
    ),
    ("quote without end", .ini, "[s]\na = \"\"\"x\n", .syntax),
    ("section without end", .ini, "[s\na = b\n", .syntax),
    ("key without name", .ini, "[s]\n = b\n", .syntax),
    ("no INI", .ini, "[s]\nwords\n", .syntax),
    ("key twice in INI", .ini, "[s]\na = 1\na = 2\n", .duplicateKey),
    ("not UTF-8", .yaml, "a: \u{0}", .syntax),
  ]

  @Test(arguments: refused)
  func isRefused(
    _ test: (name: String, store: SOPSStore, text: String, code: SOPSError.Code)
  ) {
    let bytes = Array(test.text.utf8)
    let failure = code { () throws(SOPSError) in
      _ = try SOPSFile.read(bytes.span, store: test.store)
    }
    #expect(failure == test.code, "\(test.name)")
  }

  /// Twice the text takes about twice the time.
  @Test(arguments: [
    ("comments", SOPSStore.yaml, "# c\n", ""), ("keys", .yaml, "k%: v\n", ""),
    ("inline", .yaml, "k%: v # c\n", ""), ("nested comments", .yaml, "  # c\n", "a:\n  b: c\n"),
    ("items", .yaml, "- a # c\n", "l:\n"), ("lines", .dotenv, "K%=v\n", ""),
    ("sections", .ini, "[s%]\nk = v\n", ""), ("INI keys", .ini, "k% = v\n", "[s]\n"),
    ("INI comments", .ini, "; c\n", ""), ("backslashes", .ini, "k% = v \\\n", "[s]\n"),
    ("flat metadata", .dotenv, "sops_a__list_%__map_b=v\n", ""),
  ])
  func takesLinearTime(_ name: String, _ store: SOPSStore, _ line: String, _ head: String) {
    func time(_ count: Int) -> Duration {
      var text = head
      for index in 0..<count {
        text += line.split(separator: "%", omittingEmptySubsequences: false)
          .joined(separator: String(index))
      }
      let bytes = Array(text.utf8)
      return ContinuousClock().measure {
        _ = code { () throws(SOPSError) in _ = try SOPSFile.read(bytes.span, store: store) }
      }
    }
    _ = time(100)
    let (small, large) = (time(1_000), time(8_000))
    // Eight times the text; the machine may be busy.
    #expect(large < small * 30 + .milliseconds(200), "\(name): \(small), \(large)")
  }

  /// What stands in a file cannot reach a terminal through a message.
  @Test func messagesAreHarmless() throws {
    let reader = try Reader()
    let text = "a: ENC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,type:\u{1b}]\n"
    let bytes = Array(text.utf8)
    let rule = Array("creation_rules: [{age: \"\\e]0;x\\a\"}]".utf8)
    let rules = try SOPSCreationRules.read(rule.span)
    do {
      _ = try SOPSAgeWrapper(rules.rules[0].keyGroups[0][0].name)
      Issue.record("that is no recipient")
    } catch { #expect(error.message.unicodeScalars.allSatisfy { $0.value >= 0x20 }) }
    do {
      _ = try SOPSFile.read(bytes.span, store: .yaml)
      Issue.record("that is no file")
    } catch { #expect(error.message.unicodeScalars.allSatisfy { $0.value >= 0x20 }) }
    _ = reader
  }

  /// Errors say where.
  @Test(arguments: [
    ("tamper-key-added-plain", 9), ("tamper-value-bitflip", 9), ("tamper-unknown-type", 9),
    ("tamper-key-duplicated", 10),
  ])
  func errorsHaveAPosition(_ id: String, _ line: Int) throws {
    let test = try #require(try InteropCase.all().first { $0.row.id == id })
    let encrypted = try InteropCase.bytes(try #require(test.row.file))
    let unwrappers = try InteropKeys.unwrappers(test.row.keys)
    do {
      let file = try SOPSFile.read(encrypted.span, store: test.store)
      let key = try SOPSDataKey.recover(from: file.metadata, using: unwrappers)
      let plain = try file.decrypt(key)
      _ = plain.notices
      Issue.record("that opened")
    } catch { #expect(error.position?.line == line) }
  }
}
