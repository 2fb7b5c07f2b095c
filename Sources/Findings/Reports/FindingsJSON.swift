/// Findings for programs.
public enum FindingsJSON {
  /// A finding with all that its rule says.
  public static func value(_ finding: Finding) -> JSONValue {
    .object([
      ("rule", .string(finding.rule.id)), ("severity", .string(finding.rule.severity.rawValue)),
      ("message", .string(finding.message)), ("title", .string(finding.rule.title)),
      ("file", .optional(finding.file)), ("line", finding.line.map { .number($0) } ?? .null),
      ("column", finding.column.map { .number($0) } ?? .null),
      ("why", .string(finding.rule.why)), ("fix", .string(finding.rule.fix)),
      ("controls", controls(finding.rule)), ("suppressed", suppression(finding.suppression)),
    ])
  }

  /// What keeps a finding from counting, or null.
  public static func suppression(_ suppression: Suppression?) -> JSONValue {
    suppression.map { suppression in
      .object([
        ("reason", .string(suppression.reason)),
        ("expires", .string(suppression.expires.description)),
        ("policy", .string(suppression.policy)), ("line", .number(suppression.line)),
      ])
    } ?? .null
  }

  /// A rule.
  public static func value(_ rule: Rule) -> JSONValue {
    .object([
      ("id", .string(rule.id)), ("severity", .string(rule.severity.rawValue)),
      ("title", .string(rule.title)), ("why", .string(rule.why)), ("fix", .string(rule.fix)),
      ("controls", controls(rule)),
    ])
  }

  /// What a rule says, for a finding of it.
  public static func fields(_ rule: Rule) -> [(String, JSONValue)] {
    [
      ("rule", .string(rule.id)), ("severity", .string(rule.severity.rawValue)),
      ("why", .string(rule.why)), ("fix", .string(rule.fix)), ("controls", controls(rule)),
    ]
  }

  private static func controls(_ rule: Rule) -> JSONValue {
    .array(
      rule.controls.map { control in
        .object([("source", .string(control.source.rawValue)), ("id", .string(control.id))])
      })
  }
}
