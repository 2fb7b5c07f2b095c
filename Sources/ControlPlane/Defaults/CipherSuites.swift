/// Cipher suites by the names that flags have for them (Go's `crypto/tls`).
public enum CipherSuites {
  /// Whether a suite is among those that Kubernetes calls insecure: RC4, 3DES, RSA key exchange, and
  /// CBC with SHA-256 (reference of kube-apiserver, `--tls-cipher-suites`).
  public static func isInsecure(_ name: String) -> Bool {
    name.hasPrefix("TLS_RSA_") || name.contains("_RC4_") || name.contains("_3DES_")
      || name.hasSuffix("_CBC_SHA256")
  }

  /// Whether Go knows a suite of this name.
  public static func isKnown(_ name: String) -> Bool { known.contains(name) }

  private static let known: Set<String> = {
    var names: Set<String> = [
      "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
    ]
    for exchange in ["TLS_ECDHE_ECDSA", "TLS_ECDHE_RSA"] {
      for cipher in [
        "RC4_128_SHA", "AES_128_CBC_SHA", "AES_256_CBC_SHA", "AES_128_CBC_SHA256",
        "AES_128_GCM_SHA256", "AES_256_GCM_SHA384", "CHACHA20_POLY1305",
        "CHACHA20_POLY1305_SHA256",
      ] {
        names.insert("\(exchange)_WITH_\(cipher)")
      }
    }
    names.insert("TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA")
    for cipher in [
      "RC4_128_SHA", "3DES_EDE_CBC_SHA", "AES_128_CBC_SHA", "AES_256_CBC_SHA",
      "AES_128_CBC_SHA256", "AES_128_GCM_SHA256", "AES_256_GCM_SHA384",
    ] {
      names.insert("TLS_RSA_WITH_\(cipher)")
    }
    return names
  }()
}
