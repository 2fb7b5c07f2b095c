internal import CryptoCore
internal import Platform
internal import X509

/// What an application shows for a token when it has a certificate (Microsoft identity platform,
/// Certificate credentials).
enum AzureClientCertificate {
  /// In seconds.
  private static let lifetime = 600

  /// A statement signed with the key of a PEM file that has the certificate too.
  ///
  /// - Throws: `.notConfigured` when the file does not have both.
  static func assertion(
    path: String, client: String, audience: String
  ) throws(CloudError) -> Secret {
    let file = try SettingsFile.read(path)
    guard let digest = digest(ofCertificateIn: file) else { throw unusable(path) }
    var thumbprint = WipedBuffer()
    thumbprint.appendBase64URL(digest.bytes)
    let shownThumbprint = String(decoding: Array(copying: thumbprint.bytes), as: UTF8.self)
    let now = WallClock.seconds()
    let identifier: SecretBytes
    do { identifier = try SecretBytes.random(count: 16) } catch { throw CloudError(error) }
    var claims = WipedBuffer()
    claims.append("{\"aud\":")
    claims.appendJSON(audience)
    claims.append(",\"iss\":")
    claims.appendJSON(client)
    claims.append(",\"sub\":")
    claims.appendJSON(client)
    claims.append(",\"jti\":")
    claims.appendJSON(hexadecimal(identifier.bytes))
    claims.append(utf8: ",\"nbf\":\(now),\"exp\":\(now + lifetime)}")
    let token = try SignedToken.make(
      header: "{\"alg\":\"PS256\",\"typ\":\"JWT\",\"x5t#S256\":\"\(shownThumbprint)\"}",
      claims: claims, key: file.bytes, .pss, origin: "AZURE_CLIENT_CERTIFICATE_PATH")
    return try Secret(copying: token.bytes)
  }

  /// Of the first certificate of a PEM file.
  private static func digest(ofCertificateIn file: borrowing WipedBuffer) -> SHA256.Digest? {
    let source: CertificateSource
    do { source = try CertificateSource.read(file.bytes) } catch { return nil }
    guard source.format == .pem else { return nil }
    for entry in source.entries {
      if case .certificate(let certificate) = entry.content {
        let der = certificate.der
        return SHA256.hash(der.span)
      }
    }
    return nil
  }

  private static func unusable(_ path: String) -> CloudError {
    CloudError(
      .notConfigured,
      "AZURE_CLIENT_CERTIFICATE_PATH, '\(CloudError.shown(path))', must be PEM with a certificate "
        + "and its private key (of PKCS #12: openssl pkcs12 -in FILE -nodes)")
  }
}
