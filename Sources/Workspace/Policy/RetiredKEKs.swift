internal import Envelope
internal import Platform
internal import YAMLSource

/// Refuses what lies under a key-encryption key that the policy has retired.
///
/// Such a file came back from an old branch, or was sealed by somebody who still has the old key.
public struct RetiredKEKs: Sendable {
  private let policies: PolicyFinder?

  /// - Parameter policies: nil to refuse nothing.
  init(policies: PolicyFinder?) { self.policies = policies }

  /// Looks at for whom Secrets are, or were, sealed.
  ///
  /// - Throws: `.malformed` for one that a retired key opens; `.configuration` when the policy is
  ///   wrong.
  func check(_ units: [UnitOutcome], path: String) throws(WorkspaceError) {
    // The policy is asked only where there is a key that it could have retired.
    let isAsked = units.contains { unit in
      unit.recipients.contains { $0.kind == .kek }
        || unit.removedRecipients.contains { $0.kind == .kek }
    }
    guard isAsked, let policy = try policy(for: path) else { return }
    for unit in units {
      try check(
        unit.recipients + unit.removedRecipients, by: policy, path: path,
        position: unit.position, label: unit.label)
    }
  }

  /// The same of Secrets as they stand.
  func check(_ units: [UnitStatus], path: String) throws(WorkspaceError) {
    guard let policy = try policy(for: path) else { return }
    for unit in units {
      try check(
        unit.envelope?.recipients.map(\.recipient) ?? [], by: policy, path: path,
        position: unit.position, label: unit.label)
    }
  }

  /// Whether the policy of a file lists keys at all.
  func areAsked(for path: String) throws(WorkspaceError) -> Bool {
    try policy(for: path) != nil
  }

  /// The policy, if it lists keys; of standard input it is that of the working folder.
  private func policy(for path: String) throws(WorkspaceError) -> Policy? {
    guard let policies else { return nil }
    let found = try path == "-" ? policies.policy(inOrAbove: ".") : policies.policy(forFile: path)
    guard let found, found.withAround.contains(where: { !$0.keks.isEmpty }) else { return nil }
    return found
  }

  private func check(
    _ recipients: [RecipientDescription], by policy: Policy, path: String,
    position: SourcePosition, label: String
  ) throws(WorkspaceError) {
    for recipient in recipients where recipient.kind == .kek {
      guard let kek = policy.kek(recipient.text), let day = kek.entry.retired else { continue }
      throw WorkspaceError(
        .malformed,
        "it lies under the key-encryption key \(kek.entry.label), which is retired since \(day)",
        path: path, position: position, unit: label,
        hints: [
          "look at where it comes from; 'sealwax kek rotate \(kek.entry.id)' moves what came back",
          "--ignore-policy opens it all the same",
        ])
    }
  }
}
