public import Findings
internal import Platform

/// What of a policy itself is wrong or of no use.
public enum PolicyInventory {
  /// Looks at the policy in or above a folder: everything that its rules name must be there.
  ///
  /// - Returns: Its file, and files of recipients that it names nowhere; nil without a policy.
  /// - Throws: `.configuration` with the place of what is wrong.
  public static func check(
    folder: String, policies: PolicyFinder
  ) throws(WorkspaceError) -> (path: String, findings: [Finding])? {
    guard let policy = try policies.policy(inOrAbove: folder) else { return nil }
    for rule in policy.rules { _ = try RuleExpectation(rule, of: policy) }
    for group in policy.groups.values { _ = try RecipientLoader.wrappers(group, of: policy) }
    for policy in policy.withAround {
      _ = try RecipientLoader.wrappers(policy.required + policy.forbidden, of: policy)
    }
    let references =
      policy.rules.flatMap(\.recipients) + policy.required + policy.forbidden
      + policy.groups.values.flatMap { $0 }
    let named = Set(references.map(\.text))
    let unused = recipientFiles(policy).filter { !named.contains($0) }
    return (
      PathFromHere.shown(policy.path),
      unused.map { name in
        let file = PathFromHere.shown(RecipientLoader.path(of: name, in: policy.folder))
        return Finding(
          PolicyRules.unusedRecipient, "the policy names '\(name)' nowhere", file: file)
      }
    )
  }

  /// The names of the recipients that have a file.
  private static func recipientFiles(_ policy: Policy) -> [String] {
    let folder = PathParts.join(policy.folder, RecipientLoader.folderName)
    var names: [String] = []
    try? FileTree.walk(folder) { item in
      if case .file(let path) = item, PathParts(path).folder == folder {
        names.append(PathParts(path).name)
      }
      return true
    }
    return names.compactMap { RecipientLoader.name(ofFile: $0) }.sorted()
  }
}
