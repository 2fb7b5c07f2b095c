public import Envelope
internal import Platform
public import YAMLSource

/// What a policy makes of a path, and why.
public struct PolicyExplanation: Sendable {
  /// What becomes of a file there.
  public enum Outcome: Sendable {
    /// No policy is about it.
    case noPolicy
    /// A policy leaves it alone, by a pattern.
    case ignored(by: String, at: SourcePosition)
    /// No rule of the policy is about it.
    case noRule
    /// A rule is about it, by a pattern; what it comes to.
    case rule(RuleExpectation, pattern: String)
  }

  /// The path as it was given.
  public let path: String
  /// Its path relative to the policy's folder.
  public let relativePath: String?
  /// The policy's file.
  public let policy: String?
  /// The policies around it, the nearest first.
  public let around: [Policy]
  /// For whom nothing may be sealed, and where that is said.
  public let forbidden: [(recipient: RecipientDescription, origin: PolicyOrigin)]
  /// What becomes of it.
  public let outcome: Outcome

  /// Looks a path up; there need be no file.
  ///
  /// - Throws: `.configuration` when the policy, or something that it names, is wrong.
  public init(_ path: String, policies: PolicyFinder) throws(WorkspaceError) {
    self.path = path
    guard let place = try policies.place(of: path) else {
      (relativePath, policy, outcome) = (nil, nil, .noPolicy)
      (around, forbidden) = ([], [])
      return
    }
    around = place.policy.around
    var forbidden: [(recipient: RecipientDescription, origin: PolicyOrigin)] = []
    for owner in place.policy.withAround {
      for reference in owner.forbidden {
        let origin = PolicyOrigin(path: owner.path, position: reference.position)
        forbidden += try RecipientLoader.wrappers([reference], of: owner)
          .map { ($0.recipient, origin) }
      }
    }
    self.forbidden = forbidden
    (relativePath, policy) = (place.relativePath, place.policy.path)
    if let ignored = place.policy.reasonToIgnore(place.relativePath) {
      outcome = .ignored(by: ignored.pattern.description, at: ignored.position)
    } else if let rule = place.policy.rule(for: place.relativePath),
      let pattern = rule.paths.first(where: { $0.matches(place.relativePath) })
    {
      outcome = .rule(
        try RuleExpectation(rule, of: place.policy, at: place.relativePath),
        pattern: pattern.description)
    } else {
      outcome = .noRule
    }
  }
}
