internal import CryptoCore

/// JSON Web Tokens that say who asks (RFC 7515, RFC 7519), signed with a key of the user's.
enum SignedToken {
  /// Appends a token.
  ///
  /// - Parameters:
  ///   - header: Its fields, as JSON.
  ///   - claims: Its claims, as JSON.
  ///   - key: PEM.
  ///   - origin: What an error calls the key.
  /// - Throws: `.notConfigured` when the key is not one of RSA.
  static func make(
    header: String, claims: borrowing WipedBuffer, key: Span<UInt8>,
    _ scheme: RSASignature.Scheme, origin: String
  ) throws(CloudError) -> WipedBuffer {
    var token = WipedBuffer(capacity: 2048)
    token.appendBase64URL(Array(header.utf8).span)
    token.append(".")
    token.appendBase64URL(claims.bytes)
    do throws(CryptoError) {
      let key = try RSASignature.PrivateKey(pem: key)
      let signature = try key.sign(token.bytes, scheme)
      token.append(".")
      token.appendBase64URL(signature.span)
    } catch  where error.code == .invalidKey {
      throw CloudError(
        .notConfigured, "the private key of \(origin) is not an RSA key in PEM without passphrase")
    } catch { throw CloudError(error) }
    return token
  }
}
