import CryptoCore
import Foundation
import SOPSFormat
import TestSupport
import Testing

/// Random documents come through, random damage is refused.
@Suite struct RandomTests {
  private static let letters = Array(
    "abcyn019.:-_#'\"\\|>&*!%@`{}[],?~=<+ \t\n\r\u{7f}\u{85}\u{a0}é密\u{2028}\u{feff}\u{1F600}\0\u{1b}"
      .unicodeScalars)

  private static func string(_ generator: inout SeededGenerator) -> String {
    if generator.chance(25) {
      return generator.pick([
        "", "true", "null", "~", "yes", "1", "1.5", "1e3", "0x1f", "2020-01-01", "<<", "=", "- a",
        "a: b", "a #b", "---", "...", "1:30", " lead", "trail ", "two\nlines\n", "\n", "\n\n",
        " x\n y", "tab\tx\ny", "keep\n\n", "ENC[x]", "ENC[AES256_GCM,data:eA==,iv:,tag:,type:str]",
      ])
    }
    var text = ""
    for _ in 0..<Int.random(in: 0...12, using: &generator) {
      text.unicodeScalars.append(generator.pick(letters))
    }
    return text
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\0"..."\u{1f}", "\u{7f}"..."\u{a0}", "\u{2028}", "\u{feff}":
        result += "\\u" + String(format: "%04x", scalar.value)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  private static func value(_ generator: inout SeededGenerator, depth: Int) -> String {
    switch Int.random(in: 0..<(depth > 3 ? 6 : 9), using: &generator) {
    case 0: return generator.pick(["null", "true", "false", "0", "-7", "9223372036854775807"])
    case 1: return generator.pick(["1.5", "1e30", "-0.0001", "2.5e-9", "0.1"])
    case 2...5: return quoted(string(&generator))
    case 6:
      let count = Int.random(in: 0...3, using: &generator)
      return "["
        + (0..<count).map { _ in value(&generator, depth: depth + 1) }
        .joined(separator: ", ") + "]"
    default: return object(&generator, depth: depth + 1)
    }
  }

  private static func object(_ generator: inout SeededGenerator, depth: Int) -> String {
    var names: Set<String> = ["sops"]
    let count = Int.random(in: depth == 0 ? 1...5 : 0...3, using: &generator)
    let members: [String] = (0..<count).compactMap { _ in
      let name = string(&generator)
      guard names.insert(name).inserted else { return nil }
      return "\(quoted(name)): \(value(&generator, depth: depth))"
    }
    return "{" + members.joined(separator: ", ") + "}"
  }

  /// JSON, which is YAML too: through both stores, laid out and preserved, to the same values.
  @Test(arguments: SeededGenerator.seeds(80))
  func documentsComeThrough(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let plaintext = Array(Self.object(&generator, depth: 0).utf8)
    let reader = try Reader()
    var writer = SOPSWriter(date: date)
    var results: [String] = []
    for store in [SOPSStore.yaml, .json] {
      let written = try writer.encrypt(
        plaintext.span, store: store, settings: .init(for: reader))
      let file = try SOPSFile.read(written.bytes, store: store)
      let key = try SOPSDataKey.recover(from: file.metadata, using: [reader.unwrapper])
      let json = try file.decrypt(key, style: .converted(.json))
      results.append(text(json.text))
      let laid = try file.decrypt(key)
      #expect(text(laid.text) == (try laidOut(Array(copying: laid.text.bytes), store)))
      let preserved = try file.decrypt(key, style: .preserved)
      #expect(text(laid.text) == (try laidOut(Array(copying: preserved.text.bytes), store)))
      let edited = try writer.edit(file, key, plaintext: laid.text.bytes)
      let old = Set(text(written).split(separator: "\n"))
      let new = text(edited).split(separator: "\n").filter { !old.contains($0) }
      #expect(new.allSatisfy { $0.contains("mac") }, "\(new)")
    }
    #expect(results[0] == results[1])
  }

  private static func bases() throws -> [InteropCase] {
    try InteropCase.all().filter {
      $0.row.id.hasPrefix("tamper-base")
        || $0.row.id.hasPrefix("shamir") && !$0.row.id.contains("@")
        || ["yaml-comments", "yaml-flow-and-directive", "ini-basic", "dotenv-basic"]
          .contains($0.row.id)
    }
  }

  /// Nothing crashes; and what opens in spite of the damage holds the same values, since the damage
  /// was in what SOPS does not authenticate.
  @Test(arguments: try bases())
  func damageIsRefused(_ test: InteropCase) throws {
    let original = try InteropCase.bytes(try #require(test.row.file))
    let unwrappers = try InteropKeys.unwrappers(test.row.keys)
    let file = try SOPSFile.read(original.span, store: test.store)
    let key = try SOPSDataKey.recover(from: file.metadata, using: unwrappers)
    var generator = SeededGenerator(seed: UInt64(original.count))
    for _ in 0..<200 {
      var altered = original
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let place = Int.random(in: 0..<altered.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: altered[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: altered.remove(at: place)
        case 2:
          altered.insert(generator.pick(Array(" \n#:-[]{}&*'\",;=%\0\\".utf8)), at: place)
        default: altered.removeSubrange(place..<min(place + 40, altered.count))
        }
      }
      guard let damaged = try? SOPSFile.read(altered.span, store: test.store) else { continue }
      let sameKey = failure(of: damaged, key)
      guard sameKey == nil else { continue }
      for style in [SOPSOutputStyle.sops, .preserved] {
        let plain = try damaged.decrypt(key, style: style)
        _ = text(plain.text)
      }
    }
  }
}
