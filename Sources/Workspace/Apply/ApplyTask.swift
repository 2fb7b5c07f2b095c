internal import CryptoCore
public import Envelope
public import Findings
internal import Platform

/// Opens manifests for a cluster: none is let through that the policy is against.
public struct ApplyTask: ManifestTask {
  private let opening: OpenTask
  private let judge: PolicyJudge?
  private let today: CalendarDate

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
    try check(source, item)
    return try opening.run(source, item: item, outputPath: outputPath, sealer: &sealer)
  }

  /// The names that kustomize looks for.
  private static let kustomizations: Set<String> = [
    "kustomization.yaml", "kustomization.yml", "Kustomization",
  ]

  private func check(_ source: Span<UInt8>, _ item: InputItem) throws(WorkspaceError) {
    guard let judge else { return }
    let units: [UnitStatus]
    do { units = try ManifestInspector.inspect(source) } catch {
      throw WorkspaceError(error, path: item.path)
    }
    let status = ManifestStatus(path: item.path, units: units, error: nil, skipped: nil)
    var findings = try judge.findings(for: status)
    guard !findings.isEmpty, try judge.policy(for: item.path) != nil else { return }
    var suppressor = FindingSuppressor(knownRules: PolicyRules.all, today: today)
    findings = suppressor.apply(to: findings).filter { $0.suppression == nil }
    guard let finding = findings.max(by: { $0.rule.severity < $1.rule.severity }) else { return }
    let others = findings.count - 1
    throw WorkspaceError(
      .malformed, "the policy is against it: \(finding.message) (\(finding.rule.id))",
      path: item.path,
      hints: [finding.rule.fix]
        + (others > 0 ? ["'sealwax policy check' has \(others) more"] : [])
        + ["--ignore-policy applies it all the same"])
  }
}
