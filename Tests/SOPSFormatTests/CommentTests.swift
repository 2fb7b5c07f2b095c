import CryptoCore
import Foundation
import SOPSFormat
import TestSupport
import Testing

/// Comments: every one comes through, wherever it stands.
@Suite struct CommentTests {
  private struct Text {
    var generator: SeededGenerator
    var lines: [String] = []
    var count = 0

    mutating func comment() -> String {
      count += 1
      return "# c\(count)"
    }

    mutating func noise(_ indent: Int) {
      while generator.chance(30) {
        let column = max(0, indent + generator.pick([0, 0, 0, -2, 2, 1]))
        lines.append(
          generator.chance(25) ? "" : String(repeating: " ", count: column) + comment())
      }
    }

    mutating func block(_ indent: Int, depth: Int) {
      let pad = String(repeating: " ", count: indent)
      let isList = depth > 0 && generator.chance(40)
      for index in 0..<Int.random(in: 1...3, using: &generator) {
        noise(indent)
        let head = isList ? "\(pad)-" : "\(pad)k\(index):"
        let tail = generator.chance(25) ? " " + comment() : ""
        switch Int.random(in: 0..<8, using: &generator) {
        case 0...2: lines.append("\(head) v\(count)\(tail)")
        case 3: lines.append("\(head) [1, {a: 2}]\(tail)")
        case 4: lines.append("\(head)\(tail)")
        case 5: lines += ["\(head) |\(tail)", "\(pad)    text", "\(pad)      more"]
        default:
          guard depth < 4 else { continue }
          if isList, generator.chance(50) {
            // A mapping that begins behind the dash.
            lines.append("\(head) k: 1\(tail)")
            noise(indent + 2)
            lines.append("\(pad)  l: 2")
          } else {
            lines.append("\(head)\(tail)")
            block(indent + 2, depth: depth + 1)
          }
        }
      }
      noise(indent)
    }
  }

  private static func comments(in text: String) -> [String] {
    text.split(whereSeparator: \.isWhitespace).filter {
      $0.hasPrefix("c") && $0.dropFirst().allSatisfy(\.isNumber)
    }
    .map(String.init).sorted()
  }

  @Test(arguments: SeededGenerator.seeds(80))
  func comeThrough(_ seed: UInt64) throws {
    var source = Text(generator: SeededGenerator(seed: seed))
    source.block(0, depth: 0)
    if source.generator.chance(30) {
      source.lines.append("---")
      source.block(0, depth: 0)
    }
    let plaintext = Array(source.lines.joined(separator: "\n").utf8) + [0x0a]
    let reader = try Reader()
    var writer = SOPSWriter(date: date)
    let written = try writer.encrypt(plaintext.span, store: .yaml, settings: .init(for: reader))
    #expect(Self.comments(in: text(written)).isEmpty)
    let file = try SOPSFile.read(written.bytes, store: .yaml)
    let key = try SOPSDataKey.recover(from: file.metadata, using: [reader.unwrapper])
    let before = Self.comments(in: text(plaintext))
    for style in [SOPSOutputStyle.sops, .preserved] {
      let plain = try file.decrypt(key, style: style)
      #expect(plain.notices.isEmpty)
      #expect(Self.comments(in: text(plain.text)) == before)
    }
    // Encrypted again, what SOPS laid out keeps all its ciphertexts.
    let plain = try file.decrypt(key)
    let edited = try writer.edit(file, key, plaintext: plain.text.bytes)
    let again = try SOPSFile.read(edited.bytes, store: .yaml)
    let second = try again.decrypt(key)
    #expect(Self.comments(in: text(second.text)) == before)
  }

  /// Texts, and what SOPS made of each (Tests/Fixtures/sops-comments.txt).
  private static let places: [(text: String, laidOut: String)] = {
    let file = Fixtures.own.appending(path: "sops-comments.txt")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    let cases = text.components(separatedBy: "====\n").dropFirst().map {
      let parts = $0.components(separatedBy: "~~~~\n")
      return (parts[0], parts.count == 2 ? parts[1] : "no expectation")
    }
    return cases + [
      ("a: 1 # no line break", "a: 1 # no line break\n"),
      ("a:\n  - 1\n  # no line break", "a:\n    - 1\n    # no line break\n"),
    ]
  }()

  @Test func standWhereSOPSPutsThem() throws {
    #expect(Self.places.count > 60)
    let reader = try Reader()
    var writer = SOPSWriter(date: date)
    let settings = SOPSSettings(for: reader, selection: try SOPSSelection(.encryptedRegex, "^zzz$"))
    for (source, laidOut) in Self.places {
      let written = try writer.encrypt(Array(source.utf8).span, store: .yaml, settings: settings)
      var found = ""
      var isMetadata = false
      for line in text(written).split(separator: "\n", omittingEmptySubsequences: false) {
        if line == "sops:" { isMetadata = true } else if !line.hasPrefix(" ") { isMetadata = false }
        if !isMetadata { found += line + "\n" }
      }
      #expect(found.trimmingSuffix("\n") == laidOut.trimmingSuffix("\n"), "\(source)")
    }
  }

  /// What SOPS forgets, or cannot open where its emitter put it.
  @Test(arguments: [
    ("a: {} # c\n", "a: {\n    # c\n}\n"),
    ("a:\n  - {} # c\n", "a:\n    # c\n    - {}\n"),
    ("a:\n  b:\n    - {}\n  # c\n", "a:\n    b:\n        - {}\n    # c\n"),
    ("a:\n  - b: []\n    # c\n  - d\n", "a:\n    - b: []\n      # c\n    - d\n"),
    ("a: [ # c\n  1, # d\n]\nb: 1\n", "a:\n    # c\n    # d\n    - 1\nb: 1\n"),
    ("a: { # c\n  b: 1 }\n", "a:\n    # c\n    b: 1\n"),
    ("a:\n  - []\n  # c\n\n  - []\n", "a:\n    - []\n    # c\n    - []\n"),
    ("a:\n  - {b: 1}\n    # c\nd: {}\n", "a:\n    - b: 1\n# c\n\nd: {}\n"),
    (
      "a: &x {b: 1}\nc: *x # c\nd: []\n",
      "a:\n    b: 1\nc:\n    b: 1\n# c\nd: []\n"
    ),
    // A thousand characters make a key, however many bytes they are.
    (
      "\(String(repeating: "é", count: 900)): {}\n# c\nb: 1\n",
      "? \(String(repeating: "é", count: 900))\n: {}\n# c\nb: 1\n"
    ),
    ("a: 1\n...\n# c\n", "a: 1\n# c\n"),
    (
      "\(String(repeating: "k", count: 130)):\n  # c\n  a: 1\n",
      "? \(String(repeating: "k", count: 130))\n:\n    # c\n    a: 1\n"
    ),
  ])
  func areNotForgotten(_ source: String, _ expected: String) throws {
    #expect(try laidOut(Array(source.utf8), .yaml) == expected)
  }
}

extension String {
  fileprivate func trimmingSuffix(_ suffix: Character) -> Substring {
    var rest = self[...]
    while rest.last == suffix { rest.removeLast() }
    return rest
  }
}
