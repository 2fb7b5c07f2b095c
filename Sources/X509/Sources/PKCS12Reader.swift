internal import COpenSSL

/// Takes keys and certificates out of PKCS #12 (RFC 7292).
///
/// Goes through the parts itself, so that none can ask for more work than `WorkBudget` allows.
enum PKCS12Reader {
  /// The contents; nil when it is not PKCS #12.
  static func contents(
    of der: Span<UInt8>, password: Span<UInt8>, budget: inout WorkBudget
  ) throws(X509Error) -> [CertificateSource.Content]? {
    guard Library.isReady else { throw Library.unavailable }
    let file = unsafe der.withUnsafeBufferPointer { bytes -> OpaquePointer? in
      var position = bytes.baseAddress
      return unsafe d2i_PKCS12(nil, &position, bytes.count)
    }
    guard let file = unsafe file else {
      ERR_clear_error()
      return nil
    }
    defer { unsafe PKCS12_free(file) }
    defer { ERR_clear_error() }
    try unsafe verify(file, password, &budget)
    guard let parts = unsafe PKCS12_unpack_authsafes(file) else {
      throw Library.failure(.malformed, "a PKCS #12 that OpenSSL cannot unpack")
    }
    defer {
      unsafe OPENSSL_sk_pop_free(
        parts, { part in unsafe PKCS7_free(part?.assumingMemoryBound(to: PKCS7.self)) })
    }
    var contents: [CertificateSource.Content] = []
    for unsafe(part) in unsafe Stack(parts).elements {
      try unsafe add(
        part.assumingMemoryBound(to: PKCS7.self), password, &budget, to: &contents)
    }
    return contents
  }

  private static func verify(
    _ file: OpaquePointer, _ password: Span<UInt8>, _ budget: inout WorkBudget
  ) throws(X509Error) {
    guard unsafe PKCS12_mac_present(file) == 1 else {
      throw X509Error(.unsupported, "a PKCS #12 without a MAC: nothing proves the password")
    }
    var iterations: UnsafePointer<ASN1_INTEGER>?
    unsafe PKCS12_get0_mac(nil, nil, nil, &iterations, file)
    let count = unsafe iterations.map { unsafe ASN1_INTEGER_get($0) } ?? 1
    guard budget.spend(count) else {
      throw X509Error(.unsupported, "a PKCS #12 whose MAC asks for too many iterations")
    }
    let isValid = unsafe withCharacters(password) { characters, count in
      unsafe PKCS12_verify_mac(file, characters, count) == 1
    }
    guard isValid else {
      ERR_clear_error()
      throw password.isEmpty
        ? X509Error(.passwordNeeded, "the PKCS #12 is encrypted")
        : X509Error(.wrongPassword, "the password does not open the PKCS #12")
    }
  }

  private static func add(
    _ part: UnsafeMutablePointer<PKCS7>, _ password: Span<UInt8>,
    _ budget: inout WorkBudget, to contents: inout [CertificateSource.Content]
  ) throws(X509Error) {
    let bags: OpaquePointer?
    switch unsafe OBJ_obj2nid(part.pointee.type) {
    case NID_pkcs7_data: unsafe bags = PKCS12_unpack_p7data(part)
    case NID_pkcs7_encrypted:
      guard let content = unsafe part.pointee.d.encrypted?.pointee.enc_data,
        unsafe spend(content.pointee.algorithm, &budget)
      else { throw X509Error(.unsupported, unsupportedMessage) }
      unsafe bags = withCharacters(password) { characters, count in
        unsafe PKCS12_unpack_p7encdata(part, characters, count)
      }
    default: return
    }
    guard let bags = unsafe bags else { throw Library.failure(.unsupported, unsupportedMessage) }
    defer {
      unsafe OPENSSL_sk_pop_free(
        bags, { bag in unsafe PKCS12_SAFEBAG_free(bag.map { OpaquePointer($0) }) })
    }
    for unsafe(bag) in unsafe Stack(bags).elements {
      do throws(X509Error) {
        if let content = try unsafe content(OpaquePointer(bag), password, &budget) {
          contents.append(content)
        }
      } catch {
        contents.append(.broken(error))
      }
    }
  }

  private static let unsupportedMessage =
    "a PKCS #12 that is encrypted in a way that is not supported; write it anew with AES"

  private static func content(
    _ bag: OpaquePointer, _ password: Span<UInt8>, _ budget: inout WorkBudget
  ) throws(X509Error) -> CertificateSource.Content? {
    switch unsafe PKCS12_SAFEBAG_get_nid(bag) {
    case NID_certBag:
      guard unsafe PKCS12_SAFEBAG_get_bag_nid(bag) == NID_x509Certificate else { return nil }
      guard let certificate = unsafe PKCS12_SAFEBAG_get1_cert(bag) else {
        throw Library.failure(.malformed, "not a certificate that OpenSSL can read")
      }
      return .certificate(try Certificate(unsafe CertificateHandle(adopting: certificate)))
    case NID_keyBag:
      guard let information = unsafe PKCS12_SAFEBAG_get0_p8inf(bag),
        let key = unsafe EVP_PKCS82PKEY(information)
      else { throw Library.failure(.malformed, "not a private key that OpenSSL can read") }
      return .privateKey(try unsafe PrivateKey(adopting: key, budget: &budget))
    case NID_pkcs8ShroudedKeyBag:
      guard let envelope = unsafe PKCS12_SAFEBAG_get0_pkcs8(bag) else {
        throw Library.failure(.malformed, "not a private key that OpenSSL can read")
      }
      let key = try unsafe PrivateKey.decrypt(envelope, password, &budget)
      return .privateKey(try unsafe PrivateKey(adopting: key, budget: &budget))
    default: return nil
    }
  }

  private static func spend(
    _ algorithm: UnsafePointer<X509_ALGOR>?, _ budget: inout WorkBudget
  ) -> Bool {
    let encoded = unsafe Text.encoded { unsafe i2d_X509_ALGOR(algorithm, $0) }
    return budget.spend(algorithm: encoded.span)
  }

  /// Lends a password as C's characters, never null: to OpenSSL null is another password than none.
  private static func withCharacters<Result>(
    _ password: Span<UInt8>, _ body: (UnsafePointer<CChar>, CInt) -> Result
  ) -> Result {
    unsafe password.withUnsafeBufferPointer { bytes in
      guard let start = bytes.baseAddress, !bytes.isEmpty else { return unsafe body("", 0) }
      return unsafe start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
        unsafe body($0, CInt(clamping: bytes.count))
      }
    }
  }
}
