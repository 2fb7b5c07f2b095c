/// A control of a published benchmark or checklist.
public struct Control: Sendable, Hashable {
  /// Where the control is from, with its version.
  public enum Source: String, Sendable {
    /// CIS Kubernetes Benchmark 1.12; the numbers move between versions.
    case cis = "CIS Kubernetes Benchmark 1.12"
    /// NSA/CISA Kubernetes Hardening Guidance, numbered as in trivy-checks.
    case nsa = "NSA/CISA Hardening Guidance"
    /// Kubernetes' Security Checklist.
    case checklist = "Kubernetes Security Checklist"
    /// A statement of the Kubernetes documentation, numbered by this project.
    case kubernetes = "Kubernetes documentation"
  }

  /// Where it is from.
  public let source: Source
  /// Its number or name there.
  public let id: String

  /// A control of the CIS benchmark.
  public static func cis(_ id: String) -> Control { Control(source: .cis, id: id) }
  /// A control of the NSA/CISA guidance.
  public static func nsa(_ id: String) -> Control { Control(source: .nsa, id: id) }
  /// An item of the Security Checklist.
  public static func checklist(_ id: String) -> Control { Control(source: .checklist, id: id) }
  /// Statements of the documentation.
  public static func kubernetes(_ number: Int) -> Control {
    Control(source: .kubernetes, id: "K8S-\(number)")
  }

  /// For people: "CIS Kubernetes Benchmark 1.12: 1.2.28".
  public var label: String { "\(source.rawValue): \(id)" }
}

/// What an audit looks for.
public struct Rule: Sendable, Hashable {
  /// Its name, stable: `at-rest/identity-first`.
  public let id: String
  /// How bad it is.
  public let severity: Severity
  /// What it says, in a few words.
  public let title: String
  /// Why it matters.
  public let why: String
  /// What to do about it.
  public let fix: String
  /// The controls that ask for it.
  public let controls: [Control]

  /// Makes one.
  public init(
    _ id: String, _ severity: Severity, _ title: String, why: String, fix: String,
    controls: [Control] = []
  ) {
    self.id = id
    self.severity = severity
    self.title = title
    self.why = why
    self.fix = fix
    self.controls = controls
  }
}
