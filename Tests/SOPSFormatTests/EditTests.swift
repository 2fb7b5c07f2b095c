import Age
import CryptoCore
import SOPSFormat
import Testing

/// Changes of encrypted files.
@Suite struct EditTests {
  private static func values(_ text: String) -> [String] {
    text.split(separator: "\n").filter { !$0.contains("mac: ") && !$0.contains("lastmodified: ") }
      .map(String.init)
  }

  private static func open(_ bytes: [UInt8], _ path: String) throws -> (SOPSFile, SOPSAgeUnwrapper)
  {
    let file = try SOPSFile.read(bytes.span, store: .yaml)
    let keys = try InteropCase.bytes(path)
    let identities = try IdentityFile.parse(
      keys.span,
      passphrase: { _ in throw AgeError(.wrongPassphrase, "no passphrase in this test") })
    return (file, SOPSAgeUnwrapper(identities.map(\.identity)))
  }

  /// `sops set` and `unset`: the same plaintext edited here gives the same lines, but for the value
  /// that changed, the date and the MAC.
  @Test(arguments: ["set", "unset"])
  func keepsWhatHasNotChanged(_ operation: String) throws {
    let before = try InteropCase.bytes("sops/op-set/enc.yaml")
    let after = text(try InteropCase.bytes("sops/op-set/enc-after-\(operation).yaml"))
    let plaintext = try InteropCase.bytes("sops/op-set/decrypted@\(operation).yaml")
    let (file, unwrapper) = try Self.open(before, "keys/age1.txt")
    let key = try SOPSDataKey.recover(from: file.metadata, using: [unwrapper])
    var writer = SOPSWriter(date: date)
    let edited = try writer.edit(file, key, plaintext: plaintext.span)
    let (ours, theirs) = (Self.values(text(edited)), Self.values(after))
    let old = Set(Self.values(text(before)))
    #expect(ours.count == theirs.count)
    for (our, their) in zip(ours, theirs) where our != their {
      // A new value has a new nonce on either side.
      #expect(!old.contains(our) && !old.contains(their))
      #expect(our.prefix { $0 != "," } == their.prefix { $0 != "," })
    }
    let again = try SOPSFile.read(edited.bytes, store: .yaml)
    let opened = try again.decrypt(key)
    #expect(text(opened.text) == text(plaintext))
  }

  @Test func anUnchangedEditChangesNothingButTheDate() throws {
    let before = try InteropCase.bytes("sops/yaml-nested/enc.yaml")
    let plaintext = try InteropCase.bytes("sops/yaml-nested/decrypted.yaml")
    let (file, unwrapper) = try Self.open(before, "keys/age1.txt")
    let key = try SOPSDataKey.recover(from: file.metadata, using: [unwrapper])
    var writer = SOPSWriter(date: date)
    let edited = try writer.edit(file, key, plaintext: plaintext.span)
    #expect(Self.values(text(edited)) == Self.values(text(before)))
  }

  @Test func updatesKeysWithoutTouchingValues() throws {
    let before = try InteropCase.bytes("sops/op-set/enc.yaml")
    let (file, unwrapper) = try Self.open(before, "keys/age1.txt")
    let key = try SOPSDataKey.recover(from: file.metadata, using: [unwrapper])
    let (first, second) = (try Reader(), try Reader())
    var writer = SOPSWriter(date: date)
    let updated = try writer.updateKeys(
      of: file, key, keyGroups: [[first.wrapper, second.wrapper]])
    let again = try SOPSFile.read(updated.bytes, store: .yaml)
    #expect(again.metadata.encryptedMAC == file.metadata.encryptedMAC)
    #expect(again.metadata.lastModified == file.metadata.lastModified)
    let lines = Set(text(before).split(separator: "\n"))
    let changed = text(updated).split(separator: "\n").filter { !lines.contains($0) }
    #expect(changed.allSatisfy { $0.contains("age1") || $0.hasPrefix("            ") })
    for reader in [first, second] {
      let key = try SOPSDataKey.recover(from: again.metadata, using: [reader.unwrapper])
      let opened = try again.decrypt(key)
      #expect(text(opened.text) == text(try InteropCase.bytes("sops/op-set/decrypted.yaml")))
    }
    let isShut = code { () throws(SOPSError) in
      _ = try SOPSDataKey.recover(from: again.metadata, using: [unwrapper])
    }
    #expect(isShut == .noIdentity)
  }

