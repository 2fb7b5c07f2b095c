internal import CryptoCore

/// A file of certificates and keys, whatever its form: PEM, DER, PKCS #12, PKCS #7.
public struct CertificateSource: Sendable {
  /// The form.
  public enum Format: String, Sendable {
    /// PEM text with any number of entries.
    case pem = "PEM"
    /// One certificate or key in DER.
    case der = "DER"
    /// A key with its certificates (RFC 7292).
    case pkcs12 = "PKCS #12"
    /// Certificates in a signature's wrapping (RFC 2315).
    case pkcs7 = "PKCS #7"
  }

  /// What an entry is.
  public enum Content: Sendable {
    /// A certificate.
    case certificate(Certificate)
    /// A private key.
    case privateKey(PrivateKey)
    /// A public key.
    case publicKey(PublicKey)
    /// Something else that calls itself by this name, which is left alone.
    case other(String)
    /// Something that could not be read.
    case broken(X509Error)
  }

  /// One thing in the file.
  public struct Entry: Sendable {
    /// Its number in the file, from 1.
    public let index: Int
    /// The line of its `-----BEGIN`, from 1; nil where the file is no text.
    public let line: Int?
    /// What it is.
    public let content: Content
  }

  /// The largest file, in bytes; what certificates of a whole cluster take.
  public static let maximumByteCount = 64 << 20

  /// The form.
  public let format: Format
  /// The entries, in order.
  public let entries: [Entry]

  /// Reads a file.
  ///
  /// A broken entry is one of the entries; the others are read all the same.
  ///
  /// - Parameters:
  ///   - bytes: The file; the caller wipes it where it may hold a private key.
  ///   - password: What opens encrypted keys and PKCS #12; empty for none.
  /// - Throws: `.unknownFormat`, `.tooLarge`; for PKCS #12 `.passwordNeeded`, `.wrongPassword`,
  ///   `.unsupported`.
  public static func read(
    _ bytes: Span<UInt8>, password: Span<UInt8> = Span()
  ) throws(X509Error) -> CertificateSource {
    guard bytes.count <= maximumByteCount else {
      throw X509Error(.tooLarge, "more than \(maximumByteCount >> 20) MiB")
    }
    var budget = WorkBudget()
    let blocks = try PEMReader.blocks(in: bytes)
    guard !blocks.isEmpty else { return try binary(bytes, password, &budget) }
    var entries: [Entry] = []
    for block in blocks {
      for content in contents(block, bytes, password, &budget) {
        entries.append(Entry(index: block.index, line: block.line, content: content))
      }
    }
    return CertificateSource(format: .pem, entries: entries)
  }

  private static func contents(
    _ block: PEMReader.Block, _ text: Span<UInt8>, _ password: Span<UInt8>,
    _ budget: inout WorkBudget
  ) -> [Content] {
    do throws(X509Error) {
      if let problem = block.problem { throw problem }
      if block.isEncrypted {
        let entry = text.extracting(block.range)
        return [
          .privateKey(
            try PrivateKey(
              encryptedPEM: entry, password: password, budget: &budget))
        ]
      }
      var der = WipedBuffer()
      try PEMReader.decode(block, of: text, appendingTo: &der)
      return try contents(block.label, der.bytes, password, &budget)
    } catch {
      return [.broken(error)]
    }
  }

  private static func contents(
    _ label: String, _ der: Span<UInt8>, _ password: Span<UInt8>,
    _ budget: inout WorkBudget
  ) throws(X509Error) -> [Content] {
    switch label {
    case "CERTIFICATE", "X509 CERTIFICATE": [.certificate(try Certificate(der: der))]
    case "TRUSTED CERTIFICATE": [.certificate(try Certificate(der: der, isTrusted: true))]
    case "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY":
      [.privateKey(try PrivateKey(der: der, budget: &budget))]
    case "ENCRYPTED PRIVATE KEY":
      [.privateKey(try PrivateKey(encryptedDER: der, password: password, budget: &budget))]
    case "PUBLIC KEY": [.publicKey(try PublicKey(der: der))]
    case "RSA PUBLIC KEY": [.publicKey(try PublicKey(pkcs1: der))]
    case "PKCS7": try PKCS7Reader.certificates(in: der).map { .certificate($0) }
    default: [.other(label)]
    }
  }

  private static func binary(
    _ bytes: Span<UInt8>, _ password: Span<UInt8>, _ budget: inout WorkBudget
  ) throws(X509Error) -> CertificateSource {
    // Everything that is read here is a sequence (X.690), of definite length or not.
    guard bytes.count > 2, bytes[0] == DERReader.sequence else {
      throw X509Error(.unknownFormat, "neither PEM nor DER")
    }
    if let certificate = try? Certificate(der: bytes) {
      return CertificateSource(format: .der, contents: [.certificate(certificate)])
    }
    if let contents = try PKCS12Reader.contents(
      of: bytes, password: password, budget: &budget)
    {
      return CertificateSource(format: .pkcs12, contents: contents)
    }
    if let certificates = try? PKCS7Reader.certificates(in: bytes) {
      return CertificateSource(
        format: .pkcs7, contents: certificates.map { .certificate($0) })
    }
    if let key = try? PublicKey(der: bytes) {
      return CertificateSource(format: .der, contents: [.publicKey(key)])
    }
    if let key = try? PrivateKey(der: bytes, budget: &budget) {
      return CertificateSource(format: .der, contents: [.privateKey(key)])
    }
    do throws(X509Error) {
      let key = try PrivateKey(encryptedDER: bytes, password: password, budget: &budget)
      return CertificateSource(format: .der, contents: [.privateKey(key)])
    } catch {
      guard error.code != .malformed else {
        throw X509Error(.unknownFormat, "no certificate and no key that OpenSSL can read")
      }
      throw error
    }
  }

  private init(format: Format, contents: [Content]) {
    self.init(
      format: format,
      entries: contents.enumerated().map {
        Entry(index: $0.offset + 1, line: nil, content: $0.element)
      })
  }

  private init(format: Format, entries: [Entry]) {
    self.format = format
    self.entries = entries
  }
}
