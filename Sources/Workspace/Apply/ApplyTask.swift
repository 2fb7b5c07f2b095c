internal import CryptoCore
public import Envelope
public import Findings
internal import Manifest
internal import Platform
public import SOPSFormat

/// Opens manifests for a cluster: none is let through that the policy is against.
public struct ApplyTask: ManifestTask {
  private let opening: OpenTask
  private let judge: PolicyJudge?
  private let today: CalendarDate
  private let inspector = SOPSInspector(keys: nil, needsSignature: false)

  /// - Parameters:
  ///   - opening: what opens them.
  ///   - asksPolicy: whether the policy has a say.
  ///   - today: the day, in UTC, to tell the age of data keys.
  public init(_ opening: OpenTask, asksPolicy: Bool, today: CalendarDate) {
    self.opening = opening
    self.today = today
    judge = asksPolicy ? PolicyJudge(today: today) : nil
  }

  public func warning(
    for item: InputItem, outputPath: String?, output: borrowing ManifestOutput
  ) -> String? {
    opening.warning(for: item, outputPath: outputPath, output: output)
  }

  public func run(
    _ source: Span<UInt8>, item: InputItem, outputPath: String?, sealer: inout ManifestSealer
  ) throws(WorkspaceError) -> ManifestOutput {
    let name = PathParts(item.path).name
    guard !ApplyTask.kustomizations.contains(name) else {
      let folder = PathParts(item.path).folder
      throw WorkspaceError(
        .usage, "it tells kustomize how to put manifests together, and is none itself",
        path: item.path,
        hints: ["kubectl kustomize \(escapedForTerminal(folder)) | sealwax apply -"])
    }
    if let judge { try check(status(of: source, item, try judge.fields(for: item.path))) }
    return try opening.run(source, item: item, outputPath: outputPath, sealer: &sealer)
  }

  public func run(
    _ file: SOPSFile, source: Span<UInt8>, item: InputItem, outputPath: String?
  ) throws(WorkspaceError) -> ManifestOutput {
    try check(
      ManifestStatus(
        path: item.path, units: [], sops: inspector.status(of: file, path: item.path), error: nil,
        skipped: nil))
    return try opening.run(file, source: source, item: item, outputPath: outputPath)
  }

  /// The names that kustomize looks for.
  private static let kustomizations: Set<String> = [
    "kustomization.yaml", "kustomization.yml", "Kustomization",
  ]

  private func status(
    of source: Span<UInt8>, _ item: InputItem, _ fields: FieldChoice
  ) throws(WorkspaceError) -> ManifestStatus {
    do {
      return ManifestStatus(
        path: item.path, units: try ManifestInspector.inspect(source, fields: fields), error: nil,
        skipped: nil)
    } catch { throw WorkspaceError(error, path: item.path) }
  }

  private func check(_ status: ManifestStatus) throws(WorkspaceError) {
    guard let judge else { return }
    var findings = try judge.findings(for: status)
    guard !findings.isEmpty, try judge.policy(for: status.path) != nil else { return }
    var suppressor = FindingSuppressor(knownRules: PolicyRules.all, today: today)
    findings = suppressor.apply(to: findings).filter { $0.suppression == nil }
    guard let finding = findings.max(by: { $0.rule.severity < $1.rule.severity }) else { return }
    let others = findings.count - 1
    throw WorkspaceError(
      .malformed, "the policy is against it: \(finding.message) (\(finding.rule.id))",
      path: status.path,
      hints: [finding.rule.fix]
        + (others > 0 ? ["'sealwax policy check' has \(others) more"] : [])
        + ["--ignore-policy applies it all the same"])
  }
}
