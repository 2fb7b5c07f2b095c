internal import ArgumentParser
internal import Envelope
internal import Findings
internal import Platform
internal import Workspace
internal import YAMLSource

/// `sealwax verify`.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check that everything is sealed and unchanged. No key needed.",
    discussion: """
      Without a key: every Secret is sealed, nothing stands in plaintext beside ciphertext, no entry \
      was added, removed or changed since the seal was made, and signatures hold. This finds \
      mistakes; only a key (--identity) or a signature (--require-signature) proves that nobody \
      tampered. Of SOPS files only the structure shows without a key. Exit status 1 when something is wrong.

      EXAMPLES
        sealwax verify secrets/
        sealwax verify --identity ci.txt secrets/
        sealwax verify --require-signature --signer sealwaxsig1... secrets/
      """)

  @Argument(
    help: "Manifests, folders, patterns, or '-'; this folder when left out.", completion: .file())
  var paths: [String] = ["."]

  @OptionGroup(title: "Signatures") var signatures: SignatureOptions
  @OptionGroup(title: "Identities") var identities: IdentityOptions
  @OptionGroup(title: "Report") var report: ReportOptions

  func run() throws {
    let inputs = try InputPaths(paths)
    try StandardInputUse.check(paths, identities.standardInputUses)
    let scan = StatusScan(
      ring: identities.identity.isEmpty ? nil : try identities.keyRing(),
      trustedSigners: try signatures.trustedSigners())
    var tally = Tally(report, hasKey: !identities.identity.isEmpty)
    scan.run(inputs) { status in tally.add(status, Verification.findings(in: status)) }
    try tally.finish()
  }
}

/// Counts what was found.
private struct Tally {
  private var json: JSONArrayOutput?
  private var unitCount = 0
  private var sopsCount = 0
  private var findingCount = 0
  private var skippedCount = 0
  private var failure: WorkspaceError?
  private var outputFailure: WorkspaceError?
  private var failedCount = 0
  private let isQuiet: Bool
  private let hasKey: Bool

  init(_ options: ReportOptions, hasKey: Bool) {
    self.hasKey = hasKey
    json = options.json ? JSONArrayOutput() : nil
    isQuiet = options.quiet || options.json
  }

  mutating func add(_ status: ManifestStatus, _ findings: [Verification.Finding]) {
    if let reason = status.skipped {
      skippedCount += 1
      if !isQuiet { Console.note(StatusText.skipped(status.path, reason)) }
    } else {
      unitCount += status.units.count
      if status.sops != nil { sopsCount += 1 }
    }
    findingCount += findings.count
    if let error = status.error {
      if failure == nil { failure = error }
      failedCount += 1
      Console.error(error)
    }
    if json == nil {
      for finding in findings {
        Console.error(
          WorkspaceError(
            .malformed, finding.message, path: status.path, position: finding.position,
            unit: finding.unit))
      }
    }
    let isNotable = status.error != nil || status.skipped != nil || !findings.isEmpty
    guard json != nil, !status.isEmpty || isNotable else { return }
    do throws(WorkspaceError) { try json?.append(Self.json(status, findings)) } catch {
      if outputFailure == nil { outputFailure = error }
    }
  }

  private static func json(
    _ status: ManifestStatus, _ findings: [Verification.Finding]
  ) -> JSONValue {
    .object([
      ("file", .string(status.path)),
      ("error", status.error.map { ErrorJSON.value($0) } ?? .null),
      ("skipped", .optional(status.skipped)), ("secrets", .number(status.units.count)),
      ("sops", .bool(status.sops != nil)),
      (
        "findings",
        .array(
          findings.map { finding in
            .object([
              ("code", .string(finding.code)), ("message", .string(finding.message)),
              ("unit", .optional(finding.unit)),
              ("line", finding.position.map { .number($0.line) } ?? .null),
              ("column", finding.position.map { .number($0.column) } ?? .null),
            ])
          })
      ),
    ])
  }

  private var summary: String {
    var parts: [String] = []
    if unitCount + sopsCount == 0, findingCount == 0, failedCount == 0 {
      parts.append("no Secrets there")
    } else {
      if unitCount > 0 || sopsCount == 0 { parts.append(Plural.of(unitCount, "Secret")) }
      if sopsCount > 0 { parts.append(Plural.of(sopsCount, "SOPS file")) }
      parts.append(
        findingCount == 0 && failedCount == 0
          ? "all in order" : Plural.of(findingCount, "finding"))
    }
    if failedCount > 0 { parts.append("\(Plural.of(failedCount, "file")) could not be read") }
    if skippedCount > 0 { parts.append("\(skippedCount) skipped") }
    return parts.joined(separator: ", ")
  }

  func finish() throws {
    if let outputFailure { throw outputFailure }
    try json?.close()
    if !isQuiet {
      Console.note(summary)
      if sopsCount > 0, !hasKey {
        Console.note(
          "of SOPS files only the structure was checked: whether values were changed, added or "
            + "removed, only a key tells (--identity)")
      }
    }
    if let failure { throw ExitCode(ExitStatus.of(failure)) }
    if findingCount > 0 { throw ExitCode(ExitStatus.findings) }
  }
}
