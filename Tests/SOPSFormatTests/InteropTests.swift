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
    let text = try InteropCase.bytes(path)
    let file = try SOPSFile.read(text.span, store: test.store)
    let key = try SOPSDataKey.recover(
      from: file.metadata, using: try InteropKeys.unwrappers(test.row.keys))
    let plain = try file.decrypt(key)
    let expected = try InteropCase.bytes(try #require(test.row.decrypted ?? test.row.plaintext))
    let output = String(decoding: Array(copying: plain.text.bytes), as: UTF8.self)
    #expect(output == String(decoding: expected, as: UTF8.self))
    let isSame = Array(copying: plain.text.bytes) == expected
    #expect(isSame)
    if let json = test.row.decryptedJSON {
      let converted = try file.decrypt(key, style: .converted(.json))
      let output = String(decoding: Array(copying: converted.text.bytes), as: UTF8.self)
      #expect(output == String(decoding: try InteropCase.bytes(json), as: UTF8.self))
    }
  }
}
