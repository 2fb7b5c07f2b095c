internal import COpenSSL
public import X509

/// A client's certificate with its key, to show to servers that ask.
///
/// The key stays where X509 put it: in OpenSSL's memory, wiped when it goes.
public struct ClientIdentity: Sendable {
  private let certificates: [Certificate]
  private let key: PrivateKey

  /// Makes one.
  ///
  /// - Parameter certificates: The client's own first, then those that lead to an authority.
  /// - Throws: `.unusableIdentity` when the key is not the first certificate's.
  public init(certificates: [Certificate], key: PrivateKey) throws(TLSError) {
    guard let first = certificates.first, key.matches(first) else {
      throw TLSError(.unusableIdentity, "taking the client's certificate and key")
    }
    self.certificates = certificates
    self.key = key
  }

  /// Has a context show it; the context keeps references of its own.
  func use(in context: OpaquePointer) throws(TLSError) {
    var isUsed = true
    for (index, certificate) in certificates.enumerated() {
      let added = unsafe try? certificate.withPointer { pointer in
        unsafe index == 0
          ? CInt(SSL_CTX_use_certificate(context, pointer))
          : CInt(clamping: SSL_CTX_ctrl(context, SSL_CTRL_CHAIN_CERT, 1, .init(pointer)))
      }
      isUsed = isUsed && added == 1
    }
    let hasKey = unsafe key.withPointer { unsafe SSL_CTX_use_PrivateKey(context, $0) } == 1
    guard isUsed, hasKey else {
      _ = Library.reason()
      throw TLSError(.unusableIdentity, "taking the client's certificate and key")
    }
  }
}
