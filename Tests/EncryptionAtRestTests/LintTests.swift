import CryptoCore
import EncryptionAtRest
import Findings
import Foundation
import TestSupport
import Testing

/// What is bad about configurations that the API server accepts.
@Suite struct LintTests {
  static func rules(_ file: String) throws -> [String] {
    let bytes = Array(try Data(contentsOf: VerdictTests.folder.appending(path: file)))
    return try rules(in: bytes)
  }

  static func rules(in bytes: [UInt8]) throws -> [String] {
    var options = ConfigurationVerdict.Options()
    options.allowsKMSv1 = true
    let verdict = ConfigurationVerdict.judge(bytes.span, options)
    try #require(verdict.isAccepted, "\(verdict.problems)")
    let configuration = try #require(verdict.configuration)
    return ConfigurationLint.findings(in: configuration, file: "f").map {
      String($0.rule.id.dropFirst("at-rest/".count))
    }
  }

  static let table: [(String, has: [String], hasNot: [String])] = [
    ("ok-aescbc-identity.yaml", ["aescbc", "identity-last", "keys-in-file"], ["identity-first"]),
    ("ok-aesgcm-identity.yaml", ["aesgcm", "identity-last"], ["aescbc"]),
    ("ok-secretbox-identity.yaml", ["secretbox"], ["aescbc", "short-key", "weak-key"]),
    ("ok-identity-only.yaml", ["identity-first"], ["identity-last", "keys-in-file"]),
    ("ok-no-identity-fallback.yaml", [], ["identity-last", "identity-first"]),
    ("ok-upstream-doc-example.yaml", ["opted-out"], ["secrets-not-covered"]),
    ("cross-events-identity-then-starstar.yaml", ["opted-out"], ["secrets-not-covered"]),
    ("cross-same-resource-identity-first.yaml", ["identity-first", "split-resource"], []),
    ("res-nonexistent.yaml", ["secrets-not-covered"], []),
    ("res-kind-singular.yaml", ["unknown-resource", "secrets-not-covered"], []),
    ("res-group-slash-resource.yaml", ["unknown-resource"], []),
    ("res-slash-subresource.yaml", ["unknown-resource"], []),
    ("res-star-suffix.yaml", ["unknown-resource"], []),
    ("res-space-trailing.yaml", ["unknown-resource"], []),
    ("res-star-dot-star.yaml", [], ["unknown-resource", "secrets-not-covered"]),
    ("res-star-dot-apps.yaml", ["secrets-not-covered"], ["unknown-resource"]),
    ("res-secrets-dot.yaml", [], ["unknown-resource", "secrets-not-covered"]),
    ("res-secrets-dot-core.yaml", ["unknown-resource"], []),
    ("base64-all-zero-key.yaml", ["weak-key"], ["sample-key", "odd-base64"]),
    ("base64-newline-inside.yaml", ["odd-base64"], []),
    ("base64-ascii-key.yaml", ["sample-key"], []),
    ("base64-raw-32-char-passphrase-decodes-to-24-bytes.yaml", ["short-key"], []),
    ("keylen-aescbc-24-bytes.yaml", ["short-key"], []),
    ("keylen-aescbc-32-bytes.yaml", [], ["short-key", "weak-key", "repeated-name"]),
    ("keyname-duplicate-same-provider-secretbox.yaml", ["repeated-name"], []),
    ("keyname-duplicate-with-same-secret.yaml", [], ["repeated-name", "repeated-key"]),
    ("keyname-duplicate-across-providers.yaml", [], ["repeated-name"]),
    ("keyname-same-secret-two-names.yaml", ["repeated-key"], ["repeated-name"]),
    ("keyname-colon-inside.yaml", ["odd-name"], []),
    ("keyname-space-inside.yaml", ["odd-name"], []),
    ("keyname-newline.yaml", ["odd-name"], []),
    ("keyname-very-long-70000.yaml", ["odd-name"], []),
    ("kms-v1-default-no-apiversion.yaml", ["kms-v1"], ["socket"]),
    ("kms-endpoint-unix-abstract.yaml", ["socket"], []),
    ("kms-endpoint-unix-abstract-opaque.yaml", ["socket"], []),
    ("kms-endpoint-unix-two-slashes-becomes-host.yaml", ["socket"], []),
    ("kms-endpoint-unix-only.yaml", ["socket"], []),
    ("kms-endpoint-unix-root.yaml", ["socket"], []),
    ("kms-timeout-one-ns.yaml", ["timeout"], []),
    ("multidoc-two-valid-different.yaml", ["further-documents"], []),
    ("multidoc-trailing-separator.yaml", [], ["further-documents"]),
    ("gvk-leading-slash-v1-encryptionconfig.yaml", ["legacy-kind"], []),
  ]

