import Foundation
import TestSupport
import Testing

/// A manifest of some shape and the entries that its Secrets have.
struct Shape: CustomTestStringConvertible, Sendable {
  let name: String
  let text: [UInt8]
  /// The names of the entries, a list for each Secret; nil when not said.
  let entries: [[String]]?

  var testDescription: String { name }

  /// The written ones, and a block scalar of each kind at each place.
  static let all: [Shape] = {
    do { return try load() + blockScalars } catch {
      Issue.record(error)
      return []
    }
  }()

  private static func load() throws -> [Shape] {
    let file = Fixtures.own.appending(path: "manifest-shapes.txt")
    let records = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n=== ")
    return records.dropFirst().map { record in
      var lines = record.components(separatedBy: "\n")
      let name = lines.removeFirst()
      let entries = String(lines.removeFirst().dropFirst(4))
      return Shape(
        name: name, text: unescape(lines.joined()),
        entries: entries.components(separatedBy: "|").map {
          $0.split(separator: " ").map(String.init)
        })
    }
  }

  private static func unescape(_ text: String) -> [UInt8] {
    var result = ""
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "\\", let escape = rest.popFirst() else {
        result.unicodeScalars.append(scalar)
        continue
      }
      switch escape {
      case "n": result += "\n"
      case "r": result += "\r"
      case "t": result += "\t"
      case "u":
        let digits = String(String.UnicodeScalarView(rest.dropFirst().prefix { $0 != "}" }))
        rest = rest.dropFirst(digits.utf8.count + 2)
        if let value = UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init) {
          result.unicodeScalars.append(value)
        }
      default: result.unicodeScalars.append(escape)
      }
    }
    return Array(result.utf8)
  }

  private static let head = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n"

  private static var blockScalars: [Shape] {
    ["|", "|-", "|+", ">", ">-", ">+", "|1", "|2", "|4", "|+2", "|2+", ">-1", "|1-"].flatMap {
      blockScalars($0)
    }
  }

  private static func blockScalars(_ indicator: String) -> [Shape] {
    let depth = indicator.compactMap(\.wholeNumberValue).first ?? 2
    let inner = String(repeating: " ", count: 2 + depth)
    let start = head + "stringData:\n  a: \(indicator)\n"
    let values: [(String, String, [[String]])] = [
      ("last value", "\(inner)x\n\(inner) y\n\n\(inner)z\n", [["stringData/a"]]),
      ("blank lines behind", "\(inner)x\n\n\n", [["stringData/a"]]),
      ("spaces behind", "\(inner)x\n \n         \n", [["stringData/a"]]),
      ("spaces at the end", "\(inner)x\n         ", [["stringData/a"]]),
      ("no final newline", "\(inner)x", [["stringData/a"]]),
      ("in front of ---", "\(inner)x\n\n---\n" + head, [["stringData/a"], []]),
      ("in front of ...", "\(inner)x\n\n...\n", [["stringData/a"]]),
      ("comment on the last line", "\(inner)x # y\n # c\n", [["stringData/a", "stringData#"]]),
      (
        "in front of a comment", "\(inner)x\n\n # c\n  b: y\n",
        [["stringData/a", "stringData#", "stringData/b"]]
      ),
      (
        "without text", "  b: \(indicator)\n\n  c: \(indicator)",
        [["stringData/a", "stringData/b", "stringData/c"]]
      ),
    ]
    var shapes = values.map { name, text, entries in
      Shape(name: "\(indicator) \(name)", text: Array((start + text).utf8), entries: entries)
    }
    let deep = String(repeating: " ", count: 4 + depth)
    for tail in ["", "\n", "\n\n\n", "\n# c\n", "\n      # c\n\n", "     \n", "            \n"] {
      let annotations = head + "  annotations:\n    x: \(indicator)\n\(deep)y\n\(tail)"
      let label = head + "  x: \(indicator)\n\(deep)y\n\(tail)"
      let data = "data:\n  a: YQ==\n"
      for (place, text) in [
        ("annotation", annotations + data), ("last annotation", data + annotations),
        ("annotation, no final newline", data + String(annotations.dropLast())),
        ("field of the metadata", label + data), ("last field of the metadata", data + label),
        ("last field, no final newline", data + String(label.dropLast())),
      ] {
        shapes.append(
          Shape(
            name: "\(indicator) \(place), \(tail.debugDescription)", text: Array(text.utf8),
            entries: [["data/a"]]))
      }
    }
    return shapes
  }
}
