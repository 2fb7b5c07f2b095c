internal import CryptoCore

/// What a plan is to bring about.
public enum RotationGoal: Sendable, Equatable {
  /// A new key for the provider that writes now.
  case rotate
  /// Another provider writes, with a new key; also to begin with encryption.
  case encrypt(StoredValue.Provider)
  /// A KMS plugin writes.
  case encryptWithKMS(StorageConfiguration.KMS)
  /// Objects are stored in plaintext again.
  case disable
}

/// The configurations that a plan goes through.
public struct RotationStates: Sendable, Equatable {
  /// As it is now; nil for no encryption at all.
  public let current: StorageConfiguration?
  /// What is to write later can be read.
  public let reading: StorageConfiguration
  /// It writes, and everything before can still be read.
  public let writing: StorageConfiguration
  /// Nothing else is left; nil when there is no encryption any more.
  public let final: StorageConfiguration?

  /// Takes four configurations that were made before.
  public init(
    current: StorageConfiguration?, reading: StorageConfiguration,
    writing: StorageConfiguration, final: StorageConfiguration?
  ) {
    self.current = current
    self.reading = reading
    self.writing = writing
    self.final = final
  }

  /// Works the configurations out, with new keys (kubernetes.io, "Rotate a decryption key").
  ///
  /// - Parameters:
  ///   - current: What the API servers have; nil for nothing.
  ///   - resources: What it is about; nil for all that is encrypted, and `secrets` to begin with.
  ///   - date: Names the new key, for instance `20261231`.
  /// - Throws: `.malformedKeys` when the goal makes no sense here, `.cryptoFailure`.
  public init(
    from current: StorageConfiguration?, to goal: RotationGoal, resources: [String]?, date: String
  ) throws(StorageError) {
    var maker = StateMaker(current, goal, resources: resources, date: date)
    self = try maker.states()
  }
}

private struct StateMaker {
  private let current: StorageConfiguration?
  private let goal: RotationGoal
  private let resources: [String]?
  private let keyName: String
  /// One new key for each provider, however many entries have it.
  private var newKeys: [StoredValue.Provider: StorageConfiguration.Key] = [:]

  init(
    _ current: StorageConfiguration?, _ goal: RotationGoal, resources: [String]?, date: String
  ) {
    self.current = current
    self.goal = goal
    self.resources = resources
    let names = current?.names ?? []
    var name = "key-\(date)"
    var number = 2
    while names.contains(name) {
      name = "key-\(date)-\(number)"
      number += 1
    }
    keyName = name
  }

  mutating func states() throws(StorageError) -> RotationStates {
    var start = current ?? StorageConfiguration(entries: [])
    addMissingEntry(to: &start)
    var (reading, writing, final) = (start, start, start)
    var isEmpty = true
    for (index, entry) in start.entries.enumerated() where isMeant(entry) {
      isEmpty = false
      let incoming = try incoming(for: entry)
      reading.entries[index].providers = Self.reading(entry.providers, incoming)
      writing.entries[index].providers = Self.writing(entry.providers, incoming)
      final.entries[index].providers = [incoming]
    }
    guard !isEmpty else { throw StorageError(.malformedKeys, nothing) }
    // An entry of `identity` alone stays as long as another one encrypts: a wildcard may be behind it.
    let isOver = goal == .disable && final.entries.allSatisfy { $0.providers == [.identity] }
    let states = RotationStates(
      current: current, reading: reading, writing: writing, final: isOver ? nil : final)
    try Self.judge(states)
    return states
  }

  /// The API server must take every configuration of the plan.
  private static func judge(_ states: RotationStates) throws(StorageError) {
    for state in [states.reading, states.writing, states.final] {
      guard let state else { continue }
      let text = state.text()
      do throws(StorageError) { _ = try DecodedConfiguration.read(text.bytes) } catch {
        throw StorageError(
          .malformedKeys, "the API server would refuse what comes of it: \(error.message)")
      }
    }
  }

  private var nothing: String {
    if let resources { return "it encrypts none of: \(resources.joined(separator: ", "))" }
    return "it encrypts nothing"
  }