  @Test(arguments: table.indices) func finds(_ row: Int) throws {
    let (file, has, hasNot) = Self.table[row]
    let rules = try Self.rules(file)
    for rule in has { #expect(rules.contains(rule), "\(file): \(rules)") }
    for rule in hasNot { #expect(!rules.contains(rule), "\(file): \(rules)") }
  }

  /// What a good configuration is: nothing above what its kind of provider brings with it.
  @Test func aGeneratedConfigurationIsClean() throws {
    for (provider, expected) in [
      (StoredValue.Provider.secretbox, ["secretbox", "keys-in-file"]),
      (.aesgcm, ["aesgcm", "keys-in-file"]),
    ] {
      let states = try RotationStates(
        from: nil, to: .encrypt(provider), resources: nil, date: "20261231")
      let text = try #require(states.final).text()
      let bytes = text.bytes
      #expect(try Self.rules(in: bytes.indices.map { bytes[$0] }) == expected)
    }
    let kms = try RotationStates(
      from: nil, to: .encryptWithKMS(RotationStatesTests.kms), resources: nil, date: "")
    let text = try #require(kms.final).text()
    let bytes = text.bytes
    #expect(try Self.rules(in: bytes.indices.map { bytes[$0] }).isEmpty)
  }

  /// Whatever a file is, no message has a piece of a key in it.
  @Test func keysAreInNoMessage() throws {
    struct Row: Decodable {
      struct Decoded: Decodable {
        struct Resource: Decodable {
          struct Provider: Decodable {
            struct Keys: Decodable {
              struct Key: Decodable { let Secret: String }
              let Keys: [Key]?
            }
            let AESGCM: Keys?
            let AESCBC: Keys?
            let Secretbox: Keys?
          }
          let Providers: [Provider]?
        }
        let Resources: [Resource]?
      }
      let file: String
      let decoded: Decoded?
    }
    let lines = try String(
      contentsOf: VerdictTests.folder.appending(path: "verdicts.jsonl"), encoding: .utf8
    ).split(separator: "\n")
    var secretCount = 0
    for line in lines {
      let row = try JSONDecoder().decode(Row.self, from: Data(line.utf8))
      let bytes = Array(try Data(contentsOf: VerdictTests.folder.appending(path: row.file)))
      let verdict = ConfigurationVerdict.judge(bytes.span, .init())
      var messages = verdict.problems.flatMap { [$0.message, $0.upstream] }
      messages.append(verdict.upstreamMessage(file: row.file))
      if let configuration = verdict.configuration {
        messages += ConfigurationLint.findings(in: configuration, file: "f").map(\.message)
      }
      let providers = (row.decoded?.Resources ?? []).flatMap { $0.Providers ?? [] }
      let keys = providers.flatMap { [$0.AESGCM, $0.AESCBC, $0.Secretbox] }.compactMap { $0?.Keys }
      for secret in keys.flatMap({ $0 }).map(\.Secret) where secret.count >= 12 {
        secretCount += 1
        let piece = secret.prefix(12)
        #expect(!messages.contains { $0.contains(piece) }, "\(row.file)")
      }
    }
    #expect(secretCount > 300)
  }

  @Test func nodesAreCompared() throws {
    func configuration(_ text: String) throws -> DecodedConfiguration {
      let head =
        "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n"
      let verdict = ConfigurationVerdict.judge(Array((head + text).utf8).span, .init())
      return try #require(verdict.configuration)
    }
    let key = "{name: a, secret: AAAAAAAAAAAAAAAAAAAAAA==}"
    let other = "{name: b, secret: AAAAAAAAAAAAAAAAAAAAAQ==}"
    let base =
      "- resources: [secrets, configmaps]\n"
      + "  providers: [{aescbc: {keys: [\(key), \(other)]}}]\n"
    let first = try configuration(base)
    for (text, isSame) in [
      (base.replacing("secrets, configmaps", with: "configmaps, secrets."), true),
      ("# a comment\n" + base, true), (base.replacing("configmaps", with: "pods"), false),
      (base.replacing("\(key), \(other)", with: "\(other), \(key)"), false),
      (base.replacing("AQ==", with: "Ag=="), false),
      (base.replacing("aescbc", with: "aesgcm"), false),
      (base + "- resources: [pods]\n  providers: [{identity: {}}]\n", false),
    ] {
      let found = NodeComparison.findings([("a", first), ("b", try configuration(text))])
      #expect(found.isEmpty == isSame, "\(text): \(found)")
    }
  }

  @Test func rulesAreComplete() {
    let ids = AtRestRules.all.map(\.id)
    #expect(Set(ids).count == ids.count)
    for rule in AtRestRules.all {
      #expect(rule.id.hasPrefix("at-rest/") && rule.why.hasSuffix(".") && rule.fix.count > 8)
    }
  }
}
