internal import COpenSSL

/// OpenSSL's `SSL_CTX` for probing: what the library was built with, and nothing verified.
///
/// Freed with its last user. Unchecked: it is not changed after it was made.
@safe
final class TLSContext: @unchecked Sendable {
  let pointer: OpaquePointer

  init(_ settings: HandshakeSettings, identity: ClientIdentity?) throws(TLSError) {
    guard Library.isReady, let context = unsafe SSL_CTX_new(TLS_client_method()) else {
      ERR_clear_error()
      throw TLSError(.libraryFailure, "setting up TLS")
    }
    unsafe pointer = context
    // Level 0 permits what the levels above forbid: TLS 1.0 and 1.1, SHA-1, short keys.
    unsafe SSL_CTX_set_security_level(context, settings.securityLevel)
    unsafe SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nil)
    _ = unsafe SSL_CTX_set_options(context, COpenSSLProbeOptions)
    let cipherList = "ALL:COMPLEMENTOFALL:@SECLEVEL=\(settings.securityLevel)"
    let oldest = Int(settings.oldest.rawValue)
    let newest = Int(settings.newest.rawValue)
    guard unsafe SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, oldest, nil) == 1,
      unsafe SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, newest, nil) == 1,
      unsafe SSL_CTX_set_cipher_list(context, cipherList) == 1,
      unsafe TLSContext.setProtocols(settings.protocols, context)
    else {
      ERR_clear_error()
      throw TLSError(.libraryFailure, "setting up TLS")
    }
    if let identity { try unsafe identity.use(in: context) }
  }

  /// ALPN's list: each name with its length in front; 0 is success here.
  private static func setProtocols(_ names: [String], _ context: OpaquePointer) -> Bool {
    guard !names.isEmpty else { return true }
    var list: [UInt8] = []
    for name in names {
      guard let count = UInt8(exactly: name.utf8.count), count > 0 else { return false }
      list.append(count)
      list += Array(name.utf8)
    }
    return unsafe SSL_CTX_set_alpn_protos(context, list, CUnsignedInt(list.count)) == 0
  }

  deinit { unsafe SSL_CTX_free(pointer) }
}
