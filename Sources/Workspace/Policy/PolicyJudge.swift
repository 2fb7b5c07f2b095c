public import Envelope
public import Findings
public import Manifest
internal import Platform
internal import Synchronization
internal import YAMLSource

/// Compares sealed manifests with what the policy says of them.
///
/// No key is needed.
public final class PolicyJudge: Sendable {
  private let policies: PolicyFinder
  /// The root of the working tree that paths are relative to; nil when they are as they were named.
  private let root: String?
  private let today: CalendarDate
  private let expectations = Mutex<[[PlacedRule.Key]: RuleExpectation]>([:])
  private let forbidden = Mutex<[PathKey: Set<String>]>([:])

  /// - Parameters:
  ///   - today: The day, in UTC, to tell the age of data keys.
  ///   - root: The root of a working tree, without symbolic links, for paths as git tracks them.
  public init(today: CalendarDate, root: String? = nil, policies: PolicyFinder = PolicyFinder()) {
    self.today = today
    self.root = root
    self.policies = policies
  }

  /// The policy for a file.
  public func policy(for path: String) throws(WorkspaceError) -> Policy? {
    try place(of: path)?.policy
  }

  private func place(of path: String) throws(WorkspaceError) -> PolicyPlace? {
    guard path != "-" else { return nil }
    guard let root else { return try policies.place(of: path) }
    // What git tracks is behind no link.
    let whole = PathParts.join(root, path)
    guard let policy = try policies.policy(inOrAbove: PathParts(whole).folder) else { return nil }
    let prefix = policy.folder == "/" ? "/" : policy.folder + "/"
    guard whole.utf8.starts(with: prefix.utf8),
      let relative = String(whole.utf8.dropFirst(prefix.utf8.count))
    else { return nil }
    return PolicyPlace(policy: policy, relativePath: relative)
  }

  /// Whether the policy leaves a file alone.
  public func ignores(_ path: String) throws(WorkspaceError) -> Bool {
    guard let place = try place(of: path) else { return false }
    // One within another is not asked: who can write into its folder could hide what is there.
    let policy = place.policy.outermost
    let whole = PathParts.join(place.policy.folder, place.relativePath)
    return policy.relativePath(ofResolved: whole).map { policy.ignores($0) } ?? false
  }

  /// Which fields of objects beside Secrets are sealed in a file.
  public func fields(for path: String) throws(WorkspaceError) -> FieldChoice {
    guard let place = try place(of: path) else { return .none }
    return place.policy.fields(for: place.relativePath)
  }

  /// What the policy says of a file; nil when no rule is about it.
  ///
  /// - Throws: `.configuration` when the policy, or something that it names, is wrong.
  public func expectation(for path: String) throws(WorkspaceError) -> RuleExpectation? {
    guard let place = try place(of: path),
      let rule = place.policy.rule(for: place.relativePath)
    else { return nil }
    let key =
      [PlacedRule(policy: place.policy, rule: rule).key]
      + place.policy.rules(for: place.relativePath).map(\.key)
    if let known = expectations.withLock({ $0[key] }) { return known }
    let found = try RuleExpectation(rule, of: place.policy, at: place.relativePath)
    expectations.withLock { $0[key] = found }
    return found
  }

  /// What of a manifest is not as the policy says; nothing for one that it ignores.
  ///
  /// - Throws: `.configuration` when the policy, or something that it names, is wrong.
  public func findings(for status: ManifestStatus) throws(WorkspaceError) -> [Finding] {
    guard status.skipped == nil, try !ignores(status.path) else { return [] }
    var findings: [Finding] = []
    for unit in status.units {
      for problem in unit.problems {
        findings.append(
          Self.finding(
            PolicyRules.broken, unit, problem.message, at: problem.position, path: status.path))
      }
      if !unit.isSealed, !unit.entries.isEmpty {
        findings.append(
          Self.finding(
            PolicyRules.notSealed, unit, "its values are plaintext", path: status.path))
      }
    }
    if let sops = status.sops { findings += try self.findings(for: sops, path: status.path) }
    return findings + (try departures(in: status.units, path: status.path))
  }

