internal import ArgumentParser
internal import Envelope
internal import Findings
internal import Manifest
internal import Platform
internal import Workspace
internal import YAMLSource

/// `sealwax policy explain`.
struct PolicyExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say which rule of the policy is about a path, why, and what it comes to.",
    discussion: """
      There need be no file at the path yet.

      EXAMPLES
        sealwax policy explain secrets/prod/db.yaml
        sealwax policy explain --json secrets/*.yaml | jq '.[].recipients[].name'
      """)

  @Argument(help: "Paths of manifests.", completion: .file())
  var paths: [String]

  @Flag(help: "Report as JSON on standard output.")
  var json = false

  func run() throws {
    let policies = PolicyFinder()
    var output = json ? JSONArrayOutput() : nil
    for path in paths {
      let explanation = try PolicyExplanation(path, policies: policies)
      if json {
        try output?.append(Self.json(explanation))
      } else {
        try Console.print(Self.text(explanation))
      }
    }
    try output?.close()
  }

  private static func text(_ explanation: PolicyExplanation) -> String {
    var lines = [escapedForTerminal(explanation.path)]
    if let policy = explanation.policy {
      lines.append("  policy      \(escapedForTerminal(policy))")
    }
    for policy in explanation.around {
      lines.append("  around      \(escapedForTerminal(policy.path))")
    }
    switch explanation.outcome {
    case .noPolicy: lines.append("  no policy in or above its folder")
    case .noRule: lines.append("  no rule is about it: encrypt refuses it")
    case .ignored(let pattern, let position):
      lines.append("  ignored     line \(position.line), by '\(escapedForTerminal(pattern))'")
    case .rule(let expectation, let pattern):
      let line = expectation.rule.position.line
      lines.append("  rule        line \(line), by '\(escapedForTerminal(pattern))'")
      for recipient in expectation.recipients {
        let name = recipient.name.map { "\($0)  " } ?? ""
        lines.append(
          "  recipient   \(name)\(AgeRecipientText.decode(recipient.text))"
            + place(expectation.origins[recipient.key]))
      }
      if expectation.lacksKEKs {
        lines.append("  recipient   key-encryption keys whose files are not at hand")
      }
      lines.append("  cipher      \(expectation.cipher.rawValue)")
      lines.append("  scope       \(expectation.scope.rawValue)")
      for signer in expectation.signers {
        lines.append("  signer      \(signer.text)" + place(expectation.signerOrigins[signer]))
      }
      if let days = expectation.maximumKeyAge {
        lines.append("  key age     at most \(Plural.of(days, "day"))")
      }
      if let days = expectation.maximumKEKAge {
        lines.append("  kek age     at most \(Plural.of(days, "day"))")
      }
      for (recipient, origin) in explanation.forbidden {
        let name = recipient.name.map { "\($0)  " } ?? ""
        lines.append(
          "  forbidden   \(name)\(AgeRecipientText.decode(recipient.text))" + place(origin))
      }
      for fields in expectation.rule.fields {
        let rule = fields.rule
        lines.append(
          "  fields      line \(fields.position.line), of \(escapedForTerminal(rule.kind)) "
            + "(\(escapedForTerminal(rule.apiVersion))): "
            + rule.patterns.map(\.text).joined(separator: ", "))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The file and the line in parentheses.
  private static func place(_ origin: PolicyOrigin?) -> String {
    origin.map { "  (\(escapedForTerminal($0.path)):\($0.position.line))" } ?? ""
  }

  private static func json(
    _ recipient: RecipientDescription, _ origin: PolicyOrigin?
  ) -> JSONValue {
    .object([
      ("kind", .string(recipient.kind.rawValue)),
      ("recipient", .string(AgeRecipientText.decode(recipient.text))),
      ("name", .optional(recipient.name)), ("file", .optional(origin?.path)),
      ("line", origin.map { .number($0.position.line) } ?? .null),
    ])
  }

  private static func json(_ explanation: PolicyExplanation) -> JSONValue {
    var fields: [(String, JSONValue)] = [
      ("path", .string(explanation.path)), ("policy", .optional(explanation.policy)),
      ("around", .array(explanation.around.map { .string($0.path) })),
    ]
    switch explanation.outcome {
    case .noPolicy: fields.append(("outcome", .string("no-policy")))
    case .noRule: fields.append(("outcome", .string("no-rule")))
    case .ignored(let pattern, let position):
      fields += [
        ("outcome", .string("ignored")), ("pattern", .string(pattern)),
        ("line", .number(position.line)),
      ]
    case .rule(let expectation, let pattern):
      fields += [
        ("outcome", .string("rule")), ("pattern", .string(pattern)),
        ("line", .number(expectation.rule.position.line)),
        (
          "recipients",
          .array(
            expectation.recipients.map { json($0, expectation.origins[$0.key]) })
        ), ("cipher", .string(expectation.cipher.rawValue)),
        ("scope", .string(expectation.scope.rawValue)),
        (
          "signers",
          .array(
            expectation.signers.map { signer in
              let origin = expectation.signerOrigins[signer]
              return .object([
                ("key", .string(signer.text)), ("file", .optional(origin?.path)),
                ("line", origin.map { .number($0.position.line) } ?? .null),
              ])
            })
        ), ("maxKeyAge", expectation.maximumKeyAge.map { .number($0) } ?? .null),
        ("maxKEKAge", expectation.maximumKEKAge.map { .number($0) } ?? .null),
        ("forbidden", .array(explanation.forbidden.map { json($0.recipient, $0.origin) })),
        (
          "fields",
          .array(
            expectation.rule.fields.map { fields in
              .object([
                ("apiVersion", .string(fields.rule.apiVersion)),
                ("kind", .string(fields.rule.kind)),
                ("paths", .array(fields.rule.patterns.map { .string($0.text) })),
                ("line", .number(fields.position.line)),
              ])
            })
        ),
      ]
    }
    return .object(fields)
  }
}
