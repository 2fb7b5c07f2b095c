import SOPSFormat
import Testing
import YAMLSource

/// Creation rules of `.sops.yaml`.
@Suite struct ConfigTests {
  private static func cases() throws -> [InteropCase] {
    try InteropCase.all().filter { $0.row.config != nil && $0.row.expect == .decrypts }
  }

  /// What SOPS wrote with a configuration is what its rule says.
  @Test(arguments: try cases())
  func saysWhatSOPSDid(_ test: InteropCase) throws {
    let text = try InteropCase.bytes(try #require(test.row.config))
    let encrypted = try InteropCase.bytes(try #require(test.row.file))
    let file = try SOPSFile.read(encrypted.span, store: test.store)
    let rule = try SOPSCreationRules.read(text.span).rule(for: test.row.path ?? "plain.yaml")
    let recipients = rule.keyGroups.map { Set($0.map(\.name)) }
    #expect(recipients == file.metadata.keyGroups.map { Set($0.entries.map(\.recipient)) })
    if let expected = test.row.recipients { #expect(recipients == [Set(expected)]) }
    #expect((rule.selection ?? .standard) == file.metadata.selection)
    #expect(rule.isMACOnlyEncrypted == file.metadata.isMACOnlyEncrypted)
    if rule.keyGroups.count > 1 {
      #expect((rule.shamirThreshold ?? rule.keyGroups.count) == file.metadata.shamirThreshold)
    }
  }

  /// Encrypting by the rule gives what SOPS gave.
  @Test(arguments: try cases().filter { $0.row.plaintext != nil })
  func encryptsAsSOPSDid(_ test: InteropCase) throws {
    let config = try InteropCase.bytes(try #require(test.row.config))
    let plaintext = try InteropCase.bytes(try #require(test.row.plaintext))
    let reference = try InteropCase.bytes(try #require(test.row.file))
    let rules = try SOPSCreationRules.read(config.span)
    let agent = try GPG(importing: ["keys/pgp_ecc.sec.asc"])
    let settings = try SOPSSettings(rules.rule(for: test.row.path ?? "plain.yaml")) { recipient in
      recipient.backend == .openPGP ? SOPSOpenPGPWrapper(recipient.name, agent: agent) : nil
    }
    var writer = SOPSWriter(date: date, layout: rules.layout)
    let written = try writer.encrypt(plaintext.span, store: test.store, settings: settings)
    #expect(try masked(text(written)) == (try masked(text(reference))))
  }

  @Test(arguments: [
    ("creation_rules:\n  - pgp: AAAA", SOPSError.Code.unsupportedBackend, 2, 10),
    ("creation_rules:\n  - age: age1nope", .malformedConfiguration, 2, 10),
    ("creation_rules:\n  - path_regex: x", .noRecipients, 2, 5),
  ])
  func refusesSettings(_ text: String, _ code: SOPSError.Code, _ line: Int, _ column: Int) throws {
    let rule = try SOPSCreationRules.read(Array(text.utf8).span).rules[0]
    do {
      _ = try SOPSSettings(rule)
      Issue.record("\(text) gave settings")
    } catch {
      #expect(error.code == code)
      #expect(error.position?.line == line)
      #expect(error.position?.column == column)
    }
  }

  @Test func refusesAFileWithoutARule() throws {
    let text = try InteropCase.bytes("sops/config-no-match/.sops.yaml")
    let rules = try SOPSCreationRules.read(text.span)
    #expect(
      code { () throws(SOPSError) in _ = try rules.rule(for: "plain.yaml") } == .noMatchingRule)
    #expect(try rules.rule(for: "a/b.enc.yaml").pathPattern == #"\.enc\.yaml$"#)
  }

  @Test func readsEveryKindOfRecipient() throws {
    let text = """
      creation_rules:
        - path_regex: ^one/
          age: "age1x, age1y,"
          pgp: [AAAA, "BBBB,CCCC"]
          kms: arn:aws:kms:eu:1:key/a+arn:role
          gcp_kms: projects/p
          azure_keyvault: https://v/keys/k/1
          hc_vault_transit_uri: https://v:8200/v1/t/keys/k
        - key_groups:
            - &base
              age: [age1x]
              kms: [{arn: a, role: r, context: {k: v}}]
            - merge: [*base]
              azure_keyvault: [{vaultUrl: u, key: k, version: v}]
              hc_vault: [h]
              age: [age1x]
          shamir_threshold: 2
      """
    let rules = try SOPSCreationRules.read(Array(text.utf8).span).rules
    #expect(
      rules[0].keyGroups.map { $0.map { "\($0.backend) \($0.name)" } } == [
        [
          "age age1x", "age age1y", "OpenPGP AAAA", "OpenPGP BBBB", "OpenPGP CCCC",
          "AWS KMS arn:aws:kms:eu:1:key/a+arn:role", "Google Cloud KMS projects/p",
          "Azure Key Vault https://v/keys/k/1", "Vault transit https://v:8200/v1/t/keys/k",
        ]
      ])
    #expect(
      rules[1].keyGroups.map { $0.map { "\($0.backend) \($0.name)" } } == [
        ["age age1x", "AWS KMS a+r"],
        ["age age1x", "AWS KMS a+r", "Azure Key Vault u/k/v", "Vault transit h"],
      ])
    #expect(rules[1].shamirThreshold == 2)
    #expect(rules[0].keyGroups[0][2].position.line == 4)
  }

  @Test(arguments: [
    ("stores: {yaml: {indent: 2}, json: {indent: 3}}", SOPSLayout(yamlIndent: 2, jsonIndent: 3)),
    ("stores: {yaml: {indent: 0}, json: {indent: -1}}", .standard), ("stores: {}", .standard),
    ("creation_rules: []", .standard), ("", .standard),
  ])
  func readsTheLayout(_ text: String, _ layout: SOPSLayout) throws {
    #expect(try SOPSCreationRules.read(Array(text.utf8).span).layout == layout)
  }

  static let refused: [(text: String, code: SOPSError.Code, line: Int, column: Int)] = [
    ("creation_rules: x", .malformedConfiguration, 1, 17),
    ("- a", .malformedConfiguration, 1, 1),
    ("creation_rules:\n  - x", .malformedConfiguration, 2, 5),
    ("creation_rules:\n  - age: {a: b}", .malformedConfiguration, 2, 10),
    ("creation_rules:\n  - age: [[a]]", .malformedConfiguration, 2, 11),
    ("creation_rules:\n  - path_regex: '('", .malformedRule, 2, 17),
    ("creation_rules:\n  - encrypted_regex: '*'", .malformedRule, 2, 22),
    (
      "creation_rules:\n  - encrypted_regex: a\n    unencrypted_suffix: b", .conflictingRules, 2, 22
    ),
    ("creation_rules:\n  - mac_only_encrypted: perhaps", .malformedConfiguration, 2, 25),
    (
      "creation_rules:\n  - key_groups: [{age: [a]}, {age: [b]}]\n    shamir_threshold: 3",
      .malformedConfiguration, 3, 23
    ),
    ("creation_rules:\n  - age: a\n    age: b", .malformedConfiguration, 3, 5),
    ("creation_rules: [", .syntax, 1, 18),
    ("stores: {yaml: {indent: -2}}", .malformedConfiguration, 1, 25),
    ("stores: {json: {indent: x}}", .malformedConfiguration, 1, 25),
  ]

  @Test(arguments: refused)
  func refuses(_ test: (text: String, code: SOPSError.Code, line: Int, column: Int)) throws {
    do {
      _ = try SOPSCreationRules.read(Array(test.text.utf8).span)
      Issue.record("\(test.text) was read")
    } catch {
      #expect(error.code == test.code)
      #expect(error.position?.line == test.line)
      #expect(error.position?.column == test.column)
    }
  }
}
