internal import COpenSSL

/// An X.509 certificate (RFC 5280), as OpenSSL reads it.
///
/// Everything is public: nothing here is wiped. OpenSSL reads BER, too; Go and with it Kubernetes
/// read only DER, and `encodingProblem` says what they refuse.
public struct Certificate: Sendable {
  let handle: CertificateHandle

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
  public init(der: Span<UInt8>, isTrusted: Bool = false) throws(X509Error) {
    guard Library.isReady else { throw Library.unavailable }
    let decoded = unsafe der.withUnsafeBufferPointer { bytes in
      var position = bytes.baseAddress
      let certificate =
        unsafe isTrusted
        ? d2i_X509_AUX(nil, &position, bytes.count) : d2i_X509(nil, &position, bytes.count)
      guard let start = bytes.baseAddress, let position = unsafe position else {
        return unsafe (certificate, 0)
      }
      return unsafe (certificate, bytes.count - (position - start))
    }
    guard let pointer = unsafe decoded.0 else {
      throw Library.failure(.malformed, "not a certificate that OpenSSL can read")
    }
    try self.init(unsafe CertificateHandle(adopting: pointer), trailing: unsafe decoded.1)
  }

  /// Takes over what OpenSSL has read.
  init(_ handle: CertificateHandle, trailing: Int = 0) throws(X509Error) {
    self.handle = handle
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
    publicKey = unsafe PublicKey(of: pointer)
    signatureAlgorithm = unsafe SignatureAlgorithm(of: pointer)
    let der = unsafe Text.encoded { unsafe i2d_X509(pointer, $0) }
    fingerprint = Fingerprint(of: der)
    keyFingerprint = unsafe Fingerprint(
      of: Text.encoded { unsafe i2d_X509_PUBKEY(X509_get_X509_PUBKEY(pointer), $0) })
    isSelfSigned = unsafe X509_self_signed(pointer, 1) == 1
    encodingProblem =
      trailing > 0 ? "\(trailing) bytes behind the certificate" : StrictDER.problem(in: der.span)
    ERR_clear_error()
  }

  private static func serialNumber(_ pointer: OpaquePointer) -> String {
    guard let serial = unsafe X509_get0_serialNumber(pointer) else { return "" }
    let isNegative = unsafe ASN1_STRING_type(serial) == V_ASN1_INTEGER | V_ASN1_NEG
    let digits = unsafe Text.hexadecimal(Text.bytes(serial))
    return (isNegative ? "-" : "") + (digits.isEmpty ? "00" : digits)
  }

  /// The certificate's bytes, as they were read.
  public var der: [UInt8] { unsafe Text.encoded { unsafe i2d_X509(handle.pointer, $0) } }

  /// Whether it may sign certificates: only when it says so (RFC 5280, section 4.2.1.9).
  public var isAuthority: Bool { basicConstraints?.isAuthority ?? false }

  /// For how long it counts, in seconds.
  public var lifetime: Int { notAfter - notBefore + 1 }

  /// Whether another certificate's key made this one's signature; names are not looked at.
  public func isSigned(by issuer: Certificate) -> Bool {
    guard let key = unsafe X509_get0_pubkey(issuer.handle.pointer) else { return false }
    let isValid = unsafe X509_verify(handle.pointer, key) == 1
    ERR_clear_error()
    return isValid
  }

  /// Lends OpenSSL's `X509`, for the layers that call OpenSSL themselves.
  package func withPointer<Result>(_ body: (OpaquePointer) -> Result) -> Result {
    unsafe body(handle.pointer)
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
