import CryptoCore
import Foundation
import TestSupport
import Testing

@testable import Age

/// Files made with age 1.3.1, and such files altered: what opens there must open here, what is
/// refused there must be refused here.
@Suite struct InteropTests {
  struct Case: Decodable {
    let id: String
    let file: String
    let exercises: String
    let expect: String
    let reason: String
    let sha256: String
    let identities: [String]
    let passphrase: String
  }

  @Test func filesOfAgeOpenOrFailAsThere() throws {
    let scratch = try Scratch()
    let archive = Fixtures.repository.appending(path: "Tests/AgeTests/Fixtures/interop.tar.xz")
    try Shell.run("tar", "-xJf", archive.path, "-C", scratch.path)
    let cases = try JSONDecoder().decode(
      [Case].self, from: Data(contentsOf: URL(filePath: scratch("cases.json"))))
    #expect(cases.count == 40)
    for item in cases {
      let identities = try identities(of: item, scratch)
      for path in [DecryptionPath.whole, .files, .stream(70_001)] {
        let outcome = try path.decrypt(try scratch.read(item.file), identities)
        if item.expect == "decrypts" {
          #expect(outcome.error == nil, "\(item.id)")
          #expect(hexDigest(outcome.bytes) == item.sha256, "\(item.id)")
        } else {
          #expect(outcome.error != nil, "\(item.id) is accepted: \(item.exercises)")
          let code = try expectedCode(item.reason)
          #expect(outcome.error?.code == code, "\(item.id)")
        }
      }
    }
  }

  private func identities(of item: Case, _ scratch: Scratch) throws -> [any Identity] {
    if item.identities.isEmpty {
      return [ScryptIdentity(passphrase: try secretBytes(item.passphrase))]
    }
    return try item.identities.flatMap { name in
      try parseIdentities(scratch.read(name), passphrase: item.passphrase).map(\.identity)
    }
  }

  private func expectedCode(_ reason: String) throws -> AgeError.Code {
    switch reason {
    case "no identity matched", "incorrect passphrase": .noMatch
    case "header MAC": .headerMAC
    // The grammar has at least one stanza; age itself says that no identity matched.
    case "header grammar", "unknown version", "no nonce", "no recipients": .malformedHeader
    case "chunk tag", "chunk counter", "last-chunk flag", "trailing data": .malformedPayload
    case "armor": .malformedArmor
    default: throw TestKitVector.UnknownExpectation(text: reason)
    }
  }
}
