internal import Envelope

/// What the policy in the worktree, our side's, says of a file that is merged.
enum MergePolicy {
  /// - Parameter path: from the top of the worktree, which is the working directory.
  /// - Throws: `.configuration` when the policy is wrong.
  static func settings(for path: String?) throws(WorkspaceError) -> MergeSettings {
    var settings = MergeSettings(now: .now)
    guard let path, let place = try PolicyFinder().place(of: path) else { return settings }
    let policy = place.policy
    settings.forbidden = try Set(
      RecipientLoader.wrappers(policy.forbidden, of: policy).map(\.recipient.key))
    if let rule = policy.rule(for: place.relativePath) {
      settings.trustedSigners = try RuleExpectation.signers(of: rule, policy)
    }
    return settings
  }
}
