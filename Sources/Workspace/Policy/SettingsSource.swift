public import Envelope
internal import Platform
internal import Synchronization
internal import YAMLSource

/// Whom and how to seal for: what the command line says, over what the policy says.
public final class SettingsSource: Sendable {
  /// What the command line says.
  public struct Choices: Sendable {
    /// Recipients instead of the policy's; empty to take the policy's.
    public var recipients: [any KeyWrapper] = []
    /// The cipher instead of the policy's.
    public var cipher: CipherName?
    /// The scope instead of the policy's.
    public var scope: SealScope?
    /// Who signs.
    public var signer: SigningIdentity?
    /// Whose signatures the earlier version must have; empty requires none.
    public var trustedSigners: [SignatureVerifier] = []
    /// Whether to seal although an annotation repeats the values in the clear.
    public var allowsPlaintextElsewhere = false
    /// The path by which standard input is looked up in the policy.
    public var nameOfStandardInput: String?

    /// Nothing chosen.
    public init() {}
  }

  /// What holds for one file.
  enum Choice {
    /// The policy leaves it alone.
    case ignored
    /// These settings; without a target when nothing says whom to seal for, with what to do then.
    case settings(SealSettings, hint: String? = nil)

    var target: SealTarget? {
      if case .settings(let settings, _) = self { return settings.target }
      return nil
    }
  }

  private struct RuleKey: Hashable {
    let policy: String
    let offset: Int
  }

  private let choices: Choices
  private let policies: PolicyFinder
  private let cache = Mutex<[RuleKey: SealTarget]>([:])

  /// - Parameter choices: what the command line says.
  public init(_ choices: Choices, policies: PolicyFinder = PolicyFinder()) {
    self.choices = choices
    self.policies = policies
  }

  /// What holds for a file.
  ///
  /// - Throws: `.configuration` when the policy or a recipient in it is wrong.
  func settings(for path: String) throws(WorkspaceError) -> Choice {
    guard let path = name(of: path), let policy = try policies.policy(forFile: path),
      let relative = policy.relativePath(of: path)
    else { return .settings(settings(explicitTarget)) }
    if policy.ignores(relative) { return .ignored }
    guard let rule = policy.rule(for: relative) else {
      return .settings(
        settings(explicitTarget),
        hint: "no rule of \(escapedForTerminal(policy.path)) is about it: add one, or ignore it")
    }
    let key = RuleKey(policy: policy.path, offset: rule.position.offset)
    if let known = cache.withLock({ $0[key] }) { return .settings(settings(known)) }
    let target = SealTarget(
      recipients: choices.recipients.isEmpty
        ? try RecipientLoader.wrappers(for: rule, of: policy) : choices.recipients,
      cipher: choices.cipher ?? rule.cipher ?? .aes256GCM,
      scope: choices.scope ?? rule.scope ?? .strict)
    cache.withLock { $0[key] = target }
    return .settings(settings(target))
  }

  /// The path by which a file is looked up; nil for standard input without a name.
  func name(of path: String) -> String? { path == "-" ? choices.nameOfStandardInput : path }

  private var explicitTarget: SealTarget? {
    guard !choices.recipients.isEmpty else { return nil }
    return SealTarget(
      recipients: choices.recipients, cipher: choices.cipher ?? .aes256GCM,
      scope: choices.scope ?? .strict)
  }

  private func settings(_ target: SealTarget?) -> SealSettings {
    SealSettings(
      target, signer: choices.signer, trustedSigners: choices.trustedSigners,
      allowsPlaintextElsewhere: choices.allowsPlaintextElsewhere)
  }
}
