internal import X509

/// What is kept of a certificate while all files are read: what it is compared with others by.
///
/// The certificate itself is put aside and read again where it is judged or shown, so that memory
/// does not grow with everything that certificates say.
struct KeptCertificate: Sendable {
  let fingerprint: Fingerprint
  let keyFingerprint: Fingerprint
  /// Stands for the subject's name.
  let subject: NameMark
  /// Stands for the issuer's name.
  let issuer: NameMark
  /// Stands for the identifier of the key; nil when it names none.
  let keyID: NameMark?
  /// Stands for the identifier of the issuer's key; nil when it names none.
  let issuerKeyID: NameMark?
  /// Stands for issuer, as far as its key is known, and serial number together: clusters have
  /// authorities of the same names.
  let serial: NameMark
  let notAfter: Int
  /// What its subject and extended key usage say.
  let role: Role
  let isAuthority: Bool
  let isSelfIssued: Bool
  let isForClients: Bool
  /// Whether it is an authority's by its constraints, and a server's by all else.
  let looksLikeServer: Bool
  /// What a reader of strict DER objects to.
  let encodingProblem: String?
  private let line: UInt32
  private let entry: UInt32
  /// Where its bytes are put aside.
  let offset: Int
  let count: UInt32

  init(_ found: BundledCertificate, at offset: Int) {
    let certificate = found.certificate
    fingerprint = certificate.fingerprint
    keyFingerprint = certificate.keyFingerprint
    subject = NameMark(certificate.subject.text)
    issuer = NameMark(certificate.issuer.text)
    keyID = certificate.subjectKeyID.map { NameMark(bytes: $0) }
    issuerKeyID = certificate.authorityKeyID.map { NameMark(bytes: $0) }
    let issuerKey =
      certificate.authorityKeyID
      ?? (certificate.isSelfSigned
        ? certificate.subjectKeyID ?? certificate.keyFingerprint.bytes : nil)
    serial = NameMark(
      "\(certificate.serialNumber) \(issuerKey ?? []) \(certificate.issuer.text)")
    notAfter = certificate.notAfter
    role = RoleFinder.role(of: certificate)
    isAuthority = certificate.isAuthority
    isSelfIssued = certificate.isSelfIssued
    isForClients = RoleCheck.allows(certificate, .clientAuth)
    looksLikeServer = Self.looksLikeServer(certificate)
    encodingProblem = certificate.encodingProblem
    line = UInt32(clamping: found.origin.line ?? 0)
    entry = UInt32(clamping: found.origin.entry ?? 0)
    self.offset = offset
    count = UInt32(clamping: certificate.der.count)
  }

  private static func looksLikeServer(_ certificate: Certificate) -> Bool {
    guard certificate.isAuthority, !certificate.alternativeNames.isEmpty else { return false }
    // kubeadm's authorities have their own name as one, and may sign certificates.
    return certificate.extendedKeyUsage?.contains(.serverAuth)
      ?? !(certificate.keyUsage?.contains(.certificateSigning) ?? false)
  }

  /// Where it was found, in a bundle.
  func origin(in bundle: Origin) -> Origin {
    bundle.numbered(entry == 0 ? nil : Int(entry), line: line == 0 ? nil : Int(line))
  }
}

/// Stands for a text: equal texts have equal marks, and nobody can make others that have.
struct NameMark: Sendable, Hashable {
  private let value: Int

  init(_ text: String) { value = text.hashValue }

  init(bytes: [UInt8]) { value = bytes.hashValue }
}

/// What is kept of a private key: its public part is put aside.
struct KeptKey: Sendable {
  let fingerprint: Fingerprint
  let isConsistent: Bool
  private let line: UInt32
  private let entry: UInt32
  let offset: Int
  let count: UInt32

  init(_ key: BundledKey, at offset: Int) {
    fingerprint = key.publicKey.fingerprint
    isConsistent = key.isConsistent
    line = UInt32(clamping: key.origin.line ?? 0)
    entry = UInt32(clamping: key.origin.entry ?? 0)
    self.offset = offset
    count = UInt32(clamping: key.publicKey.der.count)
  }

  /// Where it was found, in a bundle.
  func origin(in bundle: Origin) -> Origin {
    bundle.numbered(entry == 0 ? nil : Int(entry), line: line == 0 ? nil : Int(line))
  }
}
