public import Envelope
internal import Platform

/// What a rule of a policy comes to: whom, how, and by whom a file is to be sealed.
public struct RuleExpectation: Sendable {
  /// The policy.
  public let policy: Policy
  /// The rule.
  public let rule: Policy.Rule
  /// Who can open, those that everything has included.
  public let recipients: [RecipientDescription]
  /// Whether key-encryption keys are among them whose files are not at hand, so that their ids are
  /// not known.
  public let lacksKEKs: Bool
  /// Who may have sealed it; empty asks for no signature.
  public let signers: [SignatureVerifier]

  /// The cipher of the values.
  public var cipher: CipherName { rule.cipher ?? .aes256GCM }
  /// How much of the identity is bound.
  public var scope: SealScope { rule.scope ?? .strict }

  /// Looks everything up that the rule names.
  ///
  /// - Throws: `.configuration` when something is not there or not what it should be.
  public init(_ rule: Policy.Rule, of policy: Policy) throws(WorkspaceError) {
    self.policy = policy
    self.rule = rule
    var wrappers = try RecipientLoader.wrappers(rule.recipients, of: policy)
    var lacksKEKs = false
    for reference in rule.kekFiles {
      let file = PathParts.join(
        reference.text.hasPrefix("/") ? "" : policy.folder, reference.text)
      if Files.exists(file) {
        wrappers.append(try RecipientLoader.kek(file))
      } else {
        lacksKEKs = true
      }
    }
    recipients = try RecipientLoader.permitted(wrappers, by: policy, at: rule.position)
      .map(\.recipient)
    self.lacksKEKs = lacksKEKs
    signers = try Self.signers(of: rule, policy)
  }

  /// The signing keys that a rule names.
  ///
  /// - Throws: `.configuration`.
  static func signers(
    of rule: Policy.Rule, _ policy: Policy
  ) throws(WorkspaceError) -> [SignatureVerifier] {
    var signers: [SignatureVerifier] = []
    for reference in rule.signers {
      if let signer = try? SignatureVerifier(text: reference.text) {
        signers.append(signer)
        continue
      }
      let file = PathParts.join(
        PathParts.join(policy.folder, RecipientLoader.folderName), reference.text + ".sig")
      guard RecipientDescription.isName(reference.text), Files.exists(file) else {
        throw WorkspaceError(
          .configuration,
          "'\(escapedForTerminal(reference.text))' is no public signing key, and no name of a file "
            + "Keys/NAME.sig", path: policy.path, position: reference.position)
      }
      _ = try TrustedFile.read(file)
      signers += try KeyFiles.signers([file])
    }
    return signers
  }
}
