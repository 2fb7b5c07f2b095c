internal import ArgumentParser
internal import EncryptionAtRest
internal import EtcdSnapshot
internal import Findings
internal import SecretScan
internal import TransportSecurity
internal import Workspace

/// `sealwax audit`.
struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "What audits look for.",
    discussion: """
      The audits are 'policy check', 'git precommit', 'leaks', 'at-rest check', 'at-rest snapshot', \
      and those of 'tls'.

      EXAMPLES
        sealwax audit rules
        sealwax audit rules --json | jq -r '.[].id'
      """, subcommands: [RulesCommand.self])
}

/// `sealwax audit rules`.
struct RulesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules",
    abstract: "List every rule with its severity, reason, remedy and controls.",
    discussion: """
      EXAMPLES
        sealwax audit rules
        sealwax audit rules --json | jq -r '.[] | [.id, .severity] | @tsv'
        sealwax audit rules --markdown > docs/rules.md
      """)

  @Flag(help: "As JSON.")
  var json = false

  @Flag(help: "As the page docs/rules.md.")
  var markdown = false

  func run() throws {
    guard !json || !markdown else {
      throw WorkspaceError(.usage, "--json and --markdown exclude each other")
    }
    if json {
      var output = JSONArrayOutput()
      for rule in Self.all { try output.append(FindingsJSON.value(rule)) }
      return try output.close()
    }
    try Console.print(markdown ? Self.page : Self.list)
  }

  static let all: [Rule] =
    AtRestRules.all + SnapshotRules.all + TransportRules.all + CoverageRules.all + ProbeRules.all
    + ScanRules.all + LeakRules.all + PolicyRules.all + SuppressionRules.all

  private static var list: String {
    all.map { rule in
      let lines =
        ["\(rule.id) (\(rule.severity.rawValue))"]
        + FindingsText.wrapped(rule.title + ".", first: 2, others: 2) + FindingsText.details(rule)
      return lines.joined(separator: "\n") + "\n"
    }.joined(separator: "\n")
  }

  private static var page: String {
    var page = """
      # Rules

      What audits look for; written by `sealwax audit rules --markdown`. Severities, from the worst: critical, high, medium, low, info.


      """
    for rule in all {
      page += "## `\(rule.id)`\n\n**\(rule.title)** (\(rule.severity.rawValue)). \(rule.why)\n\n"
      page += "Fix: \(rule.fix)\n\n"
      if !rule.controls.isEmpty {
        page += rule.controls.map { "- \($0.label)\n" }.joined() + "\n"
      }
    }
    return String(page.dropLast())
  }
}
