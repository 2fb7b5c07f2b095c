internal import EncryptionAtRest
internal import EtcdSnapshot
internal import Findings
internal import Platform

/// What a snapshot holds, for people.
enum SnapshotText {
  /// How much is shown.
  struct Style {
    /// A line for each namespace.
    let showsNamespaces: Bool
    /// A line also for each resource that nobody encrypts.
    let showsAll: Bool
    /// Severities in the colours of a terminal.
    let hasColour: Bool
  }

  private static let shownNames = 10
  private static let others = "everything else"

  /// One object on a line.
  static func object(_ object: StoredObject) -> String {
    let state = object.isTombstone ? "deleted" : object.verdict.description
    let writer = object.isTombstone ? "" : "  " + self.writer(object.provider, object.keyName)
    let age = object.isLive || object.isTombstone ? "" : "  superseded"
    return "\(object.revision.main)  \(Console.label(object.key))\(writer)  \(state)\(age)\n"
  }

  static func report(
    _ report: CensusReport, path: String, uses: [KeyUse]?, findings: SnapshotFindings,
    _ style: Style
  ) -> String {
    var text = head(report, path)
    let folded = style.showsAll ? [] : folded(report)
    text += section("live objects", stored(report, style, folded))
    text += section("older revisions still in the file", history(report, folded))
    text += section("KMS keys", kmsKeys(report))
    text += section("readable in free pages and unused space", freeSpace(report, folded))
    if let uses { text += section("keys of the configuration", keys(uses)) }
    text += section("to do", toDo(findings))
    text += FindingsText.text(findings.suppressed, colour: style.hasColour)
    return text
  }

