public import ControlPlane
public import Findings

/// What stands behind a cell of the matrix.
public struct LinkEvidence: Sendable, Hashable {
  /// What is set, to what: "--etcd-cafile=/etc/kubernetes/pki/etcd/ca.crt".
  public let text: String
  /// Where; nil for a default.
  public let place: Place?

  /// Makes one.
  public init(_ text: String, at place: Place?) {
    self.text = withoutPasswords(text)
    self.place = place
  }

  /// What a component is set to.
  public init(_ setting: Setting) {
    self.init(
      setting.isDefault ? setting.name : "\(setting.name)=\(setting.value)", at: setting.place)
  }

  /// "--etcd-cafile=/pki/ca.crt (node/etc/kubernetes/manifests/kube-apiserver.yaml:19:7)".
  public var label: String { place.map { "\(text) (\($0.label))" } ?? text }
}

/// One property of a link.
public struct LinkCell: Sendable {
  /// How good it is.
  public enum State: String, Sendable {
    /// As it should be.
    case good
    /// There, but not as it should be.
    case weak
    /// Not there.
    case bad
    /// What is at hand does not say.
    case unknown
    /// The link has no such property.
    case none
  }

  /// How good it is.
  public var state: State
  /// A word or two: "yes", "by etcd-ca", "1.2".
  public var text: String
  /// What it rests on.
  public var evidence: [LinkEvidence]
  /// What to do about it.
  public var findings: [Finding]

  /// Makes one.
  public init(
    _ state: State, _ text: String, _ evidence: [LinkEvidence] = [], findings: [Finding] = []
  ) {
    self.state = state
    self.text = text
    self.evidence = evidence
    self.findings = findings
  }

  /// The link has no such property.
  public static let none = LinkCell(.none, "-")

  /// What is at hand does not say.
  public static func unknown(_ why: String, _ evidence: [LinkEvidence] = []) -> LinkCell {
    LinkCell(.unknown, "unknown", [LinkEvidence(why, at: nil)] + evidence)
  }
}
