import CryptoCore
import SOPSFormat
import Testing
import YAMLSource

/// What a file shows without a key.
@Suite struct InspectTests {
  private static let plain = "a: one\nb:\n    - two\n    - 5\n    # in a list\n# above\nc: \"\"\n"

  /// A file, and what opens it.
  private static func encrypted(
    _ plain: String, _ store: SOPSStore
  ) throws -> (text: String, reader: Reader) {
    let reader = try Reader()
    var writer = SOPSWriter(date: date)
    let encrypted = try writer.encrypt(
      Array(plain.utf8).span, store: store, settings: .init(for: reader))
    return (text(encrypted), reader)
  }

  @Test(arguments: [
    (SOPSStore.yaml, plain), (.json, #"{"a":"one","b":[true,1.5,{}],"c":""}"#),
    (.dotenv, "# x\nA=one\nB=\n"), (.ini, "[s]\n; x\na = one\nb =\n"), (.binary, "\u{1}"),
    (.binary, String(repeating: "x", count: 100_000)), (.binary, ""),
  ])
  func whatIsWrittenIsInOrder(store: SOPSStore, plain: String) throws {
    let (text, _) = try Self.encrypted(plain, store)
    #expect(try SOPSFile.read(Array(text.utf8).span, store: store).inspect().problems.isEmpty)
  }

  /// Each is told without a key in the words in which opening refuses it, where it stands.
  @Test(
    arguments: [
      ("no Base64", #"(?m)^(a: .*),iv:"#, "$1,iv:!", .malformedValue, 1),
      ("short nonce", #"(?m)^(a: .*),iv:...."#, "$1,iv:", .malformedValue, 1),
      ("short tag", #"(?m)^(a: .*),tag:...."#, "$1,tag:", .malformedValue, 1),
      ("bits beyond the data", #"(?m)^(a: .*),data:[^,]*"#, "$1,data:QR==", .malformedValue, 1),
      ("nothing encrypted", #"(?m)^(a: .*),data:[^,]*"#, "$1,data:", .malformedValue, 1),
      ("no tag", #"(?m)^(a: .*),tag:[^,]*"#, "$1,tag:", .malformedValue, 1),
      ("more behind it", #"(?m)^(a: .*)$"#, "$1x", .malformedValue, 1),
      ("unknown type", #"(?m)^(a: .*)type:str"#, "$1type:wat", .unsupportedType, 1),
      ("bytes", #"(?m)^(a: .*)type:str"#, "$1type:bytes", .unsupportedType, 1),
      ("comment at a key", #"(?m)^(a: .*)type:str"#, "$1type:comment", .unsupportedType, 1),
      ("in a list", #"(?m)^( +- .*)type:int"#, "$1type:bytes", .unsupportedType, 4),
      ("comment", #"(?m)^(#ENC.*)type:comment"#, "$1type:bytes", .unsupportedType, 6),
      ("comment's tag", #"(?m)^(#ENC.*),tag:...."#, "$1,tag:", .malformedValue, 6),
      ("MAC in the clear", #"mac: .*"#, "mac: ABCDEF", .macNotAuthentic, 8),
      ("short MAC", #"mac: (.*),data:...."#, "mac: $1,data:", .macNotAuthentic, 8),
      ("MAC of no type", #"mac: (.*),type:str"#, "mac: $1,type:x", .macNotAuthentic, 8),
      ("no MAC", #" +mac: .*\n"#, "", .missingMAC, 8),
      ("no version", #" +version: .*\n?"#, "", .malformedMetadata, 8),
      ("version of two numbers", #"version: .*"#, "version: 0.1", .malformedMetadata, 8),
      ("version as a number", #"version: .*"#, "version: 3", .malformedMetadata, 8),
    ] as [(String, String, String, SOPSError.Code, Int)])
  func damageIsTold(
    name: String, pattern: String, replacement: String, code: SOPSError.Code, line: Int
  ) throws {
    let (text, reader) = try Self.encrypted(Self.plain, .yaml)
    let changed = try replacing(text, pattern, replacement)
    try #require(changed != text, "\(name)")
    let file = try SOPSFile.read(Array(changed.utf8).span, store: .yaml)
    let problems = file.inspect().problems
    #expect(problems.map(\.code) == [code] && problems.map(\.position.line) == [line])
    let key = try SOPSDataKey.recover(from: file.metadata, using: [reader.unwrapper])
    var message: String?
    do throws(SOPSError) { _ = try file.decrypt(key).openedCount } catch {
      message = error.message
      #expect(error.code == code)
    }
    #expect(message == problems.first?.message)
  }

  /// A text with the first match replaced, `$1` standing for its group.
  private func replacing(
    _ text: String, _ pattern: String, _ replacement: String
  ) throws -> String {
    let regex = try Regex(pattern)
    return text.replacing(regex, maxReplacements: 1) { match in
      let group = match.output.count > 1 ? match.output[1].substring ?? "" : ""
      return replacement.replacing("$1", with: group)
    }
  }
}
