public import Envelope
internal import Synchronization

/// Whose signature a manifest must have to be opened.
public final class RequiredSigners: Sendable {
  private let given: [SignatureVerifier]
  private let policies: PolicyFinder?
  private let known = Mutex<[[PlacedRule.Key]: [SignatureVerifier]]>([:])

  /// These, whatever the policy says.
  ///
  /// - Parameter given: one of them must have signed; empty requires no signature.
  public init(_ given: [SignatureVerifier]) {
    self.given = given
    policies = nil
  }

  /// Those that the policies' rules for a file name.
  ///
  /// - Parameter given: those who must have signed instead, when there are any.
  public init(policies: PolicyFinder, given: [SignatureVerifier] = []) {
    self.given = given
    self.policies = policies
  }

  /// The signers of a file that no rule is about.
  var withoutRules: [SignatureVerifier] { given }

  /// What must not lie under retired key-encryption keys.
  public var retired: RetiredKEKs { RetiredKEKs(policies: policies) }

  /// The signers of one file, of whom one must have signed; empty when no signature is required.
  ///
  /// Standard input has no path that a rule could match: if any rule of this folder's policy, or of
  /// one around it, asks for a signature, one by a signer of any of its rules is required.
  ///
  /// - Throws: `.configuration` when the policy, or a signer that it names, is wrong or another
  ///   user's: nothing can be opened then.
  public func signers(for path: String) throws(WorkspaceError) -> [SignatureVerifier] {
    guard given.isEmpty, let policies else { return given }
    do throws(WorkspaceError) {
      guard path != "-" else { return try ofAnyRule(policies) }
      return try signers(at: try policies.place(of: path))
    } catch {
      throw error.hinting("--ignore-policy opens it without asking the policy")
    }
  }

  /// The same of a file among many.
  ///
  /// - Throws: As `signers(for:)`.
  func signers(for item: InputItem) throws(WorkspaceError) -> [SignatureVerifier] {
    guard given.isEmpty, let policies, !item.isStandardInput else {
      return try signers(for: item.path)
    }
    do throws(WorkspaceError) { return try signers(at: try policies.place(of: item)) } catch {
      throw error.hinting("--ignore-policy opens it without asking the policy")
    }
  }

  private func signers(at place: PolicyPlace?) throws(WorkspaceError) -> [SignatureVerifier] {
    guard let place else { return [] }
    return try signers(of: place.policy.rules(for: place.relativePath))
  }

  private func signers(of rules: [PlacedRule]) throws(WorkspaceError) -> [SignatureVerifier] {
    let rules = rules.filter { !$0.rule.signers.isEmpty }
    guard !rules.isEmpty else { return [] }
    let key = rules.map(\.key)
    if let found = known.withLock({ $0[key] }) { return found }
    let found = try RuleSigners(rules).signers
    known.withLock { $0[key] = found }
    return found
  }

  private func ofAnyRule(
    _ policies: PolicyFinder
  ) throws(WorkspaceError) -> [SignatureVerifier] {
    guard let policy = try policies.policy(inOrAbove: ".") else { return [] }
    var accepted: [SignatureVerifier] = []
    for policy in policy.withAround.reversed() {
      var all: [SignatureVerifier] = []
      for rule in policy.rules {
        all += try signers(of: [PlacedRule(policy: policy, rule: rule)])
      }
      // A policy within another may name fewer, and no others.
      let narrowed = accepted.isEmpty ? all : accepted.filter(all.contains)
      if !narrowed.isEmpty { accepted = narrowed }
    }
    return accepted
  }
}