  /// What of a SOPS file is not as it must be, or as the policy says.
  private func findings(
    for sops: SOPSFileStatus, path: String
  ) throws(WorkspaceError) -> [Finding] {
    sops.problems.map {
      Self.finding(PolicyRules.broken, $0.message, at: $0.position, path: path)
    } + (try departures(ofSOPS: sops.recipients.filter { $0.backend == "age" }.map(\.text), path))
  }

  /// What of a SOPS file is not as the policy says, and those around it, as far as its metadata show:
  /// a `.sops.yaml` further in gets around none of them.
  ///
  /// - Parameter recipients: The age recipients that it names.
  func departures(
    ofSOPS recipients: [String], _ path: String
  ) throws(WorkspaceError) -> [Finding] {
    guard try !ignores(path), let terms = try terms(for: path, try expectation(for: path)) else {
      return []
    }
    var findings: [Finding] = []
    let named = recipients.map { RecipientDescription(kind: .age, text: $0, name: nil) }
    for recipient in named where terms.forbidden.contains(recipient.key) {
      findings.append(
        Self.finding(
          PolicyRules.forbiddenRecipient, "encrypted for \(recipient.label)", path: path))
    }
    let keys = Set(named.map(\.key))
    for recipient in terms.requiredEverywhere where !keys.contains(recipient.key) {
      findings.append(
        Self.finding(
          PolicyRules.missingRecipient, "not encrypted for \(recipient.label)", path: path))
    }
    if !terms.signers.isEmpty {
      findings.append(
        Self.finding(
          PolicyRules.notSigned, "a signature is required, and SOPS files have none", path: path))
    }
    return findings
  }

  private static func finding(
    _ rule: Rule, _ message: String, at position: SourcePosition? = nil, path: String
  ) -> Finding {
    Finding(
      rule, "SOPS file: \(message)", file: path, line: position?.line ?? 1,
      column: position?.column ?? 1)
  }

  /// What of envelopes is not as the policy says of a file.
  ///
  /// - Throws: As `findings`.
  public func departures(
    in units: [UnitStatus], path: String
  ) throws(WorkspaceError) -> [Finding] {
    let expectation = try expectation(for: path)
    guard let terms = try terms(for: path, expectation) else { return [] }
    return units.flatMap { unit in departures(unit, expectation, terms, path: path) }
  }

  /// What holds for a file; nil when no policy has rules: one of suppressions alone says nothing of who
  /// reads what.
  private func terms(
    for path: String, _ expectation: RuleExpectation?
  ) throws(WorkspaceError) -> Terms? {
    guard let place = try place(of: path),
      place.policy.withAround.contains(where: { !$0.rules.isEmpty })
    else { return nil }
    return try Terms(
      place.policy, at: place.relativePath, expectation, forbidden(by: place.policy))
  }

  private func forbidden(by policy: Policy) throws(WorkspaceError) -> Set<String> {
    if let known = forbidden.withLock({ $0[PathKey(policy.path)] }) { return known }
    let found = try RecipientLoader.forbidden(by: policy)
    forbidden.withLock { $0[PathKey(policy.path)] = found }
    return found
  }

  private static func finding(
    _ rule: Rule, _ unit: UnitStatus, _ message: String, at position: SourcePosition? = nil,
    path: String
  ) -> Finding {
    let place = position ?? unit.position
    return Finding(
      rule, "\(unit.label): \(message)", file: path, line: place.line, column: place.column)
  }

  /// What holds for a file whether a rule is about it or not.
  private struct Terms {
    let policy: Policy
    /// For whom nothing may be sealed, by their keys.
    let forbidden: Set<String>
    /// For whom it is to be sealed.
    let required: [RecipientDescription]
    /// For whom everything is to be, whatever a rule says.
    let requiredEverywhere: [RecipientDescription]
    let signers: [SignatureVerifier]

    init(
      _ policy: Policy, at path: String, _ expectation: RuleExpectation?, _ forbidden: Set<String>
    ) throws(WorkspaceError) {
      self.policy = policy
      self.forbidden = forbidden
      var required: [RecipientDescription] = []
      for policy in policy.withAround {
        required += try RecipientLoader.wrappers(policy.required, of: policy).map(\.recipient)
      }
      requiredEverywhere = required
      if let expectation {
        (self.required, signers) = (expectation.recipients, expectation.signers)
        return
      }
      self.required = required
      signers = try RuleSigners(policy.rules(for: path)).signers
    }
  }

