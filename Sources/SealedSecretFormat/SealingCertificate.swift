public import CryptoCore
public import X509

/// The certificate of a Sealed Secrets controller, whose key values are sealed for.
public struct SealingCertificate: Sendable {
  /// The certificate.
  public let certificate: Certificate
  /// Its key.
  public let key: RSAOAEP.PublicKey

  /// Takes a certificate.
  ///
  /// - Throws: `.certificate` when its key is not RSA of an accepted length.
  public init(_ certificate: Certificate) throws(SealedSecretError) {
    guard let publicKey = certificate.publicKey, publicKey.kind == .rsa else {
      throw SealedSecretError(.certificate, "the certificate's key is not RSA")
    }
    let der = publicKey.der
    do { key = try RSAOAEP.PublicKey(subjectPublicKeyInfo: der.span) } catch {
      throw SealedSecretError(
        .certificate, "the certificate's key is not an RSA key of 2,048 to 16,384 bits")
    }
    self.certificate = certificate
  }

  /// Reads the first certificate of a file in PEM or DER, as `kubeseal --fetch-cert` writes it.
  ///
  /// - Throws: `.certificate`.
  public static func read(_ bytes: Span<UInt8>) throws(SealedSecretError) -> SealingCertificate {
    let source: CertificateSource
    do { source = try CertificateSource.read(bytes) } catch {
      throw SealedSecretError(
        .certificate, "not a certificate: \(error.message)",
        hints: ["'kubeseal --fetch-cert' writes the controller's certificate"])
    }
    for entry in source.entries {
      switch entry.content {
      case .certificate(let certificate): return try SealingCertificate(certificate)
      case .broken(let error):
        throw SealedSecretError(.certificate, "the certificate is broken: \(error.message)")
      default: continue
      }
    }
    throw SealedSecretError(
      .certificate, "there is no certificate in it",
      hints: ["'kubeseal --fetch-cert' writes the controller's certificate"])
  }

  /// The first 8 bytes of its SHA-256, for people.
  public var shortFingerprint: String { certificate.fingerprint.short }

  /// Refuses one that has expired at a time, in seconds since 1970.
  ///
  /// One that does not count yet is taken, as by kubeseal: the controller made it by its own clock.
  ///
  /// - Throws: `.certificate`.
  public func check(at now: Int) throws(SealedSecretError) {
    guard now <= certificate.notAfter else {
      throw SealedSecretError(
        .certificate, "the certificate has expired",
        hints: ["get the controller's newest one with 'kubeseal --fetch-cert'"])
    }
  }

  /// Whether it counts already at a time, in seconds since 1970.
  public func hasBegun(at now: Int) -> Bool { now >= certificate.notBefore }
}
