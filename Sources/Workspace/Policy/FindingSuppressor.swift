public import Findings
internal import Platform
internal import YAMLSource

/// Marks the findings that a policy lets pass.
///
/// The policy of a finding is the outermost one above its file; a file that lies outside of every one
/// (`/etc/kubernetes/...`) and a finding without a file have that of the working folder, whose
/// suppressions count for them when they name no paths.
public struct FindingSuppressor {
  private let knownRules: Set<String>
  private let today: CalendarDate
  private let policies: PolicyFinder
  private var places: [PathKey: Place] = [:]
  private var lookedAt: Set<PathKey> = []
  /// What is wrong with the policies; nothing is suppressed on their word.
  public private(set) var warnings: [WorkspaceError] = []

  private struct Place {
    let policy: Policy?
    /// Nil for a file that lies elsewhere.
    let relativePath: String?
  }

  /// - Parameters:
  ///   - knownRules: The names of all rules; others in a policy are a mistake there.
  ///   - today: The day, in UTC; nil is taken for the end of time, when all have expired.
  public init(knownRules: [Rule], today: CalendarDate?, policies: PolicyFinder = PolicyFinder()) {
    self.knownRules = Set(knownRules.map(\.id))
    self.today = today ?? .distantFuture
    self.policies = policies
  }

  /// The findings, those that do not count marked, and one for each suppression that has expired.
  public mutating func apply(to findings: [Finding]) -> [Finding] {
    var result: [Finding] = []
    var expired: [Suppression] = []
    for finding in findings {
      let matching = accepted(finding)
      if let suppression = matching.first(where: { $0.isInForce(on: today) }) {
        result.append(finding.suppressed(by: suppression))
        continue
      }
      result.append(finding)
      for suppression in matching where !expired.contains(suppression) {
        expired.append(suppression)
      }
    }
    return result
      + expired.map { suppression in
        Finding(
          SuppressionRules.expired,
          "that of \(suppression.rule) counted until \(suppression.expires)",
          file: suppression.policy, line: suppression.line, column: 1)
      }
  }

  private mutating func accepted(_ finding: Finding) -> [Suppression] {
    let place = place(of: finding.file)
    guard let policy = place.policy else { return [] }
    return policy.suppressions.filter { accepted in
      guard accepted.suppression.rule == finding.rule.id else { return false }
      guard !accepted.paths.isEmpty else { return true }
      guard let path = place.relativePath else { return false }
      return accepted.paths.contains { $0.matches(path) }
    }.map(\.suppression)
  }

  private mutating func place(of file: String?) -> Place {
    let file = file ?? "-"
    if let known = places[PathKey(file)] { return known }
    let place = found(file)
    places[PathKey(file)] = place
    if let policy = place.policy, lookedAt.insert(PathKey(policy.path)).inserted {
      look(at: policy)
    }
    return place
  }

  private mutating func found(_ file: String) -> Place {
    do throws(WorkspaceError) {
      if file != "-", let place = try policies.place(of: file) {
        // Whoever can write into a folder must not let pass what is found there.
        let policy = place.policy.outermost
        return Place(
          policy: policy, relativePath: policy.relativePath(of: file) ?? place.relativePath)
      }
      return Place(policy: try policies.policy(inOrAbove: "."), relativePath: nil)
    } catch {
      if !warnings.contains(where: { $0.path == error.path }) {
        warnings.append(error.hinting("no finding is suppressed until it is mended"))
      }
      return Place(policy: nil, relativePath: nil)
    }
  }

  private mutating func look(at policy: Policy) {
    for accepted in policy.suppressions where !knownRules.contains(accepted.suppression.rule) {
      warnings.append(
        WorkspaceError(
          .configuration,
          "there is no rule '\(escapedForTerminal(accepted.suppression.rule))'",
          path: policy.path,
          position: SourcePosition(offset: 0, line: accepted.suppression.line, column: 1),
          hints: ["'sealwax audit rules' lists them"]))
    }
  }
}
