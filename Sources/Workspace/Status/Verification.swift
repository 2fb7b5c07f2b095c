internal import Envelope
internal import Manifest
public import YAMLSource

/// What a manifest must be like: every Secret sealed and in order.
public enum Verification {
  /// Something that is not as it must be.
  public struct Finding: Sendable {
    /// What, for programs.
    public let code: String
    /// What, for people.
    public let message: String
    /// Which Secret; nil when it is about the file.
    public let unit: String?
    /// Where; nil when it is about the file.
    public let position: SourcePosition?
  }

  /// What is said of temporary files.
  static let leftover = "left behind by an interrupted run, and may hold plaintext; remove it"

  /// What is wrong with a manifest.
  public static func findings(in status: ManifestStatus) -> [Finding] {
    if status.isLeftover {
      return [Finding(code: "leftover", message: leftover, unit: nil, position: nil)]
    }
    guard status.skipped == nil else { return [] }
    if let sops = status.sops {
      return sops.problems.map { problem in
        Finding(
          code: problem.code, message: problem.message, unit: SOPSText.identity.label,
          position: problem.position)
      }
    }
    return status.units.flatMap { unit in
      var findings = unit.problems.map { problem in
        Finding(
          code: problem.code.description, message: problem.message, unit: unit.label,
          position: problem.position)
      }
      if !unit.isSealed, !unit.entries.isEmpty {
        findings.append(
          Finding(
            code: "notSealed", message: "not sealed: its values are plaintext", unit: unit.label,
            position: unit.position))
      }
      return findings
    }
  }
}
