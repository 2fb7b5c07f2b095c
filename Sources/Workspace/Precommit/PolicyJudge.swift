internal import Envelope
internal import Findings
internal import Manifest
internal import Platform
internal import SecretScan
internal import Synchronization
internal import YAMLSource

/// Compares sealed Secrets with what the policy says of their file.
///
/// No key is read.
final class PolicyJudge: Sendable {
  /// What a rule asks for.
  private struct Expected: Sendable {
    /// Kind and text of every recipient but key-encryption keys.
    let recipients: Set<String>
    /// What recipients are called, by the same.
    let names: [String: String]
    /// How many key-encryption keys; which ones only they themselves could tell.
    let kekCount: Int
    let cipher: CipherName
    let scope: SealScope
  }

  private struct RuleKey: Hashable {
    let policy: String
    let offset: Int
  }

  private let policies = PolicyFinder()
  private let rules = Mutex<[RuleKey: Expected]>([:])
  /// The root of the working tree, without symbolic links.
  private let root: String?

  /// - Parameter root: Of the repository when paths are from there; nil when they are as named.
  init(root: String?) { self.root = root }

  /// The policy for a file, and the file's path in it.
  private func place(
    of path: String
  ) throws(WorkspaceError) -> (policy: Policy, relativePath: String)? {
    guard path != "-" else { return nil }
    guard let root else { return try policies.place(of: path) }
    // What git tracks is behind no link.
    let whole = PathParts.join(root, path)
    guard let policy = try policies.policy(inOrAbove: PathParts(whole).folder) else { return nil }
    let prefix = policy.folder == "/" ? "/" : policy.folder + "/"
    guard whole.utf8.starts(with: prefix.utf8),
      let relative = String(whole.utf8.dropFirst(prefix.utf8.count))
    else { return nil }
    return (policy, relative)
  }

  /// Adds what the policy has to say to what was found; nil when it leaves the file alone.
  func judge(_ result: ScanResult, path: String) throws(WorkspaceError) -> ScanResult? {
    guard !result.findings.isEmpty || result.firstSecret != nil else { return result }
    guard let place = try place(of: path) else { return result }
    if place.policy.ignores(place.relativePath) { return nil }
    // One of suppressions alone says nothing of who reads what.
    guard let first = result.firstSecret, !place.policy.rules.isEmpty else { return result }
    var result = result
    guard let rule = place.policy.rule(for: place.relativePath) else {
      result.add(
        ScanFinding(
          rule: ScanRules.noRule, message: "no rule of \(place.policy.path) is about it",
          position: first))
      return result
    }
    let expected = try expected(rule, of: place.policy)
    for unit in result.sealedUnits {
      guard let envelope = unit.envelope else { continue }
      if let difference = Self.difference(envelope, expected) {
        result.add(
          ScanFinding(
            rule: ScanRules.wrongRecipients,
            message: "\(unit.identity.printableLabel): \(difference)", position: unit.position))
      }
      var others: [String] = []
      if envelope.cipher != expected.cipher {
        others.append(
          "the cipher is \(envelope.cipher.rawValue) and not \(expected.cipher.rawValue)")
      }
      if envelope.scope != expected.scope {
        others.append("the scope is \(envelope.scope.rawValue) and not \(expected.scope.rawValue)")
      }
      if !others.isEmpty {
        result.add(
          ScanFinding(
            rule: ScanRules.wrongSealing,
            message: "\(unit.identity.printableLabel): \(others.joined(separator: ", "))",
            position: unit.position))
      }
    }
    return result
  }

  private func expected(
    _ rule: Policy.Rule, of policy: Policy
  ) throws(WorkspaceError) -> Expected {
    let key = RuleKey(policy: policy.path, offset: rule.position.offset)
    if let known = rules.withLock({ $0[key] }) { return known }
    var names: [String: String] = [:]
    for wrapper in try RecipientLoader.publicWrappers(for: rule, of: policy) {
      names[Self.key(wrapper.recipient)] = Self.label(wrapper.recipient)
    }
    let made = Expected(
      recipients: Set(names.keys), names: names, kekCount: rule.kekFiles.count,
      cipher: rule.cipher ?? .aes256GCM, scope: rule.scope ?? .strict)
    rules.withLock { $0[key] = made }
    return made
  }

  /// How the recipients differ, in words; nil when they do not.
  private static func difference(_ envelope: Envelope, _ expected: Expected) -> String? {
    let all = envelope.recipients.map(\.recipient)
    let actual = all.filter { $0.kind != .kek }
    let missing = expected.recipients.subtracting(actual.map(key)).compactMap { expected.names[$0] }
    let added = actual.filter { !expected.recipients.contains(key($0)) }.map(label)
    var parts: [String] = []
    if !added.isEmpty { parts.append("sealed for \(list(added)) too") }
    if !missing.isEmpty { parts.append("not sealed for \(list(missing.sorted()))") }
    let kekCount = all.count - actual.count
    if kekCount != expected.kekCount {
      parts.append("\(kekCount) key-encryption keys and not \(expected.kekCount)")
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  private static func key(_ recipient: RecipientDescription) -> String {
    "\(recipient.kind.rawValue) \(recipient.text)"
  }

  private static func label(_ recipient: RecipientDescription) -> String {
    if let name = recipient.name { return name }
    return recipient.text.utf8.count > 32 ? "\(recipient.text.prefix(29))..." : recipient.text
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(8).joined(separator: ", ")
    return names.count > 8 ? "\(shown) and \(names.count - 8) more" : shown
  }
}