  private func departures(
    _ unit: UnitStatus, _ expectation: RuleExpectation?, _ terms: Terms, path: String
  ) -> [Finding] {
    guard let envelope = unit.envelope else { return [] }
    var findings: [Finding] = []
    func add(_ rule: Rule, _ message: String) {
      findings.append(Self.finding(rule, unit, message, path: path))
    }
    for line in envelope.recipients where terms.forbidden.contains(line.recipient.key) {
      add(PolicyRules.forbiddenRecipient, "sealed for \(line.recipient.label)")
    }
    let judgement = KEKJudgement(envelope, by: terms.policy, on: today)
    findings += judgement.retired.map {
      Self.finding(PolicyRules.retiredKEK, unit, $0, path: path)
    }
    for recipient in judgement.missing(
      of: terms.required, lacksKEKs: expectation?.lacksKEKs ?? false)
    {
      add(PolicyRules.missingRecipient, "not sealed for \(recipient.label)")
    }
    guard let expectation else {
      add(PolicyRules.noRule, "sealed, and no rule is about it")
      return findings + unsigned(unit, terms, path: path)
    }
    let kekCount = envelope.recipients.count { $0.recipient.kind == .kek }
    // Which they are, only they themselves could tell.
    if expectation.lacksKEKs, kekCount != expectation.rule.kekFiles.count {
      add(
        PolicyRules.missingRecipient,
        "sealed for \(kekCount) key-encryption keys, and the policy names "
          + "\(expectation.rule.kekFiles.count)")
    }
    for recipient in judgement.extra(
      beside: expectation.recipients, lacksKEKs: expectation.lacksKEKs)
    where !terms.forbidden.contains(recipient.key) {
      add(PolicyRules.extraRecipient, "sealed for \(recipient.label)")
    }
    let named = expectation.rule.fieldChoice.patterns(
      apiVersion: unit.identity.apiVersion, kind: unit.identity.kind)
    let unsealed = named.filter { !envelope.fields.contains($0) }
    if !unsealed.isEmpty {
      add(
        PolicyRules.otherFields,
        "its envelope does not name \(unsealed.map(\.text).joined(separator: ", "))")
    }
    if envelope.cipher != expectation.cipher {
      add(
        PolicyRules.otherCipher,
        "\(envelope.cipher.rawValue), and the policy says \(expectation.cipher.rawValue)")
    }
    if envelope.scope != expectation.scope {
      add(
        PolicyRules.otherScope,
        "\(envelope.scope.rawValue), and the policy says \(expectation.scope.rawValue)")
    }
    switch age(of: envelope) {
    case .days(let age):
      if let limit = expectation.maximumKeyAge, age > limit {
        add(PolicyRules.oldKey, "its data key is \(age) days old, and \(limit) are allowed")
      }
    case .future:
      add(
        PolicyRules.oldKey,
        "its data key is of \(envelope.made.text.prefix(10)), which lies in the future")
    case .noDay:
      add(
        PolicyRules.oldKey,
        "its data key is of \(envelope.made.text.prefix(10)), which is no day")
    }
    if let limit = expectation.maximumKEKAge {
      findings += judgement.unlisted.map {
        Self.finding(PolicyRules.unlistedKEK, unit, $0, path: path)
      }
      findings += judgement.old(limit: limit).map {
        Self.finding(PolicyRules.oldKEK, unit, $0, path: path)
      }
    }
    return findings + unsigned(unit, terms, path: path)
  }

  private func unsigned(_ unit: UnitStatus, _ terms: Terms, path: String) -> [Finding] {
    guard !terms.signers.isEmpty, !unit.isSigned(byOneOf: terms.signers) else { return [] }
    return [
      Self.finding(
        PolicyRules.notSigned, unit, "no signature of one of its signers holds", path: path)
    ]
  }

  /// How old a data key is.
  public func age(of envelope: Envelope) -> KeyAge { KeyAge(madeOn: envelope.made, today: today) }
}
