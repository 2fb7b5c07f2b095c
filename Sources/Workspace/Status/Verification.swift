public import Envelope
public import YAMLSource

/// What a sealed manifest must satisfy, checked without a private key.
public struct Verification: Sendable {
  /// Whose signatures count; empty when none is required.
  public let requiredSigners: [SignatureVerifier]

  /// - Parameter requiredSigners: one of them must have signed each sealed Secret; empty when no
  ///   signature is required.
  public init(requiredSigners: [SignatureVerifier] = []) { self.requiredSigners = requiredSigners }

  /// Something that is not as it must be.
  public struct Finding: Sendable {
    /// What, for programs.
    public let code: String
    /// What, for people.
    public let message: String
    /// Which Secret.
    public let unit: String
    /// Where.
    public let position: SourcePosition
  }

  /// What is wrong with a manifest.
  public func findings(in status: ManifestStatus) -> [Finding] {
    status.units.flatMap { unit in
      var findings = unit.problems.map { problem in
        Finding(
          code: problem.code.name, message: problem.message, unit: unit.label,
          position: problem.position)
      }
      if !unit.isSealed, !unit.entries.isEmpty {
        findings.append(
          Finding(
            code: "notSealed", message: "not sealed: its values are plaintext", unit: unit.label,
            position: unit.position))
      }
      if unit.isSealed, !requiredSigners.isEmpty, !isSigned(unit) {
        findings.append(
          Finding(
            code: "missingSignature",
            message: "no signature of a required signer holds", unit: unit.label,
            position: unit.position))
      }
      return findings
    }
  }

  private func isSigned(_ unit: UnitStatus) -> Bool {
    unit.signatures.contains { $0.isValid && requiredSigners.contains($0.verifier) }
  }
}
