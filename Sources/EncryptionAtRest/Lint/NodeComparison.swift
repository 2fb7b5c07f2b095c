public import Findings
internal import YAMLSource

/// Whether the API servers of one cluster have the same configuration.
///
/// The order of resources within an entry, comments and layout do not matter; the order of entries,
/// providers and keys does.
public enum NodeComparison {
  /// A finding for each file that differs from the first.
  public static func findings(
    _ files: [(path: String, configuration: DecodedConfiguration)]
  ) -> [Finding] {
    guard let first = files.first else { return [] }
    return files.dropFirst().compactMap { file in
      guard let difference = difference(first.configuration, file.configuration) else { return nil }
      return Finding(
        AtRestRules.nodesDiffer, "not as in \(first.path): \(difference.text)", file: file.path,
        line: difference.position.line, column: difference.position.column)
    }
  }

  private static func difference(
    _ left: DecodedConfiguration, _ right: DecodedConfiguration
  ) -> (text: String, position: SourcePosition)? {
    guard left.entries.count == right.entries.count else {
      return (
        "\(right.entries.count) entries instead of \(left.entries.count)", right.resourcesPosition
      )
    }
    for (mine, other) in zip(left.entries, right.entries) {
      let resources = [mine, other].map { entry in
        entry.resources.map { GroupResource($0.value).description }.sorted()
      }
      guard resources[0] == resources[1] else { return ("other resources", other.position) }
      guard mine.providers.count == other.providers.count else {
        return ("another number of providers", other.providersPosition)
      }
      for (provider, otherProvider) in zip(mine.providers, other.providers) {
        if let difference = difference(provider, otherProvider) { return difference }
      }
    }
    return nil
  }

  private static func difference(
    _ left: DecodedConfiguration.Provider, _ right: DecodedConfiguration.Provider
  ) -> (text: String, position: SourcePosition)? {
    guard left.hasIdentity == right.hasIdentity, left.keyed.map(\.kind) == right.keyed.map(\.kind),
      (left.kms == nil) == (right.kms == nil)
    else { return ("another provider", right.position) }
    if let mine = left.kms, let other = right.kms,
      mine.name.value != other.name.value || mine.endpoint.value != other.endpoint.value
        || mine.apiVersion.value != other.apiVersion.value || mine.timeout != other.timeout
    {
      return ("another plugin, or another endpoint or timeout of it", right.position)
    }
    for (mine, other) in zip(left.keyed, right.keyed) {
      let names = [mine, other].map { $0.keys.keys.map(\.name.value) }
      guard names[0] == names[1] else {
        return ("other keys, or in another order", other.keys.position)
      }
      for (key, otherKey) in zip(mine.keys.keys, other.keys.keys) {
        guard case .bytes(_, let secret) = key.secret, case .bytes(_, let other) = otherKey.secret,
          secret == other
        else { return ("other bytes of a key of this name", otherKey.secretPosition) }
      }
    }
    return nil
  }
}
