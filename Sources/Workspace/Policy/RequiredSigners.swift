public import Envelope
internal import Synchronization
internal import YAMLSource

/// Whose signature a manifest must have to be opened.
public final class RequiredSigners: Sendable {
  private enum Source: Sendable {
    case given([SignatureVerifier])
    case policy(PolicyFinder)
  }

  private struct RuleKey: Hashable {
    let policy: String
    let offset: Int
  }

  private let source: Source
  private let known = Mutex<[RuleKey: [SignatureVerifier]]>([:])

  /// These, whatever the policy says.
  ///
  /// - Parameter given: one of them must have signed; empty requires no signature.
  public init(_ given: [SignatureVerifier]) { source = .given(given) }

  /// Those that the policy's rule for a file names.
  public init(policies: PolicyFinder) { source = .policy(policies) }

  /// The signers of one file, of whom one must have signed; empty when no signature is required.
  ///
  /// Standard input has no path that a rule could match: if any rule of this folder's policy asks
  /// for a signature, one by a signer of any rule is required.
  ///
  /// - Throws: `.configuration` when the policy, or a signer that it names, is wrong or another
  ///   user's: nothing can be opened then.
  public func signers(for path: String) throws(WorkspaceError) -> [SignatureVerifier] {
    switch source {
    case .given(let signers): return signers
    case .policy(let policies):
      do throws(WorkspaceError) { return try signers(for: path, policies) } catch {
        throw error.hinting("--ignore-policy opens it without asking the policy")
      }
    }
  }

  private func signers(
    for path: String, _ policies: PolicyFinder
  ) throws(WorkspaceError) -> [SignatureVerifier] {
    guard path != "-" else {
      guard let policy = try policies.policy(inOrAbove: ".") else { return [] }
      var all: [SignatureVerifier] = []
      for rule in policy.rules { all += try signers(of: rule, policy) }
      return all
    }
    guard let place = try policies.place(of: path), !place.policy.ignores(place.relativePath),
      let rule = place.policy.rule(for: place.relativePath)
    else { return [] }
    return try signers(of: rule, place.policy)
  }

  private func signers(
    of rule: Policy.Rule, _ policy: Policy
  ) throws(WorkspaceError) -> [SignatureVerifier] {
    guard !rule.signers.isEmpty else { return [] }
    let key = RuleKey(policy: policy.path, offset: rule.position.offset)
    if let found = known.withLock({ $0[key] }) { return found }
    let found = try RuleExpectation.signers(of: rule, policy)
    // A list of signers that comes to nobody must not become no requirement.
    guard !found.isEmpty else {
      throw WorkspaceError(
        .configuration, "the rule's signers name no signing key", path: policy.path,
        position: rule.position)
    }
    known.withLock { $0[key] = found }
    return found
  }
}
