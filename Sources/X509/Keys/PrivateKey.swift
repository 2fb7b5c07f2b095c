internal import COpenSSL

/// A private key of a certificate, in OpenSSL's memory: wiped when it goes, not locked.
///
/// Has no description and no coding, so that it cannot end up in a log.
public final class PrivateKey: Sendable {
  private let handle: KeyHandle

  /// The public part.
  public let publicKey: PublicKey
  /// Whether the private part belongs to the public one that the file has beside it: a signature by
  /// the one was verified by the other.
  public let isConsistent: Bool

  init(adopting pointer: OpaquePointer, budget: inout WorkBudget) throws(X509Error) {
    handle = unsafe KeyHandle(adopting: pointer)
    publicKey = unsafe PublicKey(pointer)
    // Keys for agreement alone cannot sign.
    let isForAgreement = publicKey.kind == .other
    guard isForAgreement || budget.spend(signatureBits: publicKey.bitCount) else {
      throw X509Error(.unsupported, "a private key that is too long, or too many of them")
    }
    isConsistent = unsafe isForAgreement || Self.verifies(pointer, publicKey)
  }

  /// Reads a key that is not encrypted: PKCS #8, or the older forms for RSA and elliptic curves.
  ///
  /// - Throws: `.malformed` when it is none.
  public convenience init(der: Span<UInt8>) throws(X509Error) {
    var budget = WorkBudget()
    try self.init(der: der, budget: &budget)
  }

  convenience init(der: Span<UInt8>, budget: inout WorkBudget) throws(X509Error) {
    guard Library.isReady else { throw Library.unavailable }
    let key = unsafe der.withUnsafeBufferPointer { bytes -> OpaquePointer? in
      var position = bytes.baseAddress
      return unsafe d2i_AutoPrivateKey(nil, &position, bytes.count)
    }
    guard let key = unsafe key else {
      throw Library.failure(.malformed, "not a private key that OpenSSL can read")
    }
    try unsafe self.init(adopting: key, budget: &budget)
  }

  /// Whether the certificate is for this key.
  public func matches(_ certificate: Certificate) -> Bool {
    certificate.publicKey.map { publicKey.isSame(as: $0) } ?? false
  }

  /// Lends OpenSSL's `EVP_PKEY`, for the layers that call OpenSSL themselves.
  package func withPointer<Result>(_ body: (OpaquePointer) -> Result) -> Result {
    unsafe body(handle.pointer)
  }

  private static func verifies(_ key: OpaquePointer, _ publicKey: PublicKey) -> Bool {
    // Decoded anew, so that nothing private can help.
    guard let publicHandle = try? PublicKey.decode(publicKey.der.span) else { return false }
    let message: [UInt8] = Array("sealwax".utf8)
    // Ed25519 and Ed448 have their own hash.
    let kind = unsafe EVP_PKEY_get_base_id(key)
    let hasDigest = kind != EVP_PKEY_ED25519 && kind != EVP_PKEY_ED448
    let digest = unsafe hasDigest ? EVP_sha256() : nil
    defer { ERR_clear_error() }
    guard let signing = unsafe EVP_MD_CTX_new() else { return false }
    defer { unsafe EVP_MD_CTX_free(signing) }
    var count = 0
    guard unsafe EVP_DigestSignInit(signing, nil, digest, nil, key) == 1,
      unsafe EVP_DigestSign(signing, nil, &count, message, message.count) == 1, count > 0
    else { return false }
    var signature = [UInt8](repeating: 0, count: count)
    guard unsafe EVP_DigestSign(signing, &signature, &count, message, message.count) == 1,
      let verifying = unsafe EVP_MD_CTX_new()
    else { return false }
    defer { unsafe EVP_MD_CTX_free(verifying) }
    return unsafe EVP_DigestVerifyInit(verifying, nil, digest, nil, publicHandle.pointer) == 1
      && EVP_DigestVerify(verifying, signature, count, message, message.count) == 1
  }
}
