internal import Platform

/// A file that decides what a node runs, or whom a client trusts: who may write to it matters as much
/// as with keys.
struct ConfigurationFile: Sendable {
  /// What it configures.
  enum Kind: Sendable {
    /// A component of the control plane, as the kubelet starts it.
    case staticPod
    /// A kubelet.
    case kubelet
    /// A client.
    case kubeconfig
  }

  let kind: Kind
  let file: String
  let permissions: UInt32
  let owner: UInt32
  /// Whether a token or password stands in it.
  let hasCredential: Bool

  init(_ kind: Kind, _ file: String, _ identity: FileIdentity, hasCredential: Bool = false) {
    self.kind = kind
    self.file = file
    permissions = identity.permissions
    owner = identity.owner
    self.hasCredential = hasCredential
  }
}
