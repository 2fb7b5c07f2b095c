/// Something that reads stored values and is to go: a key, a plugin, or plaintext.
public struct StorageReader: Sendable, Hashable {
  /// Its provider; `.identity` for plaintext.
  public let provider: StoredValue.Provider
  /// Its name as stored values have it; empty for plaintext.
  public let name: String

  /// Makes one.
  public init(provider: StoredValue.Provider, name: String) {
    self.provider = provider
    self.name = name
  }

  /// For people.
  public var label: String {
    provider == .identity ? "plaintext" : "\(provider.rawValue) '\(name)'"
  }
}

/// How many values in a snapshot one reader is needed for, of one kind of object.
public struct StoredUse: Sendable {
  /// What they are.
  public let resource: GroupResource
  /// What reads them.
  public let reader: StorageReader
  /// Objects.
  public let liveCount: Int
  /// Older revisions that are still in the file.
  public let supersededCount: Int

  /// Makes one.
  public init(
    resource: GroupResource, reader: StorageReader, liveCount: Int, supersededCount: Int
  ) {
    self.resource = resource
    self.reader = reader
    self.liveCount = liveCount
    self.supersededCount = supersededCount
  }
}

extension StoredUse {
  /// The same with one for each kind of object and reader, in the order of the first of each.
  public static func joined(_ uses: [StoredUse]) -> [StoredUse] {
    struct Key: Hashable {
      let resource: GroupResource
      let reader: StorageReader
    }
    var places: [Key: Int] = [:]
    var result: [StoredUse] = []
    for use in uses {
      let key = Key(resource: use.resource, reader: use.reader)
      if let place = places[key] {
        let known = result[place]
        result[place] = StoredUse(
          resource: use.resource, reader: use.reader,
          liveCount: known.liveCount + use.liveCount,
          supersededCount: known.supersededCount + use.supersededCount)
      } else {
        places[key] = result.count
        result.append(use)
      }
    }
    return result
  }
}

extension RotationStates {
  /// What the plan is about: the resources whose entry changes, each once, in order.
  public var resources: [String] {
    let before = current?.entries ?? []
    var seen: Set<String> = []
    return writing.entries.filter { !before.contains($0) }.flatMap(\.resources)
      .filter { seen.insert($0).inserted }
  }

  /// What can be read until the last step, and not afterwards, of one kind of object.
  func outgoing(for resource: GroupResource) -> Set<StorageReader> {
    Self.readers(of: writing, resource).subtracting(
      final.map { Self.readers(of: $0, resource) }
        ?? [StorageReader(provider: .identity, name: "")])
  }

  /// The uses that the last step would break.
  func needed(_ uses: [StoredUse]) -> [StoredUse] {
    uses.filter { use in
      outgoing(for: use.resource).contains { reader in
        // Without the configuration a name in a snapshot ends at its first colon.
        reader.provider == use.reader.provider
          && (reader.name == use.reader.name || reader.name.hasPrefix(use.reader.name + ":"))
      }
    }
  }

  /// Whether the plan is about a kind of object.
  func isAbout(_ resource: GroupResource) -> Bool {
    resources.map { GroupResource($0) }.contains { pattern in
      pattern == resource || pattern == .all
        || (pattern.resource == "*" && pattern.group == resource.group)
    }
  }

  /// What reads objects of one kind: the exact resource goes before `*.GROUP`, that before `*.*`.
  private static func readers(
    of configuration: StorageConfiguration, _ resource: GroupResource
  ) -> Set<StorageReader> {
    // Without an entry, plaintext.
    Set((configuration.providers(for: resource) ?? [.identity]).flatMap(readers))
  }

  private static func readers(of provider: StorageConfiguration.Provider) -> [StorageReader] {
    switch provider {
    case .identity: [StorageReader(provider: .identity, name: "")]
    case .keyed(let kind, let keys):
      keys.map { StorageReader(provider: kind, name: $0.name) }
    case .kms(let kms):
      [StorageReader(provider: kms.apiVersion == "v2" ? .kmsV2 : .kmsV1, name: kms.name)]
    }
  }
}