  private static func head(_ report: CensusReport, _ path: String) -> String {
    var lines = ["\(escapedForTerminal(path))"]
    var store = "  revision \(report.revision), \(Plural.of(report.liveCount, "live key"))"
    store += ", \(report.supersededCount) superseded, "
    store += Plural.of(report.tombstoneCount, "deletion")
    lines.append(store)
    var state = "  etcd"
    state += report.storageVersion.map { " storage \(escapedForTerminal($0))" } ?? " before 3.6"
    state += report.compactedRevision.map { ", compacted to \($0)" } ?? ", never compacted"
    lines.append(state)
    let free = report.pageCount - report.usedPageCount
    var pages = "  \(Plural.of(report.pageCount, "page")) of \(report.pageSize) bytes, \(free) free"
    switch report.digest {
    case .verified: pages += "; SHA-256 holds"
    case .absent: pages += "; no SHA-256 to compare"
    case .skipped: pages += "; SHA-256 not compared"
    }
    lines.append(pages)
    if let problem = report.metaProblem { lines.append("  the other meta page: \(problem)") }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func section(_ title: String, _ lines: [String]) -> String {
    lines.isEmpty ? "" : "\n\(title)\n" + lines.map { "  \($0)\n" }.joined()
  }

  private static func writer(_ provider: StoredValue.Provider, _ name: String) -> String {
    switch provider {
    case .identity: "PLAINTEXT"
    case .unknown: "unknown provider"
    default: "\(provider.rawValue) \(Console.label(name))"
    }
  }

  /// Resources that go into one line: all in plaintext, as they usually are and are meant to be.
  private static func folded(_ report: CensusReport) -> Set<String> {
    var names: Set<String> = []
    var notable: Set<String> = ["secrets", "configmaps"]
    for group in report.groups {
      names.insert(group.resource)
      let isPlain = group.provider == .identity && group.liveCount == group.live[.plaintext]
      if !isPlain { notable.insert(group.resource) }
    }
    names.formUnion(report.tombstonesByResource.keys)
    names.formUnion(report.remnants.plaintextByResource.keys)
    return names.subtracting(notable)
  }

  /// A line for each resource (and namespace) and key, Secrets first.
  private static func stored(
    _ report: CensusReport, _ style: Style, _ folded: Set<String>
  ) -> [String] {
    var table = CountTable()
    for group in report.groups where group.liveCount > 0 {
      guard !folded.contains(group.resource) else {
        table.add(group.liveCount, others, "PLAINTEXT", rank: 2)
        continue
      }
      let isApart = style.showsNamespaces && !group.namespace.isEmpty
      let namespace = isApart ? " " + Console.label(group.namespace) : ""
      let id = group.keyID.map { ", key_id \(Console.label($0))" } ?? ""
      let name = Console.label(group.resource) + namespace
      let rank = group.resource == "secrets" ? 0 : 1
      for (verdict, count) in group.live.present {
        let remark = isPlain(verdict) ? "" : "  (\(words(verdict)))"
        table.add(count, name, writer(group.provider, group.keyName) + id + remark, rank: rank)
      }
    }
    return table.lines
  }

  private static func words(_ verdict: Verdict) -> String {
    switch verdict {
    case .plaintextThoughCovered: "to be encrypted"
    case .plaintextUnreadable: "unreadable"
    case .notCovered: "not covered: unreadable"
    case .lostKey: "lost key: unreadable"
    case .failed: "does not open"
    case .unproved: "not proved"
    default: verdict.description
    }
  }

  /// What goes without saying.
  private static func isPlain(_ verdict: Verdict) -> Bool {
    verdict == .plaintext || verdict == .encrypted || verdict == .current
  }

  private static func history(_ report: CensusReport, _ folded: Set<String>) -> [String] {
    var table = CountTable()
    for group in report.groups where group.supersededCount > 0 {
      let isFolded = folded.contains(group.resource)
      table.add(
        group.supersededCount, isFolded ? others : Console.label(group.resource),
        writer(group.provider, group.keyName),
        rank: isFolded ? 2 : group.resource == "secrets" ? 0 : 1)
    }
    for (resource, count) in report.tombstonesByResource {
      let isFolded = folded.contains(resource)
      table.add(
        count, isFolded ? others : Console.label(resource), "deletions",
        rank: isFolded ? 2 : resource == "secrets" ? 0 : 1)
    }
    return table.lines
  }

  private static func kmsKeys(_ report: CensusReport) -> [String] {
    report.kmsKeys.map { key in
      let state = key.isCurrent ? "  writes now" : ""
      let annotations = key.annotations.map { "  " + Console.label($0) }.joined()
      return "\(Console.label(key.name))  \(Console.label(key.keyID))\(state)\(annotations)"
    }
  }

  private static func freeSpace(_ report: CensusReport, _ folded: Set<String>) -> [String] {
    var table = CountTable()
    for (resource, count) in report.remnants.plaintextByResource {
      let isFolded = folded.contains(resource)
      table.add(
        count, isFolded ? others : Console.label(resource), "PLAINTEXT", rank: isFolded ? 2 : 1)
    }
    for (kind, count) in report.remnants.piecesByKind {
      table.add(count, "pieces of kind \(Console.label(kind))", "PLAINTEXT", rank: 3)
    }
    for (resource, count) in report.remnants.encryptedByResource {
      table.add(count, Console.label(resource), "encrypted", rank: 1)
    }
    return table.lines
  }

  private static func keys(_ uses: [KeyUse]) -> [String] {
    let names = uses.map { writer($0.provider, $0.name) }
    let width = min(names.map(\.count).max() ?? 0, 40)
    return zip(uses, names).map { use, name in
      var line = CountTable.pad(name, width) + "  "
      line += "\(use.liveCount) live, \(use.supersededCount) superseded"
      if use.isWriting { line += ", writes" }
      if !use.isNeeded { line += ": nothing here needs it" }
      return line
    }
  }

  private static func toDo(_ findings: SnapshotFindings) -> [String] {
    findings.items.filter { $0.finding.suppression == nil }.flatMap { finding in
      var lines = ["\(finding.count): \(finding.summary)"]
      lines += finding.keys.prefix(shownNames).map { "  " + Console.label($0) }
      let rest = finding.count - min(finding.keys.count, shownNames)
      if rest > 0, !finding.keys.isEmpty { lines.append("  and \(rest) more") }
      return lines
    }
  }
}
