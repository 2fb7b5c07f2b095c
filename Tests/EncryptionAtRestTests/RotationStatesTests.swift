import CryptoCore
import EncryptionAtRest
import Testing

/// The configurations that a plan goes through, written like `resources: providers` with keys in
/// brackets: `secrets: aescbc[a b] identity`.
@Suite struct RotationStatesTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let current: String
    let goal: RotationGoal
    var resources: [String]?
    let reading: String
    let writing: String
    let final: String
    var testDescription: String { "\(current) to \(goal)" }
  }

  static let kms = StorageConfiguration.KMS(name: "vault", endpoint: "unix:///run/vault.sock")

  static let rows: [Row] = [
    // A new key stands second first, then first, then alone ("Rotate a decryption key").
    Row(
      current: "secrets: aescbc[a] identity", goal: .rotate,
      reading: "secrets: aescbc[a new] identity", writing: "secrets: aescbc[new a] identity",
      final: "secrets: aescbc[new]"),
    Row(
      current: "secrets: secretbox[a b]; configmaps: secretbox[a]; events: identity", goal: .rotate,
      reading: "secrets: secretbox[a new b]; configmaps: secretbox[a new]; events: identity",
      writing: "secrets: secretbox[new a b]; configmaps: secretbox[new a]; events: identity",
      final: "secrets: secretbox[new]; configmaps: secretbox[new]; events: identity"),
    Row(
      current: "secrets: aescbc[a]; configmaps: aescbc[a]", goal: .rotate,
      resources: ["configmaps"], reading: "secrets: aescbc[a]; configmaps: aescbc[a new]",
      writing: "secrets: aescbc[a]; configmaps: aescbc[new a]",
      final: "secrets: aescbc[a]; configmaps: aescbc[new]"),
    // Another provider.
    Row(
      current: "secrets: aescbc[a] identity", goal: .encrypt(.aesgcm),
      reading: "secrets: aescbc[a] aesgcm[new] identity",
      writing: "secrets: aesgcm[new] aescbc[a] identity", final: "secrets: aesgcm[new]"),
    Row(
      current: "secrets: aescbc[a]", goal: .encryptWithKMS(kms),
      reading: "secrets: aescbc[a] kms(vault)", writing: "secrets: kms(vault) aescbc[a]",
      final: "secrets: kms(vault)"),
    // To begin: plaintext is written until every API server can read the rest.
    Row(
      current: "", goal: .encrypt(.secretbox), reading: "secrets: identity secretbox[new]",
      writing: "secrets: secretbox[new] identity", final: "secrets: secretbox[new]"),
    Row(
      current: "*.*: aescbc[a]", goal: .encrypt(.secretbox), resources: ["secrets"],
      reading: "secrets: aescbc[a] secretbox[new]; *.*: aescbc[a]",
      writing: "secrets: secretbox[new] aescbc[a]; *.*: aescbc[a]",
      final: "secrets: secretbox[new]; *.*: aescbc[a]"),
    Row(
      current: "secrets: identity aescbc[a]", goal: .encrypt(.aescbc),
      reading: "secrets: identity aescbc[new] aescbc[a]",
      writing: "secrets: aescbc[new] identity aescbc[a]", final: "secrets: aescbc[new]"),
    // To end: plaintext can be read before it is written.
    Row(
      current: "secrets: aescbc[a]", goal: .disable, reading: "secrets: aescbc[a] identity",
      writing: "secrets: identity aescbc[a]", final: ""),
    Row(
      current: "secrets: aescbc[a] identity; configmaps: aescbc[b]", goal: .disable,
      resources: ["secrets"], reading: "secrets: aescbc[a] identity; configmaps: aescbc[b]",
      writing: "secrets: identity aescbc[a]; configmaps: aescbc[b]",
      final: "secrets: identity; configmaps: aescbc[b]"),
    // What an entry takes out of a wildcard stays out of it, and keeps its own provider.
    Row(
      current: "secrets: aescbc[a]; *.*: aescbc[b]", goal: .disable, resources: ["secrets"],
      reading: "secrets: aescbc[a] identity; *.*: aescbc[b]",
      writing: "secrets: identity aescbc[a]; *.*: aescbc[b]",
      final: "secrets: identity; *.*: aescbc[b]"),
    Row(
      current: "events: identity; *.*: aescbc[b]", goal: .encrypt(.aesgcm),
      reading: "events: identity; *.*: aescbc[b] aesgcm[new]",
      writing: "events: identity; *.*: aesgcm[new] aescbc[b]",
      final: "events: identity; *.*: aesgcm[new]"),
  ]

  @Test(arguments: rows) func states(_ row: Row) throws {
    let current = try row.current.isEmpty ? nil : configuration(row.current)
    let states = try RotationStates(
      from: current, to: row.goal, resources: row.resources, date: "20261231")
    #expect(states.current == current)
    #expect(described(states.reading) == row.reading)
    #expect(described(states.writing) == row.writing)
    #expect(described(states.final) == row.final)
    // What is written in one step can be read in the one before and the one behind.
    let all = [states.current, states.reading, states.writing, states.final]
    for (left, right) in zip(all, all.dropFirst()) {
      for resource in ["secrets", "configmaps", "events"] {
        #expect(readers(right, resource).contains(writer(left, resource)))
        #expect(readers(left, resource).contains(writer(right, resource)))
      }
    }
    // What is written comes back when it is read.
    for state in all.compactMap(\.self) {
      let text = state.text()
      #expect(try StorageConfiguration.read(text.bytes) == state)
    }
  }

  @Test func newKeysAreNew() throws {
    let current = try configuration("secrets: aescbc[key-20261231]; a: aescbc[key-20261231-2]")
    let states = try RotationStates(from: current, to: .rotate, resources: nil, date: "20261231")
    #expect(
      described(states.final, newName: "key-20261231-3") == "secrets: aescbc[new]; a: aescbc[new]")
    let again = try RotationStates(from: current, to: .rotate, resources: nil, date: "20261231")
    #expect(again.final != states.final)
  }

  @Test(arguments: [
    ("", RotationGoal.rotate), ("secrets: identity", .rotate), ("secrets: identity", .disable),
    ("secrets: kms(vault)", .rotate), ("secrets: aescbc[a]", .encrypt(.kmsV2)),
  ]) func goalsThatMakeNoSense(_ current: String, _ goal: RotationGoal) throws {
    let configuration = try current.isEmpty ? nil : configuration(current)
    #expect(throws: StorageError.self) {
      try RotationStates(from: configuration, to: goal, resources: nil, date: "20261231")
    }
  }

  /// No plan has a configuration that the API server refuses: a wildcard in front of an entry that
  /// it covers, two plugins of one name.
  @Test(arguments: [
    ("secrets: aescbc[a]", RotationGoal.encrypt(.aesgcm), ["*.*"]),
    ("deployments.apps: aescbc[a]", .encrypt(.secretbox), ["*.apps"]),
    ("secrets: kms(vault)", .encryptWithKMS(kms), ["secrets"]),
  ]) func whatTheAPIServerWouldRefuse(
    _ current: String, _ goal: RotationGoal, _ resources: [String]
  ) throws {
    let configuration = try configuration(current)
    #expect(throws: StorageError.self) {
      try RotationStates(from: configuration, to: goal, resources: resources, date: "20261231")
    }
  }

  @Test(arguments: [
    "yes", "y", "123", "a b", "12:30", "~", "null", "a:b", "-a", "a\u{e9}\n\"\\", "2020-01-01",
    "1e3", ".nan", "a#b", "*.*", "key.1",
  ]) func namesComeBack(_ name: String) throws {
    let key = StorageConfiguration.Key(name: name, secret: try .random())
    let configuration = StorageConfiguration(entries: [
      .init(resources: [name], providers: [.keyed(.aesgcm, [key])])
    ])
    let text = configuration.text()
    #expect(try StorageConfiguration.read(text.bytes) == configuration)
  }

  // MARK: Notation

  static func configuration(_ text: String) throws -> StorageConfiguration {
    var keys: [Substring: KeySecret] = [:]
    var entries: [StorageConfiguration.Entry] = []
    for entry in text.split(separator: "; ") {
      let parts = entry.split(separator: ": ", maxSplits: 1)
      var providers: [StorageConfiguration.Provider] = []
      // A word that ends with a bracket ends a provider; the others are keys within one.
      var words: [Substring] = []
      for word in parts[1].split(separator: " ") {
        words.append(word)
        if words[0].contains("["), word.last != "]" { continue }
        let all = words.joined(separator: " ").split { "[]()".contains($0) }
        words = []
        switch all[0] {
        case "identity": providers.append(.identity)
        case "kms": providers.append(.kms(kms))
        default:
          let kind = try #require(StoredValue.Provider(rawValue: String(all[0])))
          var made: [StorageConfiguration.Key] = []
          for name in all[1].split(separator: " ") {
            let secret = try keys[name] ?? .random()
            keys[name] = secret
            made.append(StorageConfiguration.Key(name: String(name), secret: secret))
          }
          providers.append(.keyed(kind, made))
        }
      }
      entries.append(
        StorageConfiguration.Entry(
          resources: parts[0].split(separator: ",").map(String.init), providers: providers))
    }
    return StorageConfiguration(entries: entries)
  }

  private func configuration(_ text: String) throws -> StorageConfiguration {
    try Self.configuration(text)
  }

  private func described(
    _ configuration: StorageConfiguration?, newName: String = "key-20261231"
  ) -> String {
    (configuration?.entries ?? []).map { entry in
      let providers = entry.providers.map { provider in
        switch provider {
        case .identity: "identity"
        case .keyed(let kind, let keys):
          kind.rawValue + "["
            + keys.map { $0.name == newName ? "new" : $0.name }.joined(separator: " ") + "]"
        case .kms(let kms): "kms(\(kms.name))"
        }
      }
      return entry.resources.joined(separator: ",") + ": " + providers.joined(separator: " ")
    }.joined(separator: "; ")
  }

  private func providers(
    _ configuration: StorageConfiguration?, _ resource: String
  ) -> [String] {
    let entries = configuration?.entries ?? []
    let entry =
      entries.first { $0.resources.contains(resource) }
      ?? entries.first { $0.resources.contains("*.*") }
    guard let entry else { return ["plaintext"] }
    return entry.providers.flatMap { provider -> [String] in
      switch provider {
      case .identity: ["plaintext"]
      case .keyed(let kind, let keys): keys.map { "\(kind.rawValue) \($0.name)" }
      case .kms(let kms): ["kms \(kms.name)"]
      }
    }
  }

  private func readers(_ configuration: StorageConfiguration?, _ resource: String) -> [String] {
    providers(configuration, resource)
  }

  private func writer(_ configuration: StorageConfiguration?, _ resource: String) -> String {
    providers(configuration, resource).first ?? ""
  }
}
