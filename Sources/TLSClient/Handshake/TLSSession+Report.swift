internal import COpenSSL

extension TLSSession {
  /// What the handshake has shown until now.
  func report(_ outcome: HandshakeReport.Outcome) -> HandshakeReport {
    let group = temporaryKey()
    return HandshakeReport(
      outcome: outcome, version: version, suite: suite, group: group?.name,
      groupBits: group?.bits ?? 0, signature: signature, chosenProtocol: chosenProtocol,
      chain: chain, asksForClientCertificate: isAskedForCertificate,
      acceptedAuthorities: acceptedAuthorities)
  }

  private var suite: String? {
    guard let cipher = unsafe SSL_get_current_cipher(pointer) ?? SSL_get_pending_cipher(pointer),
      let name = unsafe SSL_CIPHER_standard_name(cipher)
    else { return nil }
    return unsafe String(cString: name)
  }

  /// Before the server's choice the library shows its own newest version.
  private var version: TLSVersion? {
    suite == nil
      ? nil : TLSVersion(rawValue: UInt16(truncatingIfNeeded: unsafe SSL_version(pointer)))
  }

  /// The server's temporary key; the caller of the library owns what it gives.
  private func temporaryKey() -> (name: String, bits: Int)? {
    var key: OpaquePointer?
    guard unsafe SSL_ctrl(pointer, SSL_CTRL_GET_PEER_TMP_KEY, 0, &key) == 1,
      let key = unsafe key
    else {
      ERR_clear_error()
      return nil
    }
    defer { unsafe EVP_PKEY_free(key) }
    let bits = Int(unsafe EVP_PKEY_get_bits(key))
    guard let type = unsafe EVP_PKEY_get0_type_name(key) else { return nil }
    let name = unsafe String(cString: type)
    guard name == "EC" else { return (name, bits) }
    var buffer = [CChar](repeating: 0, count: 64)
    var count = 0
    guard unsafe EVP_PKEY_get_group_name(key, &buffer, buffer.count, &count) == 1 else {
      return (name, bits)
    }
    let curve = String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let known = ["prime256v1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"]
    return (known[curve] ?? curve, bits)
  }

  private var signature: String? {
    var kind: CInt = 0
    guard unsafe SSL_get_peer_signature_type_nid(pointer, &kind) == 1,
      let name = Library.name(ofObject: kind)
    else { return nil }
    var digest: CInt = 0
    guard unsafe SSL_ctrl(pointer, SSL_CTRL_GET_PEER_SIGNATURE_NID, 0, &digest) == 1,
      let hash = Library.name(ofObject: digest), hash != "UNDEF"
    else { return name }
    return "\(name) with \(hash)"
  }

  private var chosenProtocol: String? {
    var start: UnsafePointer<UInt8>?
    var count: CUnsignedInt = 0
    unsafe SSL_get0_alpn_selected(pointer, &start, &count)
    guard let start = unsafe start, count > 0 else { return nil }
    let bytes = unsafe UnsafeBufferPointer(start: start, count: Int(count))
    return unsafe String(decoding: bytes, as: UTF8.self)
  }

  private var chain: [[UInt8]] {
    guard let stack = unsafe SSL_get_peer_cert_chain(pointer) else { return [] }
    return unsafe (0..<OPENSSL_sk_num(stack)).compactMap { index in
      guard let item = unsafe OPENSSL_sk_value(stack, index) else { return nil }
      var encoded: UnsafeMutablePointer<UInt8>?
      let count = unsafe i2d_X509(OpaquePointer(item), &encoded)
      guard count > 0, let encoded = unsafe encoded else { return nil }
      defer { unsafe CRYPTO_free(encoded, "", 0) }
      return unsafe [UInt8](UnsafeBufferPointer(start: encoded, count: Int(count)))
    }
  }

  /// At most 64 names; a server may send hundreds of kilobytes of them.
  private var acceptedAuthorities: [String] {
    guard let stack = unsafe SSL_get0_peer_CA_list(pointer) else { return [] }
    return unsafe (0..<min(OPENSSL_sk_num(stack), 64)).compactMap { index in
      guard let item = unsafe OPENSSL_sk_value(stack, index),
        let memory = unsafe BIO_new(BIO_s_mem())
      else { return nil }
      defer { unsafe BIO_free(memory) }
      guard unsafe X509_NAME_print_ex(memory, OpaquePointer(item), 0, COpenSSLNameRFC2253) >= 0
      else { return nil }
      var start: UnsafeMutableRawPointer?
      let count = unsafe BIO_ctrl(memory, BIO_CTRL_INFO, 0, &start)
      guard let start = unsafe start, count > 0 else { return nil }
      let bytes = unsafe UnsafeRawBufferPointer(start: start, count: min(count, 1024))
      return unsafe String(decoding: bytes, as: UTF8.self)
    }
  }
}
