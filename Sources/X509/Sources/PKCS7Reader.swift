internal import COpenSSL

/// Takes the certificates out of PKCS #7 (RFC 2315), as `.p7b` files have them.
enum PKCS7Reader {
  static func certificates(in der: Span<UInt8>) throws(X509Error) -> [Certificate] {
    guard Library.isReady else { throw Library.unavailable }
    let message = unsafe der.withUnsafeBufferPointer { bytes in
      var position = bytes.baseAddress
      return unsafe d2i_PKCS7(nil, &position, bytes.count)
    }
    guard let message = unsafe message else {
      throw Library.failure(.malformed, "not a PKCS #7 that OpenSSL can read")
    }
    defer { unsafe PKCS7_free(message) }
    guard unsafe OBJ_obj2nid(message.pointee.type) == NID_pkcs7_signed,
      let signed = unsafe message.pointee.d.sign
    else { throw X509Error(.unsupported, "a PKCS #7 without certificates") }
    var certificates: [Certificate] = []
    for unsafe(element) in unsafe Stack(signed.pointee.cert).elements {
      let pointer = OpaquePointer(element)
      guard unsafe X509_up_ref(pointer) == 1 else { throw Library.unavailable }
      certificates.append(try Certificate(unsafe CertificateHandle(adopting: pointer)))
    }
    return certificates
  }
}
