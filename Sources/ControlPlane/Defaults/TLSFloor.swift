/// The oldest protocol and the cipher suites that a component's server takes.
public struct TLSFloor: Sendable, Equatable {
  /// A version of the protocol.
  public enum Version: Int, Sendable, Comparable {
    /// TLS 1.0 (RFC 2246).
    case tls10 = 10
    /// TLS 1.1 (RFC 4346).
    case tls11 = 11
    /// TLS 1.2 (RFC 5246).
    case tls12 = 12
    /// TLS 1.3 (RFC 8446).
    case tls13 = 13

    /// "TLS 1.2".
    public var label: String { "TLS 1.\(rawValue - 10)" }

    public static func < (left: Version, right: Version) -> Bool { left.rawValue < right.rawValue }
  }

  /// The oldest version; nil when the component does not take what is written.
  public let version: Version?
  /// Suites that Kubernetes calls insecure, of those that are named.
  public let insecureSuites: [String]
  /// Names that no suite has: the component does not start.
  public let unknownSuites: [String]
  /// Whether no suites are named, so that Go's own choice counts.
  public let hasDefaultSuites: Bool

  /// Judges what a component of Kubernetes is set to.
  ///
  /// - Parameters:
  ///   - version: `--tls-min-version`; VersionTLS12 where it is empty
  ///     (k8s.io/component-base/cli/flag, ciphersuites_flag.go).
  ///   - suites: `--tls-cipher-suites`.
  public init(kubernetes version: String, suites: [String]) {
    self.init(
      version.isEmpty ? .tls12 : Self.names[version], suites: suites.filter { !$0.isEmpty })
  }

  /// Judges what etcd is set to.
  ///
  /// - Parameters:
  ///   - version: `--tls-min-version`: `TLS1.2` where it is empty, which is all that releases without
  ///     the flag take (client/pkg/transport).
  ///   - suites: `--cipher-suites`.
  public init(etcd version: String, suites: [String]) {
    let parsed: Version? = ["": .tls12, "TLS1.2": .tls12, "TLS1.3": .tls13][version]
    self.init(parsed, suites: suites.filter { !$0.isEmpty })
  }

  private init(_ version: Version?, suites: [String]) {
    self.version = version
    // TLS 1.3 has suites of its own that cannot be chosen.
    let counted = version == .tls13 ? [] : suites
    insecureSuites = counted.filter(CipherSuites.isInsecure)
    unknownSuites = suites.filter { !CipherSuites.isKnown($0) }
    hasDefaultSuites = suites.isEmpty
  }

  private static let names: [String: Version] = [
    "VersionTLS10": .tls10, "VersionTLS11": .tls11, "VersionTLS12": .tls12,
    "VersionTLS13": .tls13,
  ]

  /// Whether Go's own choice of suites has RSA key exchange (no forward secrecy), as it had before
  /// Go 1.22, or 3DES, as before 1.23 (golang/go#66214).
  ///
  /// - Parameter version: Of Kubernetes: 1.30 was the first with Go 1.22, 1.32 with Go 1.23
  ///   (kubernetes/kubernetes, build/dependencies.yaml of each).
  public static func hasOldSuites(_ version: KubernetesVersion) -> Bool {
    version < KubernetesVersion(1, 32)
  }
}
