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
    /// The path by which standard input is looked up in the policy.
    public var nameOfStandardInput: String?

    /// Nothing chosen.
    public init() {}
  }

  /// What holds for one file.
  enum Choice {
    /// The policy leaves it alone.
    case ignored
    /// These settings; nil when nothing says whom to seal for, with what to do about it.
    case settings(SealSettings?, hint: String? = nil)

    var settings: SealSettings? {
      if case .settings(let settings, _) = self { return settings }
      return nil
    }

    var hint: String? {
      if case .settings(_, let hint) = self { return hint }
      return nil
    }
  }

  private struct RuleKey: Hashable {
    let policy: String
    let offset: Int
  }

  private let choices: Choices
  private let policies: PolicyFinder
  private let cache = Mutex<[RuleKey: SealSettings]>([:])

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
    else { return .settings(explicitSettings) }
    if policy.ignores(relative) { return .ignored }
    guard let rule = policy.rule(for: relative) else {
      return .settings(
        explicitSettings,
        hint: "no rule of \(escapedForTerminal(policy.path)) is about it: add one, or ignore it")
    }
    let key = RuleKey(policy: policy.path, offset: rule.position.offset)
    if let known = cache.withLock({ $0[key] }) { return .settings(known) }
    let settings = SealSettings(
      recipients: choices.recipients.isEmpty
        ? try RecipientLoader.wrappers(for: rule, of: policy) : choices.recipients,
      cipher: choices.cipher ?? rule.cipher ?? .aes256GCM,
      scope: choices.scope ?? rule.scope ?? .strict, signer: choices.signer)
    cache.withLock { $0[key] = settings }
    return .settings(settings)
  }

  /// The path by which a file is looked up; nil for standard input without a name.
  func name(of path: String) -> String? { path == "-" ? choices.nameOfStandardInput : path }

  private var explicitSettings: SealSettings? {
    guard !choices.recipients.isEmpty else { return nil }
    return SealSettings(
      recipients: choices.recipients, cipher: choices.cipher ?? .aes256GCM,
      scope: choices.scope ?? .strict, signer: choices.signer)
  }
}
