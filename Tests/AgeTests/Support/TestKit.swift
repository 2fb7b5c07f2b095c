import CryptoCore
import Foundation
import TestSupport
import Testing

@testable import Age

/// One file of the age test suite (C2SP CCTV): a header of `key: value` lines, then an age file.
struct TestKitVector: Sendable, CustomTestStringConvertible {
  let name: String
  let expectation: String
  let payloadDigest: String?
  let identities: [String]
  let passphrases: [String]
  let isArmored: Bool
  let file: [UInt8]

  var testDescription: String { name }

  /// All vectors that are there, or nil when there are none at hand.
  static func all() throws -> [TestKitVector]? { try cached.get() }

  private static let cached = Result { try read() }

  private static func read() throws -> [TestKitVector]? {
    guard let folder = try Fixtures.thirdParty("age-testkit") else { return nil }
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
      try TestKitVector($0, Data(contentsOf: folder.appending(path: $0)))
    }
  }

  private init(_ name: String, _ data: Data) throws {
    let separator = try #require(data.range(of: Data("\n\n".utf8)))
    var fields: [String: [String]] = [:]
    for line in String(decoding: data[..<separator.lowerBound], as: UTF8.self).split(
      separator: "\n")
    {
      let colon = try #require(line.firstIndex(of: ":"))
      let value = line[line.index(after: colon)...].drop(while: { $0 == " " })
      fields[String(line[..<colon]), default: []].append(String(value))
    }
    let known = [
      "expect", "payload", "file key", "identity", "passphrase", "armored", "compressed", "comment",
    ]
    try #require(Set(fields.keys).isSubset(of: known), "a field that these tests do not know")
    self.name = name
    expectation = try #require(fields["expect"]?.first)
    payloadDigest = fields["payload"]?.first
    identities = fields["identity"] ?? []
    passphrases = fields["passphrase"] ?? []
    isArmored = fields["armored"] == ["yes"]
    let body = data[separator.upperBound...]
    if fields["compressed"] == ["zlib"] {
      file = try Shell.run(
        "python3", "-c",
        "import sys,zlib;sys.stdout.buffer.write(zlib.decompress(sys.stdin.buffer.read()))",
        input: Array(body))
    } else {
      try #require(fields["compressed"] == nil)
      file = Array(body)
    }
  }

  /// The identities in the order of the header: the passphrases come last there.
  func makeIdentities() throws -> [any Identity] {
    let text = identities.joined(separator: "\n")
    var all: [any Identity] = []
    if !identities.isEmpty {
      all = try parseIdentities(Array(text.utf8)).map(\.identity)
    }
    for passphrase in passphrases {
      all.append(ScryptIdentity(passphrase: try secretBytes(passphrase)))
    }
    return all
  }

  /// What the expectation is in our codes; nil for success.
  func expectedCodes() throws -> [AgeError.Code] {
    switch expectation {
    case "success": []
    case "no match": [.noMatch]
    case "HMAC failure": [.headerMAC]
    // A work factor above the limit is a failure of its own, which the suite has no word for.
    case "header failure":
      name.hasPrefix("scrypt_work_factor")
        ? [.malformedHeader, .excessiveWork] : [.malformedHeader]
    case "armor failure": [.malformedArmor]
    case "payload failure": [.malformedPayload]
    default: throw UnknownExpectation(text: expectation)
    }
  }

  struct UnknownExpectation: Error { let text: String }
}
