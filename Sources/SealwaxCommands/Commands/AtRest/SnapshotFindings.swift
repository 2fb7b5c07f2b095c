internal import EncryptionAtRest
internal import EtcdSnapshot
internal import Findings
internal import Platform

/// What in a snapshot somebody should look at.
struct SnapshotFindings {
  /// One of them.
  struct Item {
    /// The rule, and whether it counts.
    var finding: Finding
    /// What it says, without the keys.
    let summary: String
    /// The keys, as many as are kept.
    let keys: [String]
    /// How many there are.
    let count: Int

    /// A name for programs.
    var code: String { finding.rule.id.split(separator: "/").last.map(String.init) ?? "" }
  }

  private(set) var items: [Item] = []
  /// The same for reporters, with what is found about suppressions.
  private(set) var findings: [Finding] = []
  private let path: String

  /// What the list of things to do leaves out.
  var suppressed: [Finding] { findings.filter { $0.suppression != nil } }

  /// - Parameter settled: What marks findings that do not count.
  init(
    _ report: CensusReport, rules: ProviderRules?, prefix: String, path: String,
    settled: ([Finding]) -> [Finding]
  ) {
    self.path = path
    if report.liveCount > 0, !report.groups.contains(where: \.isResource) {
      add(
        SnapshotRules.nothingUnderPrefix,
        "no key begins with '\(Console.label(prefix))': name another --etcd-prefix",
        count: report.liveCount)
    }
    addPlaintext(report)
    for verdict in Verdict.allCases where verdict.isUnreadable {
      add(verdict, report, SnapshotRules.unreadable(verdict), Self.reason(verdict))
    }
    add(
      .plaintextThoughCovered, report, SnapshotRules.plaintextThoughCovered,
      "in plaintext although the configuration encrypts them: rewrite them")
    let history = Self.history(report, rules)
    if history > 0 {
      add(
        SnapshotRules.plaintextHistory,
        "older revisions in plaintext are still in the file: compact, then defragment",
        count: history)
    }
    let left = report.remnants.plaintextByResource["secrets"] ?? 0
    let pieces = report.remnants.piecesByKind["Secret"] ?? 0
    if left > 0 || pieces > 0 {
      add(
        SnapshotRules.plaintextInFreeSpace,
        "Secrets in plaintext stand in free pages: defragment, and replace backups",
        keys: report.remnants.names, count: max(left, pieces))
    }
    findings = settled(items.map(\.finding))
    for index in items.indices { items[index].finding = findings[index] }
    // What is found about suppressions.
    items += findings.dropFirst(items.count).map { finding in
      Item(finding: finding, summary: finding.message, keys: [], count: 1)
    }
  }

  /// A name may hold anything.
  private static func shown(_ keys: [String], of count: Int) -> String {
    guard !keys.isEmpty else { return "" }
    let rest = count - min(keys.count, shownKeys)
    return ": " + keys.prefix(shownKeys).map { escapedForTerminal($0) }.joined(separator: ", ")
      + (rest > 0 ? " and \(rest) more" : "")
  }

  private static let shownKeys = 10

  private mutating func add(_ rule: Rule, _ message: String, keys: [String] = [], count: Int) {
    let whole = "\(count): \(message)\(Self.shown(keys, of: count))"
    items.append(
      Item(
        finding: Finding(rule, whole, file: path), summary: message, keys: keys, count: count))
  }

  private mutating func addPlaintext(_ report: CensusReport) {
    // Those that the configuration covers are counted as such.
    let count = report.groups.reduce(0) { sum, group in
      group.resource == "secrets" ? sum + group.live[.plaintext] : sum
    }
    guard count > 0 else { return }
    add(
      SnapshotRules.plaintextSecrets, "Secrets are stored in plaintext",
      keys: report.plaintextSecrets, count: count)
  }

  private mutating func add(
    _ verdict: Verdict, _ report: CensusReport, _ rule: Rule, _ message: String
  ) {
    let count = report.count(verdict)
    guard count > 0 else { return }
    add(rule, message, keys: report.names[verdict] ?? [], count: count)
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
