internal import COpenSSL

/// A public key: what kind it is and which one.
public struct PublicKey: Sendable {
  /// The kinds that certificates of Kubernetes have.
  public enum Kind: String, Sendable {
    /// RSA (also when restricted to PSS).
    case rsa = "RSA"
    /// An elliptic curve of NIST's or Brainpool's kind.
    case ellipticCurve = "EC"
    /// Ed25519.
    case ed25519 = "Ed25519"
    /// Ed448.
    case ed448 = "Ed448"
    /// DSA, which nobody takes any more.
    case dsa = "DSA"
    /// Another kind.
    case other = "other"
  }

  /// The SubjectPublicKeyInfo in DER.
  public let der: [UInt8]
  /// Its kind.
  public let kind: Kind
  /// Its length, in bits: of the modulus, or of the curve's order.
  public let bitCount: Int
  /// The curve's name in OpenSSL: `prime256v1`; nil for other kinds.
  public let curve: String?
  /// The SHA-256 of its SubjectPublicKeyInfo.
  public let fingerprint: Fingerprint

  /// The key of a certificate; nil when OpenSSL does not know its kind.
  init?(of certificate: OpaquePointer) {
    guard let key = unsafe X509_get0_pubkey(certificate) else {
      ERR_clear_error()
      return nil
    }
    // As it stands there: to write it anew costs more than to read the certificate.
    let der = unsafe Text.encoded { unsafe i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), $0) }
    unsafe self.init(key, der: der)
  }

  /// Takes note of a key, which stays the caller's.
  init(_ key: OpaquePointer) {
    unsafe self.init(key, der: Text.encoded { unsafe i2d_PUBKEY(key, $0) })
  }

  private init(_ key: OpaquePointer, der: [UInt8]) {
    kind = unsafe Self.kind(key)
    bitCount = Int(unsafe EVP_PKEY_get_bits(key))
    curve = unsafe kind == .ellipticCurve ? Self.curve(key) : nil
    self.der = der
    fingerprint = Fingerprint(of: der)
  }

  /// Reads a SubjectPublicKeyInfo (`PUBLIC KEY`).
  ///
  /// - Throws: `.malformed` when it is none.
  public init(der: Span<UInt8>) throws(X509Error) {
    let handle = try Self.decode(der)
    unsafe self.init(handle.pointer)
  }

  static func decode(_ der: Span<UInt8>) throws(X509Error) -> KeyHandle {
    guard Library.isReady else { throw Library.unavailable }
    let key = unsafe der.withUnsafeBufferPointer { bytes -> OpaquePointer? in
      var position = bytes.baseAddress
      return unsafe d2i_PUBKEY(nil, &position, bytes.count)
    }
    guard let key = unsafe key else {
      throw Library.failure(.malformed, "not a public key that OpenSSL can read")
    }
    return unsafe KeyHandle(adopting: key)
  }

  /// Reads an `RSA PUBLIC KEY` (PKCS #1), as Kubernetes takes it for service accounts.
  ///
  /// - Throws: `.malformed` when it is none.
  public init(pkcs1 der: Span<UInt8>) throws(X509Error) {
    guard Library.isReady else { throw Library.unavailable }
    let key = unsafe der.withUnsafeBufferPointer { bytes -> OpaquePointer? in
      var position = bytes.baseAddress
      return unsafe d2i_PublicKey(EVP_PKEY_RSA, nil, &position, bytes.count)
    }
    guard let key = unsafe key else {
      throw Library.failure(.malformed, "not a public key that OpenSSL can read")
    }
    let handle = unsafe KeyHandle(adopting: key)
    unsafe self.init(handle.pointer)
  }

  /// Whether both are the same key, however they are written.
  public func isSame(as other: PublicKey) -> Bool {
    if fingerprint == other.fingerprint { return true }
    guard kind == other.kind, let own = try? Self.decode(der.span),
      let its = try? Self.decode(other.der.span)
    else { return false }
    let isEqual = unsafe EVP_PKEY_eq(own.pointer, its.pointer) == 1
    ERR_clear_error()
    return isEqual
  }

  /// For people: `RSA 2048`, `EC prime256v1`, `Ed25519`.
  public var label: String {
    switch kind {
    case .rsa, .dsa: "\(kind.rawValue) \(bitCount)"
    case .ellipticCurve: "EC \(curve ?? "of \(bitCount) bits")"
    case .ed25519, .ed448: kind.rawValue
    case .other: "a key of \(bitCount) bits"
    }
  }

  private static func kind(_ key: OpaquePointer) -> Kind {
    switch unsafe EVP_PKEY_get_base_id(key) {
    case EVP_PKEY_RSA, EVP_PKEY_RSA_PSS: .rsa
    case EVP_PKEY_EC: .ellipticCurve
    case EVP_PKEY_ED25519: .ed25519
    case EVP_PKEY_ED448: .ed448
    case EVP_PKEY_DSA: .dsa
    default: .other
    }
  }

  private static func curve(_ key: OpaquePointer) -> String? {
    var buffer = [CChar](repeating: 0, count: 80)
    var count = 0
    let isKnown = unsafe buffer.withUnsafeMutableBufferPointer { room in
      unsafe EVP_PKEY_get_group_name(key, room.baseAddress, room.count, &count) == 1
    }
    guard isKnown, count < buffer.count else {
      ERR_clear_error()
      return nil
    }
    return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
