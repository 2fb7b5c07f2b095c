public import Findings

extension TransportRules {
  static let keys: [Rule] = [
    weakKey, keyMismatch, keyInconsistent, keyUnreadable, keyMissing, sharedKey,
    serviceAccountKeys, authorityKey, authorityKeyAbsent,
  ]

  /// `tls/weak-key`.
  public static let weakKey = Rule(
    "tls/weak-key", .high, "A certificate's key is too weak",
    why: "RSA below 2,048 bits, curves below 224 and DSA can be broken, or soon will be.",
    fix: "Make a new key, RSA with 2,048 bits or more or P-256, and a certificate for it.")

  /// `tls/key-mismatch`.
  public static let keyMismatch = Rule(
    "tls/key-mismatch", .critical, "A private key is not the certificate's",
    why: "The component that loads both does not start, or cannot finish a handshake.",
    fix: "Put the key beside it that the certificate was made for, or renew both.")

  /// `tls/key-inconsistent`.
  public static let keyInconsistent = Rule(
    "tls/key-inconsistent", .critical, "A private key does not belong to its own public part",
    why: "What it signs nobody can verify: the file was damaged or put together.",
    fix: "Restore the file, or renew key and certificate.")

  /// `tls/key-unreadable`.
  public static let keyUnreadable = Rule(
    "tls/key-unreadable", .medium, "A private key is encrypted or cannot be read",
    why: "Kubernetes' components cannot ask for a password, so they cannot use it.",
    fix: "Give its password with --password-file to have it checked, or write the key anew.")

  /// `tls/key-missing`.
  public static let keyMissing = Rule(
    "tls/key-missing", .medium, "A certificate has no private key beside it",
    why: "The component that shows the certificate needs its key.",
    fix: "Put the key where the component looks for it, or take the certificate away.")

  /// `tls/shared-key`.
  public static let sharedKey = Rule(
    "tls/shared-key", .high, "Certificates of different subjects have the same key",
    why: "Who gets hold of one key is then all of them at once.",
    fix: "Make a key of its own for each.")

  /// `tls/service-account-keys`.
  public static let serviceAccountKeys = Rule(
    "tls/service-account-keys", .critical,
    "The keys of service accounts are no pair",
    why:
      "Tokens that the controller manager or API server signs are then refused, and pods lose the API.",
    fix:
      "Give --service-account-key-file the public part of --service-account-signing-key-file.",
    controls: [.cis("1.2.22"), .cis("1.3.4"), .kubernetes(104)])

  /// `tls/ca-key-present`.
  public static let authorityKey = Rule(
    "tls/ca-key-present", .info, "A certificate authority's private key is here",
    why: "Who reads it can make a certificate for any user, up to the cluster's administrator.",
    fix: "Keep it off the nodes (external CA mode) where certificates are issued elsewhere.",
    controls: [.checklist("The root certificate is protected"), .kubernetes(134)])

  /// `tls/ca-key-absent`.
  public static let authorityKeyAbsent = Rule(
    "tls/ca-key-absent", .info, "The cluster authority's private key is not here",
    why:
      "This is kubeadm's external CA mode: nothing here can renew certificates, and kubelets' requests are signed elsewhere.",
    fix: "Renew in time where the key is.", controls: [.kubernetes(134)])
}
