public import Envelope
internal import Manifest
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
    /// Whose signatures the earlier version must have; empty to ask the policy.
    public var trustedSigners: [SignatureVerifier] = []
    /// Whether the policy is asked for signers, and for retired keys, before something is opened.
    public var asksPolicy = true
    /// Whether to seal although an annotation repeats the values in the clear.
    public var allowsPlaintextElsewhere = false
    /// The path by which standard input is looked up in the policy.
    public var nameOfStandardInput: String?

    /// The format of what is encrypted; nil to take what the nearest rule is of.
    public var format: FileFormat?

    /// Nothing chosen.
    public init() {}
  }

  /// What holds for one file.
  struct Choice {
    /// Without a target when nothing says whom to seal for.
    var settings: SealSettings
    /// What to do when there is no target.
    var hint: String?
  }

  let choices: Choices
  let policies: PolicyFinder
  let sopsRules: SOPSRules
  private let now: SealTime
  private let cache = Mutex<[PlacedRule.Key: SealTarget]>([:])
  private let required: RequiredSigners
  private let unruled: UnruledFolders

  /// - Parameters:
  ///   - choices: what the command line says.
  ///   - now: the time that new data keys are stamped with.
  public init(
    _ choices: Choices, policies: PolicyFinder = PolicyFinder(), now: SealTime = .now
  ) {
    self.choices = choices
    self.now = now
    self.policies = policies
    sopsRules = SOPSRules(folders: policies.knownFolders)
    unruled = UnruledFolders(
      policies: policies, sopsRules: choices.format == .sealwax ? nil : sopsRules)
    required =
      choices.asksPolicy
      ? RequiredSigners(policies: policies, given: choices.trustedSigners)
      : RequiredSigners(choices.trustedSigners)
  }

  /// What must not lie under retired key-encryption keys.
  var retired: RetiredKEKs { required.retired }

  /// Whose signatures a file must have before it is opened; empty when it needs none.
  func trustedSigners(for path: String) throws(WorkspaceError) -> [SignatureVerifier] {
    try required.signers(for: name(of: path) ?? "-")
  }

  /// What holds for a file.
  ///
  /// - Throws: `.configuration` when the policy leaves the file alone, or when it or a recipient in
  ///   it is wrong.
  func settings(for path: String) throws(WorkspaceError) -> Choice {
    var choice = try target(for: path)
    choice.settings.trustedSigners = try trustedSigners(for: path)
    return choice
  }

  /// What holds for the result of a file that no rules are about; nil where they have to be asked.
  ///
  /// - Throws: `.configuration` when a policy is wrong.
  func settingsWithoutRules(
    for item: InputItem, outputPath: String?
  ) throws(WorkspaceError) -> Choice? {
    guard choices.format != .sops, try unruled.hold(item, outputPath: outputPath) else {
      return nil
    }
    var choice = Choice(settings: settings(explicitTarget))
    choice.settings.trustedSigners = required.withoutRules
    return choice
  }

  private func target(for path: String) throws(WorkspaceError) -> Choice {
    guard let path = name(of: path) else {
      return Choice(settings: settings(try targetOfStandardInput()))
    }
    guard let place = try policies.place(of: path) else {
      return Choice(settings: settings(explicitTarget))
    }
    let policy = place.policy
    if let error = policy.errorForIgnored(place.relativePath) { throw error }
    guard let rule = policy.rule(for: place.relativePath) else {
      var target = explicitTarget
      if let given = target {
        target?.recipients = try RecipientLoader.permitted(given.recipients, by: policy, at: nil)
      }
      return Choice(
        settings: settings(target),
        hint: "no rule of \(escapedForTerminal(policy.path)) is about it: add one, or ignore it")
    }
    let key = PlacedRule(policy: policy, rule: rule).key
    let fields = rule.fieldChoice
    if let known = cache.withLock({ $0[key] }) {
      return Choice(settings: settings(known, fields))
    }
    let target = SealTarget(
      recipients: choices.recipients.isEmpty
        ? try RecipientLoader.wrappers(for: rule, of: policy)
        : try RecipientLoader.permitted(choices.recipients, by: policy, at: nil),
      cipher: choices.cipher ?? rule.cipher ?? .aes256GCM,
      scope: choices.scope ?? rule.scope ?? .strict)
    cache.withLock { $0[key] = target }
    return Choice(settings: settings(target, fields))
  }

  /// Whom the command line names, as far as the policy of the working directory, which knows their
  /// names, lets them, with those that it asks for everywhere.
  private func targetOfStandardInput() throws(WorkspaceError) -> SealTarget? {
    guard var target = explicitTarget, let policy = try policies.place(of: "./-")?.policy else {
      return explicitTarget
    }
    target.recipients = try RecipientLoader.permitted(target.recipients, by: policy, at: nil)
    return target
  }

  /// Which fields of objects beside Secrets the policy has sealed in a file.
  func fields(for path: String) throws(WorkspaceError) -> FieldChoice {
    guard let path = name(of: path), let place = try policies.place(of: path) else {
      return .none
    }
    return place.policy.fields(for: place.relativePath)
  }

  /// The path whose rules count for a result: where it goes, if a rule is about that place or leaves
  /// it alone; else where the input is, whose policy does not end where the result lies elsewhere.
  ///
  /// - Throws: `.configuration` when a policy is wrong.
  func ruledPath(
    of item: InputItem, outputPath: String?
  ) throws(WorkspaceError) -> String {
    guard let outputPath, !item.isAt(outputPath) else { return item.path }
    guard name(of: item.path) != nil, try !hasRule(for: outputPath),
      try reasonToIgnore(item) == nil
    else { return outputPath }
    return item.path
  }

  private func hasRule(for path: String) throws(WorkspaceError) -> Bool {
    if let place = try policies.place(of: path),
      place.policy.rule(for: place.relativePath) != nil
        || place.policy.ignores(place.relativePath)
    {
      return true
    }
    if choices.format == .sealwax { return false }
    return try sopsRules.place(of: path) != nil
  }

  /// What makes the policy leave a file alone; nil when it does not.
  func reasonToIgnore(_ item: InputItem) throws(WorkspaceError) -> WorkspaceError? {
    guard !item.isStandardInput, let place = try policies.place(of: item) else { return nil }
    return place.policy.errorForIgnored(place.relativePath)
  }

  /// The path by which a file is looked up; nil for standard input without a name.
  func name(of path: String) -> String? { path == "-" ? choices.nameOfStandardInput : path }

  private var explicitTarget: SealTarget? {
    guard !choices.recipients.isEmpty else { return nil }
    return SealTarget(
      recipients: choices.recipients, cipher: choices.cipher ?? .aes256GCM,
      scope: choices.scope ?? .strict)
  }

  private func settings(
    _ target: SealTarget?, _ fields: FieldChoice? = nil
  ) -> SealSettings {
    var settings = SealSettings(
      target, now: now, signer: choices.signer,
      allowsPlaintextElsewhere: choices.allowsPlaintextElsewhere)
    settings.fields = fields
    return settings
  }
}
