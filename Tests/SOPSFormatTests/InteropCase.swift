import CryptoCore
import Foundation
import SOPSFormat
import TestSupport

/// A case of `interop/index.json`: a file that SOPS made, or that was altered, and what must happen.
struct InteropCase: Sendable, CustomStringConvertible {
  enum Expectation: String, Decodable, Sendable {
    case decrypts
    case mustFail = "must_fail"
    case referenceAccepts = "reference_accepts"
    case encryptMustFail = "encrypt_must_fail"
    case encryptSucceeds = "encrypt_succeeds"
  }

  struct Key: Decodable, Sendable {
    let type: String
    let file: String?
  }

  struct Row: Decodable, Sendable {
    let id: String
    let tool: String
    let format: String
    let file: String?
    let keys: [Key]
    let plaintext: String?
    let expect: Expectation
    let reason: String?
    let decrypted: String?
    let decryptedJSON: String?
    let config: String?
    let path: String?
    let recipients: [String]?

    enum CodingKeys: String, CodingKey {
      case id, tool, format, file, keys, plaintext, expect, reason, decrypted, config, path
      case decryptedJSON = "decrypted_json_doc0"
      case recipients = "expected_recipients"
    }
  }

  let row: Row

  var description: String { row.id }
  var store: SOPSStore { SOPSStore(rawValue: row.format) ?? .binary }

  /// Where the cases are: Tests/Fixtures/interop/sops.tar.xz, unpacked once.
  static let folder: URL = {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "sealwax-sops-\(ProcessInfo.processInfo.processIdentifier)")
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let tar = Process()
    tar.executableURL = URL(filePath: "/usr/bin/env")
    tar.arguments = [
      "tar", "-xJf", Fixtures.own.appending(path: "interop/sops.tar.xz").path, "-C", folder.path,
    ]
    try? tar.run()
    tar.waitUntilExit()
    return folder
  }()

  private struct Index: Decodable { let cases: [Row] }

  /// Every case of SOPS.
  static func all() throws -> [InteropCase] {
    let data = try Data(contentsOf: folder.appending(path: "index.json"))
    return try JSONDecoder().decode(Index.self, from: data).cases
      .filter { $0.tool == "sops" }.map { InteropCase(row: $0) }
  }

  static func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: folder.appending(path: path)))
  }
}
