internal import COpenSSL

/// How a certificate is signed.
public struct SignatureAlgorithm: Sendable, Hashable, CustomStringConvertible {
  /// OpenSSL's short name: `RSA-SHA256`, `ecdsa-with-SHA256`, `ED25519`.
  public let name: String
  /// The hash's short name, `SHA256`; nil where the signature has none of its own.
  public let digest: String?

  /// Whether its hash no longer withstands forgery: MD2, MD4, MD5, SHA-1, and RIPEMD-160's like.
  ///
  /// Go's crypto/x509 refuses MD5 and SHA-1 in every certificate of a chain but the root.
  public var isBroken: Bool {
    guard let digest else { return false }
    return ["MD2", "MD4", "MD5", "MDC2", "MD5-SHA1", "SHA1", "RIPEMD160"].contains(digest)
  }

  /// Whether Go, and so Kubernetes, cannot verify it though it is none of the broken ones.
  public var isUnknownToGo: Bool {
    guard !isBroken else { return false }
    guard let digest else { return name != "ED25519" }
    return !["SHA256", "SHA384", "SHA512"].contains(digest)
  }

  /// The name.
  public var description: String { name }

  init(of certificate: OpaquePointer) {
    name = unsafe Text.name(X509_get_signature_nid(certificate))
    var digest: CInt = 0
    guard unsafe X509_get_signature_info(certificate, &digest, nil, nil, nil) == 1,
      digest != NID_undef
    else {
      ERR_clear_error()
      self.digest = nil
      return
    }
    self.digest = Text.name(digest)
  }
}
