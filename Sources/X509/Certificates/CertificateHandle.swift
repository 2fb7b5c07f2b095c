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

  /// Decodes a certificate; the bytes behind it are counted.
  ///
  /// - Throws: `.malformed` when it is none.
  static func decode(
    _ der: Span<UInt8>, isTrusted: Bool
  ) throws(X509Error) -> (handle: CertificateHandle, trailing: Int) {
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
    return unsafe (CertificateHandle(adopting: pointer), decoded.1)
  }
}
