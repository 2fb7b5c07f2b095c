internal import Envelope
internal import Findings
internal import Manifest
internal import Platform
internal import Workspace
internal import YAMLSource

/// What a policy lets be done with a key-encryption key.
enum KEKState {
  /// Nil for other recipients, and for keys that it does not list.
  static func of(_ recipient: RecipientDescription, by policy: Policy?) -> ListedKEK.State? {
    guard recipient.kind == .kek else { return nil }
    return policy?.kek(recipient.text)?.entry.state
  }
}

/// The state of a manifest for people.
enum StatusText {
  /// - Parameters:
  ///   - policy: What tells the state of key-encryption keys.
  ///   - judge: What tells the age of keys.
  ///   - findings: What is not as the policy says.
  static func text(
    _ status: ManifestStatus, by policy: Policy?, _ judge: PolicyJudge, _ findings: [Finding]
  ) -> String {
    let path = status.path == "-" ? "standard input" : escapedForTerminal(status.path)
    let sops = status.sops.map {
      SOPSStatusText.text($0, path: path, skipped: status.skipped)
    }
    return (sops ?? "")
      + status.units.map { unit in
        text(
          unit, by: policy, path: path,
          skipped: status.skipped, age: unit.envelope.map { judge.age(of: $0) })
      }.joined() + findings.map { "  policy      \(escapedForTerminal($0.message))\n" }.joined()
  }

  /// "x.yaml: skipped: ...", without a line break.
  static func skipped(_ path: String, _ reason: String) -> String {
    "\(escapedForTerminal(path)): skipped: \(reason)"
  }

  private static func text(
    _ unit: UnitStatus, by policy: Policy?, path: String, skipped: String?, age: KeyAge?
  ) -> String {
    var lines = ["\(path):\(unit.position.line)  \(escapedForTerminal(unit.label))"]
    if let envelope = unit.envelope {
      let count = unit.entries.count { $0.state == .sealed }
      lines.append(
        "  sealed      \(envelope.cipher.rawValue), scope \(envelope.scope.rawValue), "
          + Plural.of(count, "value"))
      lines.append(
        "  data key    of \(envelope.made.text.prefix(10))\(age.map { ", " + describe($0) } ?? "")")
      for line in envelope.recipients { lines.append("  recipient   \(describe(line, policy))") }
      for signature in unit.signatures {
        lines.append(
          "  signature   \(signature.verifier.text)\(signature.isValid ? "" : " (does not hold)")")
      }
    } else if !unit.isSealed {
      lines.append(
        unit.entries.isEmpty ? "  empty       nothing to seal" : "  PLAINTEXT   not sealed")
    }
    if let skipped { lines.append("  skipped     \(skipped)") }
    for problem in unit.problems {
      lines.append(
        "  problem     \(problem.position.line):\(problem.position.column): "
          + escapedForTerminal(problem.message))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func describe(_ age: KeyAge) -> String {
    switch age {
    case .days(let count): "\(Plural.of(count, "day")) old"
    case .future: "which lies in the future"
    case .noDay: "which is no day"
    }
  }

  private static func describe(_ line: RecipientLine, _ policy: Policy?) -> String {
    let text = AgeRecipientText.decode(line.recipient.text)
    let shown = text.utf8.count > 76 ? text.prefix(72) + "..." : text[...]
    let name = line.recipient.name.map { "\($0)  " } ?? ""
    guard line.recipient.kind == .kek else { return "\(name)\(shown)" }
    let state = KEKState.of(line.recipient, by: policy)
    return "\(name)kek \(shown)"
      + (state.map { $0 == .current ? "" : " (\($0.rawValue))" } ?? "")
  }
}

/// The state of a manifest for programs.
enum StatusJSON {
  static func value(
    _ status: ManifestStatus, by policy: Policy?, _ findings: [Finding]
  ) -> JSONValue {
    .object([
      ("file", .string(status.path)),
      ("error", status.error.map { ErrorJSON.value($0) } ?? .null),
      ("skipped", .optional(status.skipped)), ("leftover", .bool(status.isLeftover)),
      ("units", .array(status.units.map { unit($0, policy) })),
      ("sops", status.sops.map { SOPSStatusJSON.value($0) } ?? .null),
      ("policy", .array(findings.map { FindingsJSON.value($0) })),
    ])
  }

  private static func unit(_ unit: UnitStatus, _ policy: Policy?) -> JSONValue {
    .object([
      ("unit", .string(unit.label)), ("namespace", .string(unit.identity.namespace)),
      ("name", .string(unit.identity.name)), ("type", .string(unit.typeName)),
      ("line", .number(unit.position.line)), ("column", .number(unit.position.column)),
      ("sealed", .bool(unit.isSealed)),
      ("cipher", .optional(unit.envelope?.cipher.rawValue)),
      ("scope", .optional(unit.envelope?.scope.rawValue)),
      ("made", .optional(unit.envelope?.made.text)),
      ("recipients", .array(unit.envelope?.recipients.map { recipient($0, policy) } ?? [])),
      ("entries", .array(unit.entries.map(entry))),
      ("signatures", .array(unit.signatures.map(signature))),
      ("problems", .array(unit.problems.map(problem))),
    ])
  }

  private static func recipient(_ line: RecipientLine, _ policy: Policy?) -> JSONValue {
    .object([
      ("kind", .string(line.recipient.kind.rawValue)),
      ("recipient", .string(AgeRecipientText.decode(line.recipient.text))),
      ("name", .optional(line.recipient.name)),
      ("state", .optional(KEKState.of(line.recipient, by: policy)?.rawValue)),
    ])
  }

  private static func entry(_ entry: EntryStatus) -> JSONValue {
    .object([
      ("name", .string(entry.name)), ("state", .string(entry.state.rawValue)),
      ("line", .number(entry.position.line)), ("column", .number(entry.position.column)),
    ])
  }

  private static func signature(_ signature: SignatureStatus) -> JSONValue {
    .object([
      ("key", .string(signature.verifier.text)), ("valid", .bool(signature.isValid)),
    ])
  }

  static func problem(_ problem: UnitProblem) -> JSONValue {
    .object([
      ("code", .string(problem.code.description)), ("message", .string(problem.message)),
      ("line", .number(problem.position.line)), ("column", .number(problem.position.column)),
    ])
  }
}
