internal import Envelope

/// What the policy in the worktree, our side's, says of a file that is merged.
enum MergePolicy {
  /// - Parameter path: from the top of the worktree, which is the working directory.
  /// - Throws: `.configuration` when the policy is wrong.
  static func settings(for path: String?) throws(WorkspaceError) -> MergeSettings {
    var settings = MergeSettings(now: .now)
    guard let path, let place = try PolicyFinder().place(of: path) else { return settings }
    let policy = place.policy
    settings.forbidden = try RecipientLoader.forbidden(by: policy)
    for kek in policy.withAround.flatMap(\.keks) where kek.retired != nil {
      settings.forbidden.insert("\(RecipientKind.kek.rawValue) \(kek.id)")
    }
    settings.trustedSigners = try RuleSigners(policy.rules(for: place.relativePath)).signers
    return settings
  }
}
