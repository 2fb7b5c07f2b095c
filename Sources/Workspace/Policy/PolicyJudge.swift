public import Envelope
public import Findings
internal import Platform
internal import Synchronization
internal import YAMLSource

/// Compares sealed manifests with what the policy says of them.
///
/// No key is needed.
public final class PolicyJudge: Sendable {
  private struct RuleKey: Hashable {
    let policy: String
    let offset: Int
  }

  private let policies: PolicyFinder
  private let today: CalendarDate
  private let expectations = Mutex<[RuleKey: RuleExpectation]>([:])
  private let forbidden = Mutex<[String: Set<String>]>([:])

  /// - Parameter today: The day, in UTC, to tell the age of data keys.
  public init(today: CalendarDate, policies: PolicyFinder = PolicyFinder()) {
    self.today = today
    self.policies = policies
  }

  /// The policy for a file.
  public func policy(for path: String) throws(WorkspaceError) -> Policy? {
    try policies.place(of: path)?.policy
  }

  /// What the policy says of a file; nil when no rule is about it.
  ///
  /// - Throws: `.configuration` when the policy, or something that it names, is wrong.
  public func expectation(for path: String) throws(WorkspaceError) -> RuleExpectation? {
    guard let place = try policies.place(of: path),
      let rule = place.policy.rule(for: place.relativePath)
    else { return nil }
    let key = RuleKey(policy: place.policy.path, offset: rule.position.offset)
    if let known = expectations.withLock({ $0[key] }) { return known }
    let found = try RuleExpectation(rule, of: place.policy)
    expectations.withLock { $0[key] = found }
    return found
  }

  /// What of a manifest's envelopes is not as the policy says, besides what shows without one.
  ///
  /// - Throws: As `findings`.
  public func departures(in status: ManifestStatus) throws(WorkspaceError) -> [Finding] {
    try findings(for: status).filter { finding in
      finding.rule != PolicyRules.broken && finding.rule != PolicyRules.notSealed
    }
  }

  /// What of a manifest is not as the policy says; nothing for one that it ignores.
  ///
  /// - Throws: `.configuration` when the policy, or something that it names, is wrong.
  public func findings(for status: ManifestStatus) throws(WorkspaceError) -> [Finding] {
    guard status.skipped == nil else { return [] }
    var expectation: RuleExpectation?
    var forbidden: Set<String> = []
    if status.path != "-" {
      guard try policies.reasonToIgnore(status.path) == nil else { return [] }
      expectation = try self.expectation(for: status.path)
      forbidden = try self.forbidden(for: status.path)
    }
    var findings: [Finding] = []
    for unit in status.units {
      findings += try self.findings(unit, expectation, forbidden, path: status.path)
    }
    return findings
  }

  private func forbidden(for path: String) throws(WorkspaceError) -> Set<String> {
    guard let policy = try policy(for: path), !policy.forbidden.isEmpty else { return [] }
    if let known = forbidden.withLock({ $0[policy.path] }) { return known }
    let found = try Set(
      RecipientLoader.wrappers(policy.forbidden, of: policy).map(\.recipient.key))
    forbidden.withLock { $0[policy.path] = found }
    return found
  }

  private func findings(
    _ unit: UnitStatus, _ expectation: RuleExpectation?, _ forbidden: Set<String>, path: String
  ) throws(WorkspaceError) -> [Finding] {
    var findings: [Finding] = []
    func add(_ rule: Rule, _ message: String, _ position: SourcePosition? = nil) {
      let place = position ?? unit.position
      findings.append(
        Finding(
          rule, "\(unit.label): \(message)", file: path, line: place.line, column: place.column))
    }
    for problem in unit.problems { add(PolicyRules.broken, problem.message, problem.position) }
    guard unit.isSealed else {
      if !unit.entries.isEmpty { add(PolicyRules.notSealed, "its values are plaintext") }
      return findings
    }
    guard let envelope = unit.envelope else { return findings }
    for line in envelope.recipients where forbidden.contains(line.recipient.key) {
      add(PolicyRules.forbiddenRecipient, "sealed for \(line.recipient.label)")
    }
    guard let expectation else {
      guard path != "-", try policy(for: path) != nil else { return findings }
      add(PolicyRules.noRule, "sealed, and no rule is about it")
      return findings
    }
    for recipient in Self.missing(envelope, expectation) {
      add(PolicyRules.missingRecipient, "not sealed for \(recipient.label)")
    }
    for recipient in Self.extra(envelope, expectation) where !forbidden.contains(recipient.key) {
      add(PolicyRules.extraRecipient, "sealed for \(recipient.label)")
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
    if let limit = expectation.rule.maximumKeyAge, let age = age(of: envelope), age > limit {
      add(PolicyRules.oldKey, "its data key is \(age) days old, and \(limit) are allowed")
    }
    if !expectation.signers.isEmpty, !unit.isSigned(byOneOf: expectation.signers) {
      add(PolicyRules.notSigned, "no signature of one of its signers holds")
    }
    return findings
  }

  /// How many days old a data key is; nil when the envelope names no day of the calendar.
  public func age(of envelope: Envelope) -> Int? {
    CalendarDate(envelope.made.text.prefix(10)).map { today.days(since: $0) }
  }

  private static func missing(
    _ envelope: Envelope, _ expectation: RuleExpectation
  ) -> [RecipientDescription] {
    let present = Set(envelope.recipients.map(\.recipient.key))
    return expectation.recipients.filter { !present.contains($0.key) }
  }

  private static func extra(
    _ envelope: Envelope, _ expectation: RuleExpectation
  ) -> [RecipientDescription] {
    let wanted = Set(expectation.recipients.map(\.key))
    return envelope.recipients.map(\.recipient).filter { recipient in
      !wanted.contains(recipient.key) && !(recipient.kind == .kek && expectation.lacksKEKs)
    }
  }
}
