public import Envelope
internal import Platform
internal import YAMLSource

/// What a rule of a policy, with the policies around it, comes to: whom, how, and by whom a file is to
/// be sealed.
public struct RuleExpectation: Sendable {
  /// The policy.
  public let policy: Policy
  /// The rule.
  public let rule: Policy.Rule
  /// Who can open, those that everything has included.
  public let recipients: [RecipientDescription]
  /// Where each of them is named, by `RecipientDescription.key`.
  public let origins: [String: PolicyOrigin]
  /// Whether key-encryption keys are among them whose files are not at hand and whose ids the policy
  /// does not list.
  public let lacksKEKs: Bool
  /// Who may have sealed it; empty asks for no signature.
  public let signers: [SignatureVerifier]
  /// Where each of them is named.
  public let signerOrigins: [SignatureVerifier: PolicyOrigin]
  /// How old a data key may become, in days: the least that a rule says.
  public let maximumKeyAge: Int?
  /// How old a key-encryption key may become, in days: the least that a rule says.
  public let maximumKEKAge: Int?

  /// The cipher of the values.
  public var cipher: CipherName { rule.cipher ?? .aes256GCM }
  /// How much of the identity is bound.
  public var scope: SealScope { rule.scope ?? .strict }

  /// Looks everything up that the rule names.
  ///
  /// - Parameter path: The file that it is for, relative to the policy's folder; nil to look at the
  ///   rule by itself.
  /// - Throws: `.configuration` when something is not there or not what it should be.
  public init(
    _ rule: Policy.Rule, of policy: Policy, at path: String? = nil
  ) throws(WorkspaceError) {
    self.policy = policy
    self.rule = rule
    let rules = path.map { policy.rules(for: $0) } ?? [PlacedRule(policy: policy, rule: rule)]
    var named: [(recipient: RecipientDescription, origin: PolicyOrigin)] = []
    func add(
      _ references: [Policy.Reference], of policy: Policy
    ) throws(WorkspaceError) {
      for reference in references {
        let origin = PolicyOrigin(path: policy.path, position: reference.position)
        named += try RecipientLoader.wrappers([reference], of: policy)
          .map { ($0.recipient, origin) }
      }
    }
    try add(rule.recipients, of: policy)
    var lacksKEKs = false
    for reference in rule.kekFiles {
      if let kek = try RecipientLoader.kekDescription(reference, of: policy) {
        named.append((kek, PolicyOrigin(path: policy.path, position: reference.position)))
      } else {
        lacksKEKs = true
      }
    }
    for policy in policy.withAround { try add(policy.required, of: policy) }
    try RecipientLoader.check(named.map(\.recipient), by: policy, at: rule.position)
    var origins: [String: PolicyOrigin] = [:]
    var recipients: [RecipientDescription] = []
    for (recipient, origin) in named where origins[recipient.key] == nil {
      origins[recipient.key] = origin
      recipients.append(recipient)
    }
    self.recipients = recipients
    self.origins = origins
    self.lacksKEKs = lacksKEKs
    let found = try RuleSigners(rules)
    signers = found.signers
    signerOrigins = found.origins
    maximumKeyAge = rules.compactMap(\.rule.maximumKeyAge).min()
    maximumKEKAge = rules.compactMap(\.rule.maximumKEKAge).min()
  }
}
