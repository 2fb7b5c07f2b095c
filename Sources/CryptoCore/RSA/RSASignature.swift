internal import COpenSSL

/// Signatures by RSA with SHA-256 (RFC 8017), as JSON Web Tokens take them.
public enum RSASignature {
  /// How a digest becomes a number.
  public enum Scheme: Sendable {
    /// RSASSA-PKCS1-v1_5: `RS256` of RFC 7518.
    case pkcs1
    /// RSASSA-PSS with a salt of 32 bytes: `PS256`.
    case pss
  }

  /// A private key, in OpenSSL's memory: wiped when it goes, not locked.
  public struct PrivateKey: ~Copyable, Sendable {
    private let handle: RSAKeyHandle

    /// Reads the first private key of a PEM text; never asks for a passphrase.
    ///
    /// - Throws: `.invalidKey` when there is none, it is not RSA, it is encrypted, or the length is
    ///   not accepted.
    public init(pem: Span<UInt8>) throws(CryptoError) {
      handle = try RSAKeyHandle.decode(pem: pem, passphrase: Span())
    }

    /// The signature of a message.
    ///
    /// - Throws: `.libraryFailure`.
    public func sign(_ message: Span<UInt8>, _ scheme: Scheme) throws(CryptoError) -> [UInt8] {
      guard let context = unsafe EVP_MD_CTX_new() else { throw OpenSSL.failure("signing by RSA") }
      defer { unsafe EVP_MD_CTX_free(context) }
      // It belongs to the one above.
      var settings: OpaquePointer?
      guard
        unsafe EVP_DigestSignInit(context, &settings, EVP_sha256(), nil, handle.pointer) == 1,
        unsafe Self.prepare(settings, scheme)
      else { throw OpenSSL.failure("signing by RSA") }
      var signature = [UInt8](repeating: 0, count: Int(unsafe EVP_PKEY_get_size(handle.pointer)))
      var count = signature.count
      let result = unsafe message.withPointer { start in
        unsafe EVP_DigestSign(context, &signature, &count, start, message.count)
      }
      guard result == 1, count <= signature.count else { throw OpenSSL.failure("signing by RSA") }
      return Array(signature.prefix(count))
    }

    private static func prepare(_ settings: OpaquePointer?, _ scheme: Scheme) -> Bool {
      switch scheme {
      case .pkcs1: unsafe EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PADDING) == 1
      case .pss:
        unsafe EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING) == 1
          && EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, RSA_PSS_SALTLEN_DIGEST) == 1
      }
    }
  }
}
