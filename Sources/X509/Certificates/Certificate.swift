internal import COpenSSL

/// An X.509 certificate (RFC 5280), as OpenSSL reads it.
///
/// Everything is public: nothing here is wiped. It never changes, and takes one or two KiB; OpenSSL's
/// own form, which is several times as large, is made anew where a signature is verified. OpenSSL
/// reads BER, too; Go and with it Kubernetes read only DER, and `encodingProblem` says what they
/// refuse.
public final class Certificate: Sendable {
  /// The certificate's bytes, as they were read.
  public let der: [UInt8]

  /// Whom it is for.
  public let subject: DistinguishedName
  /// Who signed it.
  public let issuer: DistinguishedName
  /// The serial number, in hexadecimal digits; a minus sign in front where it is negative.
  public let serialNumber: String
  /// From when it counts, in seconds since 1970.
  public let notBefore: Int
  /// The last second that it counts, since 1970.
  public let notAfter: Int
  /// The names it is for.
  public let alternativeNames: [GeneralName]
  /// What its key may do; nil when it does not say.
  public let keyUsage: KeyUsage?
  /// What it may be used for; nil when it does not say.
  public let extendedKeyUsage: [ExtendedKeyUsage]?
  /// Whether it is an authority's; nil when it does not say, which means no.
  public let basicConstraints: BasicConstraints?
  /// What names an authority may sign; nil for any.
  public let nameConstraints: NameConstraints?
  /// The name of its key, by which its own certificates refer to it.
  public let subjectKeyID: [UInt8]?
  /// The name of the key that signed it.
  public let authorityKeyID: [UInt8]?
  /// Critical extensions that OpenSSL does not know.
  public let unknownCriticalExtensions: [String]
  /// Extensions that cannot be read or are there twice.
  public let brokenExtensions: [String]
  /// Its key; nil when OpenSSL does not know the kind.
  public let publicKey: PublicKey?
  /// How it is signed.
  public let signatureAlgorithm: SignatureAlgorithm
  /// The SHA-256 of its bytes.
  public let fingerprint: Fingerprint
  /// The SHA-256 of its SubjectPublicKeyInfo: of the key, whatever certificate it is in.
  public let keyFingerprint: Fingerprint
  /// Whether subject and issuer are the same name.
  public let isSelfIssued: Bool
  /// Whether its own key made its signature; the signature was verified.
  public let isSelfSigned: Bool
  /// What a reader of strict DER objects to; nil when nothing.
  public let encodingProblem: String?

  /// Reads a certificate.
  ///
  /// - Parameter isTrusted: Whether OpenSSL's own additions may follow (`TRUSTED CERTIFICATE`).
  /// - Throws: `.malformed` when it is none.
  public convenience init(der: Span<UInt8>, isTrusted: Bool = false) throws(X509Error) {
    let decoded = try CertificateHandle.decode(der, isTrusted: isTrusted)
    // Behind a trusted certificate are OpenSSL's own additions.
    let problem =
      decoded.trailing > 0
      ? "\(decoded.trailing) bytes behind the certificate"
      : isTrusted ? nil : StrictDER.problem(in: der)
    try self.init(decoded.handle, encodingProblem: problem)
  }

  /// Reads a certificate again from its bytes.
  ///
  /// - Parameter encodingProblem: What it had: the bytes may be written in another way by now.
  /// - Throws: `.malformed` when it is none.
  package convenience init(
    again der: Span<UInt8>, encodingProblem: String?
  ) throws(X509Error) {
    let decoded = try CertificateHandle.decode(der, isTrusted: false)
    try self.init(decoded.handle, encodingProblem: encodingProblem)
  }

