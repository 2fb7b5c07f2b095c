internal import Findings
internal import Platform
internal import Workspace
internal import YAMLSource

/// The state of a SOPS file for people.
enum SOPSStatusText {
  static func text(_ sops: SOPSFileStatus, path: String, skipped: String?) -> String {
    var lines = ["\(path)  SOPS file (\(sops.store))"]
    let plain = sops.plainCount > 0 ? ", \(sops.plainCount) plain by its rule" : ""
    lines.append("  encrypted   \(Plural.of(sops.encryptedCount, "value"))\(plain)")
    lines.append(
      "  rule        \(escapedForTerminal(sops.rule))"
        + (sops.isMACOnlyEncrypted ? ", MAC over encrypted values only" : ""))
    lines.append(
      "  changed     \(sops.lastModified.prefix(10)), by SOPS \(escapedForTerminal(sops.version))")
    let groupCount = Set(sops.recipients.map(\.group)).count
    if groupCount > 1 { lines.append("  groups      \(sops.threshold) of \(groupCount)") }
    for recipient in sops.recipients {
      let group = groupCount > 1 ? " (group \(recipient.group + 1))" : ""
      lines.append("  recipient   \(describe(recipient))\(group)")
    }
    if let skipped { lines.append("  skipped     \(skipped)") }
    for problem in sops.problems {
      let place = problem.position.map { "\($0.line):\($0.column): " } ?? ""
      lines.append("  problem     \(place)\(escapedForTerminal(problem.message))")
    }
    for text in sops.departures { lines.append("  rules       \(escapedForTerminal(text))") }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func describe(_ recipient: SOPSFileStatus.Recipient) -> String {
    let text = escapedForTerminal(recipient.text)
    let shown = text.utf8.count > 76 ? text.prefix(72) + "..." : text[...]
    return recipient.backend == "age" ? String(shown) : "\(recipient.backend) \(shown)"
  }
}

/// The state of a SOPS file for programs.
enum SOPSStatusJSON {
  static func value(_ sops: SOPSFileStatus) -> JSONValue {
    .object([
      ("store", .string(sops.store)), ("version", .string(sops.version)),
      ("changed", .string(sops.lastModified)), ("rule", .string(sops.rule)),
      ("macOnlyEncrypted", .bool(sops.isMACOnlyEncrypted)),
      ("encrypted", .number(sops.encryptedCount)), ("plain", .number(sops.plainCount)),
      ("threshold", .number(sops.threshold)),
      (
        "recipients",
        .array(
          sops.recipients.map { recipient in
            .object([
              ("kind", .string(recipient.backend)), ("recipient", .string(recipient.text)),
              ("group", .number(recipient.group)),
            ])
          })
      ),
      (
        "problems",
        .array(
          sops.problems.map { problem in
            .object([
              ("code", .string(problem.code)), ("message", .string(problem.message)),
              ("line", problem.position.map { .number($0.line) } ?? .null),
              ("column", problem.position.map { .number($0.column) } ?? .null),
            ])
          })
      ), ("rules", .array(sops.departures.map { .string($0) })),
    ])
  }
}
