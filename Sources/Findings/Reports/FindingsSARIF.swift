/// SARIF 2.1.0 (OASIS), for code scanning.
public enum FindingsSARIF {
  /// The whole text.
  ///
  /// - Parameter version: The version of the program that found them.
  public static func text(_ findings: [Finding], version: String) -> String {
    var rules: [Rule] = []
    for finding in findings where !rules.contains(finding.rule) { rules.append(finding.rule) }
    let log = JSONValue.object([
      ("$schema", .string("https://json.schemastore.org/sarif-2.1.0.json")),
      ("version", .string("2.1.0")),
      (
        "runs",
        .array([
          .object([
            (
              "tool",
              .object([
                (
                  "driver",
                  .object([
                    ("name", .string("sealwax")),
                    ("version", .string(version)),
                    ("rules", .array(rules.map(descriptor))),
                  ])
                )
              ])
            ),
            (
              "results",
              .array(findings.map { result($0, rules.firstIndex(of: $0.rule) ?? 0) })
            ),
          ])
        ])
      ),
    ])
    return log.text() + "\n"
  }

  private static func descriptor(_ rule: Rule) -> JSONValue {
    .object([
      ("id", .string(rule.id)),
      ("shortDescription", .object([("text", .string(rule.title))])),
      ("fullDescription", .object([("text", .string(rule.why))])),
      ("help", .object([("text", .string(rule.fix))])),
      ("defaultConfiguration", .object([("level", .string(level(rule.severity)))])),
      (
        "properties",
        .object([
          ("severity", .string(rule.severity.rawValue)),
          ("tags", .array(rule.controls.map { .string($0.label) })),
        ])
      ),
    ])
  }

  private static func result(_ finding: Finding, _ index: Int) -> JSONValue {
    var fields: [(String, JSONValue)] = [
      ("ruleId", .string(finding.rule.id)), ("ruleIndex", .number(index)),
      ("level", .string(level(finding.rule.severity))),
      ("message", .object([("text", .string(finding.message))])),
    ]
    if let file = finding.file, file != "-" {
      var location: [(String, JSONValue)] = [
        ("artifactLocation", .object([("uri", .string(uri(file)))]))
      ]
      if let line = finding.line {
        location.append(
          (
            "region",
            .object([
              ("startLine", .number(line)), ("startColumn", .number(finding.column ?? 1)),
            ])
          ))
      }
      fields.append(
        ("locations", .array([.object([("physicalLocation", .object(location))])])))
    }
    if let suppression = finding.suppression {
      let reason = "until \(suppression.expires): \(suppression.reason)"
      fields.append(
        (
          "suppressions",
          .array([.object([("kind", .string("external")), ("justification", .string(reason))])])
        ))
    }
    return .object(fields)
  }

  private static func level(_ severity: Severity) -> String {
    switch severity {
    case .critical, .high: "error"
    case .medium: "warning"
    case .low, .info: "note"
    }
  }

  /// A path as a relative reference (RFC 3986).
  private static func uri(_ path: String) -> String {
    var result = path.hasPrefix("/") ? "file://" : ""
    for byte in path.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x2f, 0x5f, 0x7e:
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result += "%" + (digits.count < 2 ? "0" : "") + digits
      }
    }
    return result
  }
}