  /// Takes over what OpenSSL has read.
  init(_ handle: CertificateHandle, encodingProblem: String? = nil) throws(X509Error) {
    let pointer = unsafe handle.pointer
    guard let notBefore = unsafe ASN1Time.seconds(X509_get0_notBefore(pointer)),
      let notAfter = unsafe ASN1Time.seconds(X509_get0_notAfter(pointer))
    else { throw X509Error(.malformed, "a certificate whose dates are none") }
    self.notBefore = notBefore
    self.notAfter = notAfter
    subject = unsafe DistinguishedName(X509_get_subject_name(pointer))
    issuer = unsafe DistinguishedName(X509_get_issuer_name(pointer))
    let order = unsafe X509_NAME_cmp(
      X509_get_subject_name(pointer), X509_get_issuer_name(pointer))
    isSelfIssued = order == 0
    serialNumber = unsafe Self.serialNumber(pointer)
    var extensions = unsafe ExtensionReader(pointer)
    alternativeNames = extensions.alternativeNames()
    keyUsage = extensions.keyUsage()
    extendedKeyUsage = extensions.extendedKeyUsage()
    basicConstraints = extensions.basicConstraints()
    nameConstraints = extensions.nameConstraints()
    subjectKeyID = extensions.subjectKeyID()
    authorityKeyID = extensions.authorityKeyID()
    unknownCriticalExtensions = extensions.unknownCritical()
    brokenExtensions = extensions.broken
    let key = unsafe PublicKey(of: pointer)
    publicKey = key
    signatureAlgorithm = unsafe SignatureAlgorithm(of: pointer)
    let encoded = unsafe Text.encoded { unsafe i2d_X509(pointer, $0) }
    der = encoded
    fingerprint = Fingerprint(of: encoded)
    keyFingerprint = unsafe key?.fingerprint ?? Self.keyFingerprint(pointer)
    isSelfSigned = unsafe X509_self_signed(pointer, 1) == 1
    self.encodingProblem = encodingProblem
    ERR_clear_error()
  }

  /// Of a key that OpenSSL does not know.
  private static func keyFingerprint(_ pointer: OpaquePointer) -> Fingerprint {
    unsafe Fingerprint(
      of: Text.encoded { unsafe i2d_X509_PUBKEY(X509_get_X509_PUBKEY(pointer), $0) })
  }

  private static func serialNumber(_ pointer: OpaquePointer) -> String {
    guard let serial = unsafe X509_get0_serialNumber(pointer) else { return "" }
    let isNegative = unsafe ASN1_STRING_type(serial) == V_ASN1_INTEGER | V_ASN1_NEG
    let digits = unsafe Text.hexadecimal(Text.bytes(serial))
    return (isNegative ? "-" : "") + (digits.isEmpty ? "00" : digits)
  }

  /// Whether it may sign certificates: only when it says so (RFC 5280, section 4.2.1.9).
  public var isAuthority: Bool { basicConstraints?.isAuthority ?? false }

  /// For how long it counts, in seconds.
  public var lifetime: Int { notAfter - notBefore + 1 }

  /// Whether another certificate's key made this one's signature; names are not looked at.
  public func isSigned(by issuer: Certificate) -> Bool {
    guard let own = try? handle(), let other = try? issuer.handle(),
      let key = unsafe X509_get0_pubkey(other.pointer)
    else { return false }
    let isValid = unsafe X509_verify(own.pointer, key) == 1
    ERR_clear_error()
    return isValid
  }

  /// Whether it is for a DNS name (RFC 6125); a subject's CN is none, as in Go.
  public func isFor(host name: String) -> Bool {
    guard !name.utf8.contains(0), let own = try? handle() else { return false }
    let flags = CUnsignedInt(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT)
    return unsafe X509_check_host(own.pointer, name, name.utf8.count, flags, nil) == 1
  }

  /// Whether it is for an address of 4 or 16 bytes.
  public func isFor(ip address: [UInt8]) -> Bool { alternativeNames.contains(.ip(address)) }

  /// OpenSSL's own form.
  func handle() throws(X509Error) -> CertificateHandle {
    let bytes = der
    return try CertificateHandle.decode(bytes.span, isTrusted: false).handle
  }

  /// Lends OpenSSL's `X509`, for the layers that call OpenSSL themselves.
  ///
  /// - Throws: `.libraryFailure` when there is no memory.
  package func withPointer<Result>(
    _ body: (OpaquePointer) -> Result
  ) throws(X509Error) -> Result {
    let own = try handle()
    return withExtendedLifetime(own) { unsafe body(own.pointer) }
  }
}

extension Certificate: Hashable {
  /// Whether both are the same bytes.
  public static func == (left: Certificate, right: Certificate) -> Bool {
    left.fingerprint == right.fingerprint
  }

  /// Hashes the fingerprint.
  public func hash(into hasher: inout Hasher) { hasher.combine(fingerprint) }
}
