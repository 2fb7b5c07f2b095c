import Foundation
import TestSupport
import Testing

/// One of Project Wycheproof's files; a test is its group's fields and its own in one dictionary.
struct Wycheproof {
  struct Case {
    fileprivate let fields: [String: Any]

    func text(_ name: String) throws -> String {
      try #require(fields[name] as? String, "no \(name)")
    }
    func hex(_ name: String) throws -> [UInt8] { try bytes(text(name)) }
    func number(_ name: String) throws -> Int {
      try #require(fields[name] as? Int, "no \(name)")
    }
    func object(_ name: String) throws -> Case {
      Case(fields: try #require(fields[name] as? [String: Any], "no \(name)"))
    }
    func has(flag: String) -> Bool { (fields["flags"] as? [String] ?? []).contains(flag) }
    var isValid: Bool { fields["result"] as? String == "valid" }
    /// Names the case in a failure.
    var label: String { "\(fields["tcId"] ?? "?"): \(fields["comment"] ?? "")" }
  }

  /// The cases of a file, or nil when the vectors are not here.
  static func cases(_ name: String) throws -> [Case]? {
    guard let folder = try Fixtures.thirdParty("wycheproof") else { return nil }
    let json = try decompress(folder.appending(path: "\(name)_test.json.xz"))
    let file = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    let groups = try #require(file["testGroups"] as? [[String: Any]])
    let cases = try groups.flatMap { group in
      try #require(group["tests"] as? [[String: Any]]).map { test in
        Case(fields: group.merging(test) { _, own in own })
      }
    }
    #expect(cases.count == file["numberOfTests"] as? Int)
    return cases
  }

  private static func decompress(_ file: URL) throws -> Data {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["xz", "-dc", file.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return data
  }
}
