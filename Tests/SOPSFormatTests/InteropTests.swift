import CryptoCore
import Foundation
import SOPSFormat
import Testing

/// Files that SOPS wrote, and altered ones: what SOPS gives, byte for byte, or a refusal.
@Suite struct InteropTests {
  @Test func everyCaseIsThere() throws {
    #expect(try InteropCase.all().count == 213)
  }

  @Test(arguments: try InteropCase.all().filter { $0.row.expect == .decrypts })
  func decrypts(_ test: InteropCase) throws {
    let path = try #require(test.row.file)
    let encrypted = try InteropCase.bytes(path)
    let file = try SOPSFile.read(encrypted.span, store: test.store)
    let key = try SOPSDataKey.recover(
      from: file.metadata, using: try InteropKeys.unwrappers(test.row.keys))
    let plain = try file.decrypt(key)
    let output = text(plain.text)
    if let decrypted = test.row.decrypted {
      let expected = try InteropCase.bytes(decrypted)
      #expect(output == text(expected))
      let isSame = Array(copying: plain.text.bytes) == expected
      #expect(isSame)
    } else {
      let plaintext = try InteropCase.bytes(try #require(test.row.plaintext))
      #expect(output == (try laidOut(plaintext, test.store)))
    }
    if let json = test.row.decryptedJSON {
      let converted = try file.decrypt(key, style: .converted(.json))
      #expect(text(converted.text) == text(try InteropCase.bytes(json)))
    }
  }

  /// The first code that a case's refusal must have; the reference's reasons beside ours.
  private static let reasons: [(prefix: String, codes: Set<SOPSError.Code>)] = [
    ("no recipient matches", [.noIdentity]),
    ("no matching key", [.noIdentity, .unsupportedBackend]),
    ("no identity matched", [.noIdentity]),
    ("1 of 2 groups", [.tooFewGroups]),
    ("3 groups needed", [.tooFewGroups]),
    ("GCM tag", [.valueNotAuthentic]),
    ("GCM key", [.valueNotAuthentic]),
    ("AAD is the key path", [.valueNotAuthentic]),
    ("AAD is lastmodified", [.macNotAuthentic]),
    ("AAD", [.valueNotAuthentic]),
    ("GCM", [.valueNotAuthentic]),
    ("parse or metadata", [.syntax, .malformedMetadata]),
    ("parse", [.malformedValue]),
    ("not ENC[]", [.plaintextBesideCiphertext]),
    ("expected string", [.plaintextBesideCiphertext]),
    ("plain values now expected encrypted", [.plaintextBesideCiphertext]),
    ("MAC GCM", [.macNotAuthentic]),
    ("MAC AAD", [.macNotAuthentic]),
    ("no MAC", [.missingMAC]),
    ("MAC", [.macMismatch]),
    ("duplicate key", [.duplicateKey]),
    ("only one allowed", [.conflictingRules]),
    ("metadata not found", [.noMetadata]),
    ("bad metadata", [.malformedMetadata]),
    ("no key group", [.noKeys]),
    ("age header MAC", [.noIdentity]),
    ("unknown datatype", [.unsupportedType]),
    ("Atoi fails", [.unsupportedType]),
    ("sops 3.13.2 crashes", [.unsupportedType]),
  ]

  @Test(arguments: try InteropCase.all().filter { $0.row.expect == .mustFail })
  func mustFail(_ test: InteropCase) throws {
    let encrypted = try InteropCase.bytes(try #require(test.row.file))
    let unwrappers = try InteropKeys.unwrappers(test.row.keys)
    let failure = code { () throws(SOPSError) in
      let file = try SOPSFile.read(encrypted.span, store: test.store)
      let key = try SOPSDataKey.recover(from: file.metadata, using: unwrappers)
      _ = try file.decrypt(key)
    }
    let reason = try #require(test.row.reason)
    let wanted = try #require(Self.reasons.first { reason.hasPrefix($0.prefix) })
    let found = try #require(failure)
    #expect(wanted.codes.contains(found), "\(found) for \(reason)")
  }

  /// Alterations that SOPS does not notice, and what becomes of them here: nil where the format
  /// gives no means to notice either.
  private static let weaknesses: [String: SOPSError.Code?] = [
    "tamper-acc-trailing-garbage": .malformedValue,
    "tamper-acc-type-str-to-comment": .unsupportedType,
  ]

  @Test(arguments: try InteropCase.all().filter { $0.row.expect == .referenceAccepts })
  func referenceAccepts(_ test: InteropCase) throws {
    let encrypted = try InteropCase.bytes(try #require(test.row.file))
    let unwrappers = try InteropKeys.unwrappers(test.row.keys)
    var output: String?
    var notices: [SOPSNotice] = []
    let failure = code { () throws(SOPSError) in
      let file = try SOPSFile.read(encrypted.span, store: test.store)
      let key = try SOPSDataKey.recover(from: file.metadata, using: unwrappers)
      let plain = try file.decrypt(key)
      output = text(plain.text)
      notices = plain.notices
    }
    let isIgnoringMAC = test.row.id == "tamper-ignore-mac"
    let wanted = isIgnoringMAC ? .macMismatch : Self.weaknesses[test.row.id] ?? nil
    #expect(failure == wanted)
    #expect(!notices.isEmpty == (test.row.id == "tamper-acc-comment-replaced"))
    if wanted == nil, let decrypted = test.row.decrypted {
      #expect(output == text(try InteropCase.bytes(decrypted)))
    }
  }

  @Test(arguments: try InteropCase.all().filter { $0.row.expect == .encryptMustFail })
  func encryptMustFail(_ test: InteropCase) throws {
    let plaintext = try InteropCase.bytes(try #require(test.row.plaintext))
    let reader = try Reader()
    let failure = code { () throws(SOPSError) in
      var writer = SOPSWriter(date: date)
      _ = try writer.encrypt(plaintext.span, store: test.store, settings: .init(for: reader))
    }
    let codes: [String: SOPSError.Code] = [
      "yaml-int-overflow": .unsupportedValue, "yaml-nonstring-key": .nonStringKey,
      "yaml-duplicate-key": .duplicateKey, "yaml-toplevel-list": .unsupportedDocument,
      "yaml-toplevel-scalar": .unsupportedDocument, "yaml-already-encrypted": .reservedKey,
      "yaml-empty-file": .emptyFile, "json-toplevel-array": .unsupportedDocument,
      "json-float-overflow": .unsupportedValue, "dotenv-no-equals": .syntax,
      "dotenv-reserved": .reservedKey,
    ]
    if let config = test.row.config {
      let text = try InteropCase.bytes(config)
      let rules = try SOPSCreationRules.read(text.span)
      let unmatched = code { () throws(SOPSError) in _ = try rules.rule(for: "plain.yaml") }
      #expect(unmatched == .noMatchingRule)
      return
    }
    #expect(failure != nil && failure == codes[test.row.id])
  }
}
