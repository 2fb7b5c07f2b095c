import Foundation
import TestSupport
import Testing

/// A case of the YAML test suite (yaml/yaml-test-suite, the `data` branch's layout).
struct SuiteCase: CustomTestStringConvertible, Sendable {
  /// For instance `229Q` or `4MUZ/01`.
  let id: String
  let text: [UInt8]
  /// The lines of `test.event`.
  let events: [String]
  /// Whether it must not parse.
  let isError: Bool

  var testDescription: String { id }

  /// Every case, in the order of the ids; empty when the suite is not there.
  static let all: [SuiteCase] = {
    do { return try load() } catch {
      Issue.record(error)
      return []
    }
  }()

  private static func load() throws -> [SuiteCase] {
    guard let root = try Fixtures.thirdParty("yaml-test-suite") else { return [] }
    let files = FileManager.default
    var cases: [SuiteCase] = []
    func add(_ id: String) throws {
      let folder = root.appending(path: id)
      guard files.fileExists(atPath: folder.appending(path: "in.yaml").path) else { return }
      let events = try String(contentsOf: folder.appending(path: "test.event"), encoding: .utf8)
      cases.append(
        SuiteCase(
          id: id, text: Array(try Data(contentsOf: folder.appending(path: "in.yaml"))),
          events: events.split(separator: "\n").map(String.init),
          isError: files.fileExists(atPath: folder.appending(path: "error").path)))
    }
    for name in try files.contentsOfDirectory(atPath: root.path).sorted() {
      try add(name)
      let parts = try? files.contentsOfDirectory(atPath: root.appending(path: name).path)
      for part in parts ?? [] { try add("\(name)/\(part)") }
    }
    return cases.sorted { $0.id < $1.id }
  }

  /// The events with what a tree does not know taken out: whether documents are marked.
  var structure: [String] {
    events.compactMap { line in
      if line == "+STR" || line == "-STR" { return nil }
      return line.hasPrefix("+DOC") || line.hasPrefix("-DOC") ? String(line.prefix(4)) : line
    }
  }
}
