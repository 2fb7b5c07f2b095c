internal import EncryptionAtRest
internal import EtcdSnapshot
internal import Platform

/// What a snapshot holds, for people.
enum SnapshotText {
  private static let shownNames = 10

  /// One object on a line.
  static func object(_ object: StoredObject) -> String {
    let state = object.isTombstone ? "deleted" : object.verdict.description
    let writer = object.isTombstone ? "" : "  " + self.writer(object.provider, object.keyName)
    let age = object.isLive || object.isTombstone ? "" : "  superseded"
    return "\(object.revision.main)  \(Console.label(object.key))\(writer)  \(state)\(age)\n"
  }

  static func report(
    _ report: CensusReport, path: String, uses: [KeyUse]?, findings: SnapshotFindings,
    showsNamespaces: Bool
  ) -> String {
    var text = head(report, path)
    text += section("live objects", stored(report, showsNamespaces))
    text += section("older revisions still in the file", history(report))
    text += section("KMS keys", kmsKeys(report))
    text += section("readable in free pages and unused space", freeSpace(report))
    if let uses { text += section("keys of the configuration", keys(uses)) }
    text += section("to do", toDo(findings))
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

  /// A line for each resource (and namespace) and key, the plaintext of what nobody covers at last.
  private static func stored(_ report: CensusReport, _ showsNamespaces: Bool) -> [String] {
    struct Row: Hashable {
      let resource: String
      let namespace: String
      let writer: String
    }
    var counts: [Row: [Verdict: Int]] = [:]
    for group in report.groups where group.liveCount > 0 {
      let id = group.keyID.map { " (key_id \(Console.label($0)))" } ?? ""
      let row = Row(
        resource: Console.label(group.resource),
        namespace: showsNamespaces && !group.namespace.isEmpty
          ? "/" + Console.label(group.namespace) : "",
        writer: writer(group.provider, group.keyName) + id)
      counts[row, default: [:]].merge(group.live, uniquingKeysWith: +)
    }
    let rows = counts.sorted {
      (isSecret($0.key.resource) ? 0 : 1, $0.key.resource, $0.key.namespace, $0.key.writer)
        < (isSecret($1.key.resource) ? 0 : 1, $1.key.resource, $1.key.namespace, $1.key.writer)
    }
    let width = min(rows.map { ($0.key.resource + $0.key.namespace).count }.max() ?? 0, 48)
    return rows.map { row, verdicts in
      let total = verdicts.values.reduce(0, +)
      let notable = Verdict.allCases.compactMap { verdict -> String? in
        guard let count = verdicts[verdict], !isPlain(verdict) else { return nil }
        return count == total ? verdict.description : "\(count) \(verdict)"
      }
      let remark = notable.isEmpty ? "" : "  " + notable.joined(separator: ", ")
      return pad(row.resource + row.namespace, width) + "  " + left(total) + "  " + row.writer
        + remark
    }
  }

  private static func isSecret(_ resource: String) -> Bool { resource == "secrets" }

  /// What goes without saying.
  private static func isPlain(_ verdict: Verdict) -> Bool {
    verdict == .plaintext || verdict == .encrypted || verdict == .current
  }

  private static func history(_ report: CensusReport) -> [String] {
    var counts: [String: [String: Int]] = [:]
    for group in report.groups where group.supersededCount > 0 {
      let writer = writer(group.provider, group.keyName)
      counts[Console.label(group.resource), default: [:]][writer, default: 0] +=
        group.supersededCount
    }
    for (resource, count) in report.tombstonesByResource {
      counts[Console.label(resource), default: [:]]["deletions"] = count
    }
    let width = min(counts.keys.map(\.count).max() ?? 0, 48)
    return counts.sorted { $0.key < $1.key }.flatMap { resource, writers in
      writers.sorted { $0.key < $1.key }.map { writer, count in
        pad(resource, width) + "  " + left(count) + "  " + writer
      }
    }
  }

  private static func kmsKeys(_ report: CensusReport) -> [String] {
    report.kmsKeys.map { key in
      let state = key.isCurrent ? "  writes now" : ""
      let annotations = key.annotations.map { "  " + Console.label($0) }.joined()
      return "\(Console.label(key.name))  \(Console.label(key.keyID))\(state)\(annotations)"
    }
  }

  private static func freeSpace(_ report: CensusReport) -> [String] {
    var lines: [String] = []
    for (resource, count) in report.remnants.plaintextByResource.sorted(by: { $0.key < $1.key }) {
      lines.append("\(left(count))  PLAINTEXT  \(Console.label(resource))")
    }
    for (kind, count) in report.remnants.piecesByKind.sorted(by: { $0.key < $1.key }) {
      lines.append("\(left(count))  PLAINTEXT  pieces of kind \(Console.label(kind))")
    }
    let encrypted = report.remnants.encryptedByResource.values.reduce(0, +)
    if encrypted > 0 { lines.append("\(left(encrypted))  encrypted") }
    return lines
  }

  private static func keys(_ uses: [KeyUse]) -> [String] {
    let names = uses.map { writer($0.provider, $0.name) }
    let width = min(names.map(\.count).max() ?? 0, 48)
    return zip(uses, names).map { use, name in
      var line = pad(name, width) + "  " + left(use.liveCount) + " live, "
      line += "\(use.supersededCount) superseded"
      if use.isWriting { line += "  writes" }
      if !use.isNeeded { line += "  nothing here needs it" }
      return line
    }
  }

  private static func toDo(_ findings: SnapshotFindings) -> [String] {
    findings.findings.flatMap { finding in
      var lines = ["\(finding.count): \(finding.message)"]
      lines += finding.keys.prefix(shownNames).map { "  " + Console.label($0) }
      let rest = finding.count - min(finding.keys.count, shownNames)
      if rest > 0, !finding.keys.isEmpty { lines.append("  and \(rest) more") }
      return lines
    }
  }

  private static func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(width - text.count, 0))
  }

  private static func left(_ count: Int) -> String {
    String(repeating: " ", count: max(7 - String(count).count, 0)) + String(count)
  }
}
