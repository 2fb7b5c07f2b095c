public import Findings
internal import YAMLSource

/// What is bad about a configuration although the API server accepts it.
public struct ConfigurationLint {
  private let file: String
  private let configuration: DecodedConfiguration
  private var findings: [Finding] = []

  /// Looks through a configuration.
  ///
  /// - Parameter file: What findings call it.
  public static func findings(
    in configuration: DecodedConfiguration, file: String
  ) -> [Finding] {
    var lint = ConfigurationLint(file: file, configuration: configuration)
    lint.look()
    return lint.findings
  }

  private init(file: String, configuration: DecodedConfiguration) {
    self.file = file
    self.configuration = configuration
  }

  private mutating func add(_ rule: Rule, _ message: String, at position: SourcePosition) {
    findings.append(
      Finding(rule, message, file: file, line: position.line, column: position.column))
  }

  private mutating func look() {
    lookAtCoverage()
    for entry in configuration.entries {
      lookAtProviders(of: entry)
      for resource in entry.resources { look(at: resource) }
    }
    lookAtRepeatedResources()
    for finding in KeyLint.findings(in: configuration) {
      add(finding.rule, finding.message, at: finding.position)
    }
    if configuration.isLegacyKind {
      add(AtRestRules.legacyKind, "kind: EncryptionConfig", at: configuration.kindPosition)
    }
    if let further = configuration.furtherDocument {
      add(AtRestRules.furtherDocuments, "what follows here is not read", at: further)
    }
  }

  // MARK: Coverage

  private mutating func lookAtCoverage() {
    guard let providers = configuration.providers(for: .secrets) else {
      return add(
        AtRestRules.secretsNotCovered, "no entry covers 'secrets'",
        at: configuration.resourcesPosition)
    }
    if providers.first?.hasIdentity == true, let first = providers.first {
      add(
        AtRestRules.identityFirst, "Secrets are written in plaintext: identity stands first",
        at: first.position)
    }
  }

  private mutating func lookAtProviders(of entry: DecodedConfiguration.Entry) {
    let names = entry.resources.map(\.value).joined(separator: ", ")
    let isOfSecrets = entry.resources.contains { GroupResource($0.value) == .secrets }
    for (index, provider) in entry.providers.enumerated() where provider.hasIdentity {
      if index > 0 {
        add(
          AtRestRules.identityLast, "identity can be read behind the provider that writes",
          at: provider.position)
      } else if !isOfSecrets {
        let isBehindWildcard = configuration.hasWildcard(over: entry)
        add(
          isBehindWildcard ? AtRestRules.optedOut : AtRestRules.identityFirst,
          "\(names): written in plaintext, since identity stands first", at: provider.position)
      }
    }
    guard let first = entry.providers.first else { return }
    if first.keys(.aescbc) != nil { add(AtRestRules.aescbc, "aescbc writes", at: first.position) }
    if first.keys(.aesgcm) != nil { add(AtRestRules.aesgcm, "aesgcm writes", at: first.position) }
    if first.keys(.secretbox) != nil {
      add(AtRestRules.secretbox, "secretbox writes", at: first.position)
    }
    if !first.keyed.isEmpty {
      add(AtRestRules.keysInFile, "the key that writes lies in this file", at: first.position)
    }
    for provider in entry.providers { if let kms = provider.kms { look(at: kms) } }
  }

  // MARK: Resources

  private mutating func look(at resource: DecodedConfiguration.Text) {
    guard let problem = ResourceName.problem(resource.value) else { return }
    add(AtRestRules.unknownResource, problem, at: resource.position)
  }

  private mutating func lookAtRepeatedResources() {
    var seen: Set<GroupResource> = []
    for entry in configuration.entries {
      for resource in entry.resources where seen.contains(GroupResource(resource.value)) {
        add(
          AtRestRules.splitResource, "'\(resource.value)' has an earlier entry, which writes",
          at: resource.position)
      }
      seen.formUnion(entry.resources.map { GroupResource($0.value) })
    }
  }

  // MARK: KMS

  private mutating func look(at kms: DecodedConfiguration.KMS) {
    if kms.apiVersion.value == "v1" {
      add(AtRestRules.kmsV1, "the plugin '\(kms.name.value)' is of v1", at: kms.apiVersion.position)
    }
    if let problem = Self.problem(ofEndpoint: kms.endpoint.value) {
      add(AtRestRules.socket, problem, at: kms.endpoint.position)
    }
    if kms.timeout > 30_000_000_000 || kms.timeout < 100_000_000 {
      add(
        AtRestRules.timeout, "a timeout of \(kms.timeout / 1_000_000) ms",
        at: kms.timeoutPosition)
    }
  }

  /// The longest path of a socket: `sun_path` has 108 bytes with its end.
  private static let maximumPathByteCount = 107

  private static func problem(ofEndpoint text: String) -> String? {
    guard let url = try? GoURL(text) else { return nil }
    if url.path.hasPrefix("/@") || url.opaque.hasPrefix("@") {
      return "an abstract socket, which any process of the host can take"
    }
    if !url.authority.isEmpty {
      return "'\(url.authority)' is taken for a host: the plugin is looked for at '\(url.path)'"
    }
    if !url.opaque.isEmpty { return "a relative path, from the API server's folder" }
    if url.path.isEmpty || url.path.allSatisfy({ $0 == "/" }) { return "no path of a socket" }
    if url.path.utf8.count > maximumPathByteCount {
      return "a path of \(url.path.utf8.count) bytes: a socket's has 107 at most"
    }
    return url.hasMore ? "a query or fragment, which is dropped" : nil
  }
}

extension DecodedConfiguration {
  /// The providers for a kind of object, as the API server looks them up; nil without an entry.
  public func providers(for resource: GroupResource) -> [Provider]? {
    for pattern in [resource, GroupResource(resource: "*", group: resource.group), .all] {
      let matching = entries.filter { entry in
        entry.resources.contains { GroupResource($0.value) == pattern }
      }
      if !matching.isEmpty { return matching.flatMap(\.providers) }
    }
    return nil
  }

  /// Whether there are keys in it.
  public var hasKeys: Bool { entries.contains { $0.providers.contains { !$0.keyed.isEmpty } } }

  /// Whether a wildcard of another entry covers one of an entry's resources.
  func hasWildcard(over entry: Entry) -> Bool {
    let patterns = Set(
      entry.resources.map { GroupResource(resource: "*", group: GroupResource($0.value).group) } + [
        .all
      ])
    return entries.contains { other in
      other.position != entry.position
        && other.resources.contains { patterns.contains(GroupResource($0.value)) }
    }
  }
}
