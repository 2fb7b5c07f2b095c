internal import COpenSSL

/// Owns an OpenSSL certificate.
///
/// Unchecked: an `X509` is not changed after it was made; OpenSSL locks what it caches in it.
@safe
final class CertificateHandle: @unchecked Sendable {
  let pointer: OpaquePointer

  /// Takes the certificate over.
  init(adopting pointer: OpaquePointer) { unsafe self.pointer = pointer }

  deinit { unsafe X509_free(pointer) }
}
