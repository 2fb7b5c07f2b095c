import CryptoCore
import Foundation
import SealedSecretFormat
import TestSupport
import Testing

/// Files of kubeseal's own, and altered ones.
@Suite struct KubesealTests {
  @Test func areAllThere() throws { #expect(try KubesealCase.all().count == 35) }

  /// What kubeseal opens reads the same here; what it refuses is refused, for the right reason.
  @Test(arguments: try KubesealCase.all()) func openAsTheIndexSays(_ test: KubesealCase) throws {
    guard let file = test.file else { return }
    let source = try KubesealCase.bytes(file)
    let keys = try keys(test.keys.map(\.file))
    if test.expect == "must_fail" {
      let error = failure { _ = try opened(source, keys) }
      #expect(error?.code == (test.reason == "too short" ? .malformed : .noKey))
      #expect(error?.message.contains("pass") == true)
      return
    }
    // kubeseal prints an empty value as null, which is none to Kubernetes.
    let printed = String(
      decoding: try KubesealCase.bytes(try #require(test.decrypted)), as: UTF8.self)
    let reference = try contents(Array(printed.replacing(": null\n", with: ": \"\"\n").utf8))
    let own = try contents(Array(try opened(source, keys).utf8))
    #expect(own == reference)
  }

  /// What kubeseal seals is sealed, and opens to the Secret that it was; what it refuses is refused.
  @Test(arguments: try KubesealCase.all()) func sealAsTheIndexSays(_ test: KubesealCase) throws {
    guard let plaintext = test.plaintext, !plaintext.hasSuffix(".bin") else { return }
    let source = try KubesealCase.bytes(plaintext)
    if test.expect == "encrypt_must_fail" {
      let error = failure { _ = try sealed(source) }
      let codes: [String: SealedSecretError.Code] = [
        "seal-no-name": .noIdentity, "seal-no-data": .noData, "seal-bad-base64": .malformed,
      ]
      #expect(error?.code == codes[test.id])
      return
    }
    for scope in SealingScope.allCases {
      let text = try sealed(source, scope: scope, namespace: "from-flag")
      guard text != String(decoding: source, as: UTF8.self) else {
        // A ConfigMap, which kubeseal takes for a Secret, is not one.
        #expect(test.id == "seal-not-secret")
        return
      }
      #expect(try contents(Array(text.utf8)).isEmpty)
      let back = try contents(Array(try opened(Array(text.utf8), try keys("keys/ss1.key")).utf8))
      let namespace = scope == .clusterWide ? "" : "from-flag"
      let given = try contents(source).map { $0.hasPrefix("/") ? namespace + $0 : $0 }
      #expect(back == given)
    }
  }

  /// Files as tools and people write them: sealed and opened they hold the same, or they are refused.
  @Test func manifestsOfAllKindsComeThrough() throws {
    let keys = try keys("keys/ss3.key")
    var settings = SealedSecretSealer.Settings(key: try certificate("keys/ss3.crt").key)
    settings.namespace = "given"
    settings.allowsEmptyData = true
    let sealer = SealedSecretSealer(settings)
    var count = 0
    for file in try Corpus.files() {
      guard let given = try? contents(file.bytes), !given.isEmpty else { continue }
      let text: String
      do {
        let output = try sealer.seal(file.bytes.span)
        text = string(output)
      } catch {
        #expect(error.code != .verification, "\(file.name): \(error.message)")
        continue
      }
      let back = try contents(Array(try opened(Array(text.utf8), keys).utf8))
      let expected = given.map { $0.hasPrefix("/") ? "given" + $0 : $0 }
      #expect(back == expected, "\(file.name)")
      count += 1
    }
    #expect(count >= 15)
  }
}
