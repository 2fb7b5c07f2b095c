internal import COpenSSL

/// The certificates that chains may end at; for many verifications, on any thread.
@safe
public final class TrustStore: @unchecked Sendable {  // OpenSSL locks an X509_STORE itself
  let pointer: OpaquePointer

  /// The certificates, in order.
  public let certificates: [Certificate]
  /// OpenSSL's forms of them.
  let handles: [CertificateHandle]

  /// Makes one.
  ///
  /// - Throws: `.libraryFailure` when there is no memory.
  public init(_ certificates: [Certificate]) throws(X509Error) {
    self.certificates = certificates
    guard Library.isReady, let store = unsafe X509_STORE_new() else { throw Library.unavailable }
    unsafe pointer = store
    var handles: [CertificateHandle] = []
    for certificate in certificates { handles.append(try certificate.handle()) }
    self.handles = handles
    for handle in handles {
      guard unsafe X509_STORE_add_cert(store, handle.pointer) == 1 else {
        throw Library.unavailable
      }
    }
  }

  deinit { unsafe X509_STORE_free(pointer) }

  /// Lends OpenSSL's `X509_STORE`, for the layers that call OpenSSL themselves.
  package func withPointer<Result>(_ body: (OpaquePointer) -> Result) -> Result {
    unsafe body(pointer)
  }
}
