import ControlPlane
import Foundation
import TestSupport
import Testing

/// Random command lines, taken apart here and by a reference that was written from pflag alone
/// (Tests/Python/pflag_reference.py).
@Suite struct PflagReferenceTests {
  private struct Case: Decodable {
    let words: [String]
    let sets: [[String]]
    let arguments: [String]
    let list: [String]
    let problem: String
  }

  private static func cases(seed: Int, count: Int) throws -> [Case] {
    let process = Process()
    process.executableURL = Fixtures.repository.appending(path: ".build-venv/bin/python")
    process.arguments = [
      Fixtures.repository.appending(path: "Tests/Python/pflag_reference.py").path, "\(seed)",
      "\(count)",
    ]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return try JSONDecoder().decode([Case].self, from: data)
  }

  @Test func agreesWithTheReference() throws {
    let cases = try Self.cases(seed: 1, count: 6000)
    #expect(cases.count == 6000)
    let syntax = FlagSyntax(library: .pflag, switches: ["switch"], lists: ["list"])
    for test in cases {
      let words = test.words.map { PlacedText($0, at: Place(file: "f")) }
      let flags = Flags(words, syntax)
      // Reading goes on behind what the component refuses.
      let isRefused = !test.problem.isEmpty
      let sets = flags.occurrences.map { [$0.name, $0.value] }
      let agrees =
        isRefused
        ? sets.starts(with: test.sets)
        : sets == test.sets && flags.problem == nil
          && flags.arguments.map(\.text) == test.arguments
          && flags.list("list").map(\.text) == test.list
      // What quotes of a list are wrong is left to the component.
      let isTold = isRefused ? flags.problem != nil || test.problem.contains("quote") : true
      #expect(agrees && isTold, "\(test.words): \(sets), not \(test.sets) \(test.problem)")
    }
  }
}
