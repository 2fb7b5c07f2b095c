public import CryptoCore
internal import Platform
public import RemoteKeys
public import SOPSFormat

/// The keys that SOPS files can be opened with, and the recipients they can be encrypted for.
public struct SOPSKeys: ServedKeys {
  private let backends: [any SOPSKeyBackend]
  /// Where keys may be used that are not here, and whether those here may be.
  private let services: KeyServices
  /// Which kinds of entries are tried first.
  private let order: [SOPSBackend]
  /// How a user names an identity of age.
  private let wayToIdentity: String
  /// The secrets among them that Sealwax has for its own files too.
  public let ring: KeyRing
  /// Why some of the places where keys usually are could not be read; no error as long as others open.
  public let problems: [WorkspaceError]

  /// What opens entries: keys that are here first, as in SOPS.
  public let unwrappers: [any SOPSKeyUnwrapper]

  /// Finds the keys: the identities of the named files, else all that SOPS's and Sealwax's own
  /// variables and files give, and what GnuPG has.
  ///
  /// - Throws: when a named file cannot be read or holds no identity; `.usage` when
  ///   `SOPS_DECRYPTION_ORDER` names a kind twice.
  public static func load(
    files: [String], passphrases: PassphraseSource, order: [SOPSBackend] = [.age, .openPGP],
    services: KeyServices = .none
  ) throws(WorkspaceError) -> SOPSKeys {
    let ring: KeyRing
    var problems: [WorkspaceError] = []
    if files.isEmpty {
      (ring, problems) = KeyRing.loadAllReadable(passphrases)
    } else {
      ring = try KeyRing.load(files: files, passphrases: passphrases)
    }
    return SOPSKeys(
      backends: backends(ring, isNamed: !files.isEmpty), services: services, order: order,
      ring: ring, problems: problems, wayToIdentity: "name an identity in SOPS_AGE_KEY_FILE")
  }

  /// The keys of a ring.
  ///
  /// - Parameter isNamed: whether its files were named, and not found.
  init(
    _ ring: KeyRing, isNamed: Bool, services: KeyServices, problems: [WorkspaceError] = []
  ) {
    self.init(
      backends: SOPSKeys.backends(ring, isNamed: isNamed), services: services,
      order: [.age, .openPGP], ring: ring, problems: problems,
      wayToIdentity: "name an identity with --identity FILE, or set SEALWAX_IDENTITY_FILE")
  }

  private init(
    backends: [any SOPSKeyBackend], services: KeyServices, order: [SOPSBackend], ring: KeyRing,
    problems: [WorkspaceError], wayToIdentity: String
  ) {
    self.wayToIdentity = wayToIdentity
    self.backends = backends
    self.services = services
    self.order = order
    self.ring = ring
    self.problems = problems
    let local = services.usesLocal ? backends.flatMap(\.unwrappers) : []
    unwrappers = local + services.remote.map(\.unwrapper)
  }

  /// The one place where kinds of keys are added.
  private static func backends(_ ring: KeyRing, isNamed: Bool) -> [any SOPSKeyBackend] {
    [AgeKeys(ring.identities, hasCommands: !isNamed), OpenPGPKeys(), ServiceKeys()]
  }

  /// What makes entries for a recipient.
  ///
  /// - Throws: `.unsupportedBackend`, `.malformedConfiguration`.
  public func wrapper(for name: SOPSRecipientName) throws(SOPSError) -> any SOPSKeyWrapper {
    guard let backend = backends.first(where: { $0.kinds.contains(name.backend) }) else {
      throw SOPSKeys.unsupported(name.backend)
    }
    return services.serving(try backend.wrapper(for: name))
  }

  /// What makes an entry anew for the recipient that an entry is for.
  ///
  /// - Throws: `.unsupportedBackend`, `.malformedMetadata`, `.malformedConfiguration`.
  public func wrapper(renewing entry: SOPSKeyEntry) throws(SOPSError) -> any SOPSKeyWrapper {
    guard let backend = backends.first(where: { $0.kinds.contains(entry.backend) }) else {
      throw SOPSKeys.unsupported(entry.backend)
    }
    return services.serving(try backend.wrapper(renewing: entry))
  }

  /// What a creation rule says.
  ///
  /// - Parameter encryptionContext: For keys of AWS KMS that stand in no key group, as flags have it.
  /// - Throws: what `SOPSSettings.init` throws, at the rule's position.
  public func settings(
    _ rule: SOPSCreationRules.Rule, encryptionContext: String? = nil
  ) throws(SOPSError) -> SOPSSettings {
    try SOPSSettings(rule) { (recipient) throws(SOPSError) in
      var name = SOPSRecipientName(recipient)
      if !rule.hasKeyGroups, name.backend == .awsKMS { name.encryptionContext = encryptionContext }
      return try wrapper(for: name)
    }
  }

  /// The data key of a file.
  ///
  /// - Parameter arena: Where secrets go, if there is one.
  /// - Throws: as `SOPSDataKey.recover`; where keys could not be read is among the hints.
  public func dataKey(
    of metadata: SOPSMetadata, path: String? = nil, in arena: SecretArena? = nil
  ) throws(WorkspaceError) -> SOPSDataKey {
    do {
      return try SOPSDataKey.recover(from: metadata, using: unwrappers, order: order, in: arena)
    } catch {
      var failure = WorkspaceError(error, path: path)
      if failure.kind == .noIdentity {
        let wantsPassphrase =
          wayToIdentity.contains("--identity")
          && error.message.contains("\(PlatformError.Code.noTerminal)")
        failure.hints +=
          wantsPassphrase
          ? ["give the passphrase with --passphrase-file FILE"] : hints(for: metadata)
      }
      failure.hints += problems.map { problem in
        let place = problem.path.map { escapedForTerminal($0) } ?? ""
        let isNamed = place.isEmpty || problem.message.contains(place)
        return "not looked at: \(isNamed ? "" : "\(place): ")\(problem.message)"
      }
      failure.hints += services.remote.compactMap(\.failure).filter { !error.message.contains($0) }
      throw failure
    }
  }

  /// What gives the keys that a file's entries are for.
  private func hints(for metadata: SOPSMetadata) -> [String] {
    let kinds = Set(metadata.keyGroups.flatMap(\.entries).map(\.backend))
    var hints: [String] = []
    if kinds.contains(.age) { hints.append(wayToIdentity) }
    if kinds.contains(.openPGP) { hints.append("have GnuPG know the key") }
    return hints
  }

  private static func unsupported(_ kind: SOPSBackend) -> SOPSError {
    SOPSError(
      .unsupportedBackend, "cannot encrypt for keys of \(kind)", backends: [kind])
  }
}
