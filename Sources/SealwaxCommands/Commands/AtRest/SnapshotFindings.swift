internal import EncryptionAtRest
internal import EtcdSnapshot

/// What in a snapshot somebody should look at.
struct SnapshotFindings {
  /// One of them.
  struct Finding {
    /// A name for programs.
    let code: String
    /// A sentence for people.
    let message: String
    /// The keys, as many as are kept.
    let keys: [String]
    /// How many there are.
    let count: Int
  }

  private(set) var findings: [Finding] = []

  var isEmpty: Bool { findings.isEmpty }

  init(_ report: CensusReport, rules: ProviderRules?, prefix: String) {
    if report.liveCount > 0, !report.groups.contains(where: \.isResource) {
      findings.append(
        Finding(
          code: "nothing-under-prefix",
          message: "no key begins with '\(Console.label(prefix))': name another --etcd-prefix",
          keys: [], count: report.liveCount))
    }
    addPlaintext(report)
    for verdict in Verdict.allCases where verdict.isUnreadable {
      add(verdict, report, "unreadable-\(verdict)", Self.reason(verdict))
    }
    add(
      .plaintextThoughCovered, report, "plaintext-though-covered",
      "in plaintext although the configuration encrypts them: rewrite them")
    let history = Self.history(report, rules)
    if history > 0 {
      findings.append(
        Finding(
          code: "plaintext-history",
          message: "older revisions in plaintext are still in the file: compact, then defragment",
          keys: [], count: history))
    }
    let left = report.remnants.plaintextByResource["secrets"] ?? 0
    let pieces = report.remnants.piecesByKind["Secret"] ?? 0
    if left > 0 || pieces > 0 {
      findings.append(
        Finding(
          code: "plaintext-in-free-space",
          message: "Secrets in plaintext stand in free pages: defragment, and replace backups",
          keys: report.remnants.names, count: max(left, pieces)))
    }
  }

  private mutating func addPlaintext(_ report: CensusReport) {
    // Those that the configuration covers are counted as such.
    let count = report.groups.reduce(0) { sum, group in
      group.resource == "secrets" ? sum + group.live[.plaintext] : sum
    }
    guard count > 0 else { return }
    findings.append(
      Finding(
        code: "plaintext-secrets", message: "Secrets are stored in plaintext",
        keys: report.plaintextSecrets, count: count))
  }

  private mutating func add(
    _ verdict: Verdict, _ report: CensusReport, _ code: String, _ message: String
  ) {
    let count = report.count(verdict)
    guard count > 0 else { return }
    findings.append(
      Finding(code: code, message: message, keys: report.names[verdict] ?? [], count: count))
  }

  /// Plaintext revisions of what is meant to be encrypted.
  private static func history(_ report: CensusReport, _ rules: ProviderRules?) -> Int {
    report.groups.reduce(0) { sum, group in
      guard group.provider == .identity, group.isResource else { return sum }
      let resource = GroupResource(group.resource)
      let isMeant =
        resource == .secrets
        || rules?.providers(for: resource)?.first.map { $0.kind != .identity } ?? false
      return isMeant ? sum + group.supersededCount : sum
    }
  }

  private static func reason(_ verdict: Verdict) -> String {
    switch verdict {
    case .plaintextUnreadable:
      "unreadable: in plaintext, and the configuration leaves 'identity' out"
    case .notCovered: "unreadable: encrypted, and the configuration does not cover them"
    case .lostKey: "unreadable: the configuration has no key of the name they were written with"
    case .failed: "unreadable: the key of their name does not open them"
    default: "unreadable: written by a provider that is not known"
    }
  }
}