  @Test func rotatingMakesEverythingNew() throws {
    let before = try InteropCase.bytes("sops/op-set/enc.yaml")
    let (file, unwrapper) = try Self.open(before, "keys/age1.txt")
    let key = try SOPSDataKey.recover(from: file.metadata, using: [unwrapper])
    let reader = try Reader()
    var writer = SOPSWriter(date: date)
    let rotated = try writer.rotate(file, key, settings: .init(for: reader))
    let lines = Set(text(before).split(separator: "\n").filter { $0.contains("ENC[") })
    #expect(text(rotated).split(separator: "\n").allSatisfy { !lines.contains($0) })
    let again = try SOPSFile.read(rotated.bytes, store: .yaml)
    let oldKeyFailure = failure(of: again, key)
    #expect(oldKeyFailure == .valueNotAuthentic)
    let newKey = try SOPSDataKey.recover(from: again.metadata, using: [reader.unwrapper])
    let opened = try again.decrypt(newKey)
    #expect(text(opened.text) == text(try InteropCase.bytes("sops/op-set/decrypted.yaml")))
  }

  /// Equal values of one list do not get one nonce: only what was there keeps its own.
  @Test func equalValuesLookDifferent() throws {
    let reader = try Reader()
    var writer = SOPSWriter(date: date)
    let plaintext = Array("l: [same, same]\n".utf8)
    let written = try writer.encrypt(plaintext.span, store: .yaml, settings: .init(for: reader))
    let file = try SOPSFile.read(written.bytes, store: .yaml)
    let key = try SOPSDataKey.recover(from: file.metadata, using: [reader.unwrapper])
    let more = Array("l: [same, same, same]\n".utf8)
    let edited = try writer.edit(file, key, plaintext: more.span)
    let items = text(edited).split(separator: "\n").filter { $0.hasPrefix("    - ENC[") }
    #expect(items.count == 3)
    #expect(Set(items).count == 3)
    #expect(
      text(written).split(separator: "\n").filter { $0.hasPrefix("    - ENC[") } == items.dropLast()
    )
  }

  /// Every kind of recipient that age has, and a passphrase, through what the Age layer reads.
  @Test(arguments: ["age_pq.txt", "ssh_ed25519", "ssh_rsa", "age1.txt"])
  func encryptsForEveryKind(_ name: String) throws {
    let bytes = try InteropCase.bytes("keys/\(name)")
    let parsed = try #require(
      try IdentityFile.parse(
        bytes.span,
        passphrase: { _ in throw AgeError(.wrongPassphrase, "no passphrase in this test") }
      ).first)
    let wrapper = try SOPSAgeWrapper(try #require(parsed.recipientText))
    var writer = SOPSWriter(date: date)
    let plaintext = Array("A=1\n".utf8)
    let written = try writer.encrypt(
      plaintext.span, store: .dotenv, settings: SOPSSettings(keyGroups: [[wrapper]]))
    let file = try SOPSFile.read(written.bytes, store: .dotenv)
    let key = try SOPSDataKey.recover(
      from: file.metadata, using: [SOPSAgeUnwrapper([parsed.identity])])
    let opened = try file.decrypt(key)
    #expect(text(opened.text) == "A=1\n")
  }

  @Test func refusesWithoutRecipients() throws {
    let plaintext = Array("a: 1\n".utf8)
    let reader = try Reader()
    let tests: [(groups: [[any SOPSKeyWrapper]], threshold: Int?, code: SOPSError.Code)] = [
      ([], nil, .noRecipients), ([[]], nil, .noRecipients),
      ([[reader.wrapper], []], nil, .noRecipients),
      ([[reader.wrapper]], 2, .malformedConfiguration),
      ([[reader.wrapper], [reader.wrapper]], 1, .malformedConfiguration),
      ([[reader.wrapper], [reader.wrapper]], 3, .malformedConfiguration),
    ]
    for test in tests {
      let failure = code { () throws(SOPSError) in
        var writer = SOPSWriter(date: date)
        _ = try writer.encrypt(
          plaintext.span, store: .yaml,
          settings: SOPSSettings(keyGroups: test.groups, shamirThreshold: test.threshold))
      }
      #expect(failure == test.code)
    }
  }

  static let sets:
    [(store: SOPSStore, text: String, path: [SOPSPathStep], json: String, result: String)] = [
      (.yaml, "a: 1\nb: 2\n", [.key("b")], "\"x\"", "a: 1\nb: x\n"),
      (
        .yaml, "a: 1\n", [.key("b"), .key("c")], "[1, {\"d\": null}]",
        "a: 1\nb:\n    c:\n        - 1\n        - d: null\n"
      ),
      (
        .yaml, "l:\n    # c\n    - 1\n    - 2\n", [.key("l"), .index(1)], "3",
        "l:\n    # c\n    - 1\n    - 3\n"
      ),
      (.yaml, "l:\n    - 1\n", [.key("l"), .index(1)], "true", "l:\n    - 1\n    - true\n"),
      (
        .json, "{\"a\":{\"sops\":1}}", [.key("a"), .key("sops")], "2",
        "{\n\t\"a\": {\n\t\t\"sops\": 2\n\t}\n}\n"
      ),
      (.dotenv, "A=1\n", [.key("B")], "\"two\\nlines\"", "A=1\nB=two\\nlines\n"),
      (.dotenv, "A=1\n", [.key("A")], "8080", "A=8080\n"),
      (.ini, "[s]\na = 1\n", [.key("t"), .key("b")], "\"2\"", "[s]\na = 1\n\n[t]\nb = 2\n"),
      (.ini, "[s]\na = 1\n", [.key("s"), .key("a")], "true", "[s]\na = true\n"),
    ]

  @Test(arguments: sets)
  func setsOneValue(
    _ test: (store: SOPSStore, text: String, path: [SOPSPathStep], json: String, result: String)
  ) throws {
    let reader = try Reader()
    var writer = SOPSWriter(date: date)
    let plaintext = Array(test.text.utf8)
    let written = try writer.encrypt(
      plaintext.span, store: test.store, settings: .init(for: reader))
    let file = try SOPSFile.read(written.bytes, store: test.store)
    let key = try SOPSDataKey.recover(from: file.metadata, using: [reader.unwrapper])
    let json = Array(test.json.utf8)
    let changed = try writer.set(test.path, to: json.span, in: file, key)
    let again = try SOPSFile.read(changed.bytes, store: test.store)
    let opened = try again.decrypt(key)
    #expect(text(opened.text) == test.result)
    let removed = try writer.unset(test.path, in: again, key)
    let last = try SOPSFile.read(removed.bytes, store: test.store)
    let rest = try last.decrypt(key)
    #expect(text(rest.text) != test.result)
  }

  static let refusedSets: [(path: [SOPSPathStep], json: String, code: SOPSError.Code)] = [
    ([], "1", .noSuchPath), ([.key("sops")], "1", .reservedKey), ([.key("a")], "word", .syntax),
    ([.key("a")], "1, \"b\": 2", .syntax), ([.index(0)], "1", .noSuchPath),
    ([.key("a"), .key("b")], "1", .noSuchPath), ([.key("l"), .index(5)], "1", .noSuchPath),
    ([.key("l"), .key("x")], "1", .noSuchPath), ([.key("a")], "1e999", .unsupportedValue),
  ]

  @Test func refusesToSet() throws {
    let reader = try Reader()
    var writer = SOPSWriter(date: date)
    let plaintext = Array("a: 1\nl: [1]\n".utf8)
    let written = try writer.encrypt(plaintext.span, store: .yaml, settings: .init(for: reader))
    let file = try SOPSFile.read(written.bytes, store: .yaml)
    let key = try SOPSDataKey.recover(from: file.metadata, using: [reader.unwrapper])
    for test in Self.refusedSets {
      let json = Array(test.json.utf8)
      do {
        let changed = try writer.set(test.path, to: json.span, in: file, key)
        Issue.record("\(test.path) was set: \(text(changed))")
      } catch { #expect(error.code == test.code, "\(test.path)") }
    }
  }

  /// What would be read again in another way would never open: it is not written.
  @Test func writesNothingThatCannotBeRead() throws {
    let reader = try Reader()
    var writer = SOPSWriter(date: date)
    let plaintext = Array("[s]\na_unencrypted = `'x'`\n".utf8)
    do {
      let written = try writer.encrypt(plaintext.span, store: .ini, settings: .init(for: reader))
      Issue.record("was written: \(text(written))")
    } catch { #expect(error.code == .unsupportedValue) }
  }
}
