import Foundation
import TestSupport
import Testing

/// A text of Tests/Fixtures/scan-found.txt or scan-passed.txt.
struct Sample: Sendable, CustomTestStringConvertible {
  let name: String
  /// The file that it is said to be.
  let file: String
  /// "RULE LINE:COLUMN" for each finding.
  let expected: [String]
  let bytes: [UInt8]

  var testDescription: String { name }

  /// All of a file.
  static func read(_ name: String) -> [Sample] {
    guard let data = try? Data(contentsOf: Fixtures.own.appending(path: name)) else { return [] }
    var samples: [Sample] = []
    var lines = Array(data).split(separator: 0x0a, omittingEmptySubsequences: false)[...]
    func text(_ line: ArraySlice<UInt8>) -> String { String(decoding: line, as: UTF8.self) }
    while let line = lines.popFirst() {
      let head = text(line)
      guard head.hasPrefix("=== "), head.hasSuffix(")"), let open = head.lastIndex(of: "(") else {
        continue
      }
      var expected: [String] = []
      while let next = lines.first, text(next).hasPrefix("--> ") {
        expected.append(String(text(next).dropFirst(4)))
        lines.removeFirst()
      }
      var bytes: [UInt8] = []
      while let next = lines.popFirst(), text(next) != "===" { bytes += next + [0x0a] }
      samples.append(
        Sample(
          name: String(head[..<open].dropFirst(4).dropLast()),
          file: String(head[head.index(after: open)...].dropLast()), expected: expected,
          bytes: bytes))
    }
    return samples
  }
}