  /// What is to be encrypted and has no entry of its own gets one, in front (behind a wildcard it
  /// would count for nothing), with what reads and writes it now.
  private func addMissingEntry(to start: inout StorageConfiguration) {
    switch goal {
    case .rotate, .disable: return
    case .encrypt, .encryptWithKMS: break
    }
    let known = Set(start.entries.flatMap(\.resources).map(GroupResource.init))
    let wanted = resources ?? (start.entries.isEmpty ? ["secrets"] : [])
    var added: [StorageConfiguration.Entry] = []
    for resource in wanted where !known.contains(GroupResource(resource)) {
      let providers = start.providers(for: GroupResource(resource)) ?? [.identity]
      if let place = added.firstIndex(where: { $0.providers == providers }) {
        added[place].resources.append(resource)
      } else {
        added.append(.init(resources: [resource], providers: providers))
      }
    }
    start.entries.insert(contentsOf: added, at: 0)
  }

  private func isMeant(_ entry: StorageConfiguration.Entry) -> Bool {
    if let resources {
      let wanted = Set(resources.map(GroupResource.init))
      guard entry.resources.contains(where: { wanted.contains(GroupResource($0)) }) else {
        return false
      }
    }
    switch goal {
    case .rotate, .disable: return entry.providers.first != .identity
    case .encrypt, .encryptWithKMS:
      // Without resources all that is encrypted; to begin with, all that has an entry.
      let isBeginning = (current?.entries ?? []).allSatisfy { $0.providers.first == .identity }
      return resources != nil || isBeginning || entry.providers.first != .identity
    }
  }

  private mutating func incoming(
    for entry: StorageConfiguration.Entry
  ) throws(StorageError) -> StorageConfiguration.Provider {
    switch goal {
    case .disable: return .identity
    case .encryptWithKMS(let kms): return .kms(kms)
    case .encrypt(let kind): return .keyed(kind, [try newKey(kind)])
    case .rotate:
      guard case .keyed(let kind, _)? = entry.providers.first else {
        throw StorageError(
          .malformedKeys, "a KMS rotates its key itself; rewrite the objects afterwards")
      }
      return .keyed(kind, [try newKey(kind)])
    }
  }

  private mutating func newKey(
    _ kind: StoredValue.Provider
  ) throws(StorageError) -> StorageConfiguration.Key {
    guard [.aescbc, .aesgcm, .secretbox].contains(kind) else {
      throw StorageError(.malformedKeys, "provider \(kind.rawValue) takes no keys")
    }
    if let key = newKeys[kind] { return key }
    let key = StorageConfiguration.Key(name: keyName, secret: try .random())
    newKeys[kind] = key
    return key
  }

  /// The providers with the new one behind the one that writes.
  private static func reading(
    _ providers: [StorageConfiguration.Provider], _ incoming: StorageConfiguration.Provider
  ) -> [StorageConfiguration.Provider] {
    if incoming == .identity {
      return providers.contains(.identity) ? providers : providers + [.identity]
    }
    return merged(providers, incoming) { old, new in Array(old.prefix(1)) + new + old.dropFirst() }
      ?? Array(providers.prefix(1)) + [incoming] + providers.dropFirst()
  }

  /// The providers with the new one in front.
  private static func writing(
    _ providers: [StorageConfiguration.Provider], _ incoming: StorageConfiguration.Provider
  ) -> [StorageConfiguration.Provider] {
    if incoming == .identity { return [.identity] + providers.filter { $0 != .identity } }
    return merged(providers, incoming) { old, new in new + old } ?? [incoming] + providers
  }

  /// The new key among those of the first provider, when that is of the same kind.
  private static func merged(
    _ providers: [StorageConfiguration.Provider], _ incoming: StorageConfiguration.Provider,
    _ merge: (
      _ old: [StorageConfiguration.Key], _ new: [StorageConfiguration.Key]
    ) -> [StorageConfiguration.Key]
  ) -> [StorageConfiguration.Provider]? {
    guard case .keyed(let kind, let old)? = providers.first,
      case .keyed(let newKind, let new) = incoming, kind == newKind
    else { return nil }
    return [.keyed(kind, merge(old, new))] + providers.dropFirst()
  }
}
