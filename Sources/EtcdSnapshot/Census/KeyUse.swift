public import EncryptionAtRest

/// A key of a configuration, and what in a snapshot needs it.
public struct KeyUse: Sendable {
  /// Its provider.
  public let provider: StoredValue.Provider
  /// Its name; the plugin's for a KMS.
  public let name: String
  /// Whether it is the first key of the first provider of some entry.
  public let isWriting: Bool
  /// Live objects under it.
  public let liveCount: Int
  /// Older revisions under it that are still in the file.
  public let supersededCount: Int

  /// Whether it may go from the configuration as far as this snapshot knows.
  public var isNeeded: Bool { isWriting || liveCount > 0 || supersededCount > 0 }

  /// The keys of a configuration, each once, in its order.
  public static func uses(of rules: ProviderRules, in report: CensusReport) -> [KeyUse] {
    var uses: [KeyUse] = []
    for rule in rules.rules {
      for (place, provider) in rule.providers.enumerated() where provider.kind != .identity {
        let isKMS = provider.kind == .kmsV1 || provider.kind == .kmsV2
        let names = isKMS ? [provider.name] : provider.keys.map(\.name)
        for (index, name) in names.enumerated() {
          let isWriting = place == 0 && index == 0
          if let known = uses.firstIndex(where: { $0.provider == provider.kind && $0.name == name })
          {
            uses[known] = use(provider.kind, name, uses[known].isWriting || isWriting, report)
          } else {
            uses.append(use(provider.kind, name, isWriting, report))
          }
        }
      }
    }
    return uses
  }

  private static func use(
    _ provider: StoredValue.Provider, _ name: String, _ isWriting: Bool, _ report: CensusReport
  ) -> KeyUse {
    let prefix = "\(provider.head)\(name):"
    // What is not opened has its name up to the first colon.
    let short = name.firstIndex(of: ":").map { "\(provider.head)\(name[..<$0]):" }
    let groups = report.groups.filter { $0.prefix == prefix || $0.prefix == short }
    return KeyUse(
      provider: provider, name: name, isWriting: isWriting,
      liveCount: groups.reduce(0) { $0 + $1.liveCount },
      supersededCount: groups.reduce(0) { $0 + $1.supersededCount })
  }
}
