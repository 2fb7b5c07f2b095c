internal import COpenSSL

/// The numbers of an RSA key in the making, by OpenSSL's names for them; wiped when they go.
@safe
struct BigNumbers: ~Copyable {
  enum Name {
    case modulus, publicExponent, privateExponent
    case firstPrime, secondPrime, firstExponent, secondExponent, coefficient

    private var text: StaticString {
      switch self {
      case .modulus: "n"
      case .publicExponent: "e"
      case .privateExponent: "d"
      case .firstPrime: "rsa-factor1"
      case .secondPrime: "rsa-factor2"
      case .firstExponent: "rsa-exponent1"
      case .secondExponent: "rsa-exponent2"
      case .coefficient: "rsa-coefficient1"
      }
    }

    /// The name for C, which lives for ever: OpenSSL's parameters keep the pointer, not the text.
    var pointer: UnsafePointer<CChar> {
      unsafe UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
    }
  }

  private var values: [Name: OpaquePointer] = unsafe [:]

  init() {}

  deinit {
    unsafe values.values.forEach { unsafe BN_clear_free($0) }
  }

  private subscript(name: Name) -> OpaquePointer? { unsafe values[name] }

  /// Adds a number from its big-endian bytes, at most 2,048 of them.
  mutating func add(_ name: Name, _ bytes: Span<UInt8>) throws(CryptoError) {
    guard let count = CInt(exactly: bytes.count), count <= 2048 else {
      throw CryptoError(.invalidKey, "taking an RSA key")
    }
    guard unsafe values[name] == nil,
      let value = unsafe bytes.withPointer({ unsafe BN_bin2bn($0, count, nil) })
    else { throw OpenSSL.failure("taking an RSA key") }
    unsafe values[name] = value
  }

  /// Adds the exponents of the Chinese remainder theorem, and checks that the primes make up the
  /// modulus.
  mutating func complete() throws(CryptoError) {
    guard let modulus = unsafe self[.modulus], let first = unsafe self[.firstPrime],
      let second = unsafe self[.secondPrime], let exponent = unsafe self[.privateExponent],
      let product = unsafe BN_new()
    else { throw OpenSSL.failure("making an RSA key") }
    defer { unsafe BN_clear_free(product) }
    guard let context = unsafe BN_CTX_new() else { throw OpenSSL.failure("making an RSA key") }
    defer { unsafe BN_CTX_free(context) }
    guard unsafe BN_mul(product, first, second, context) == 1,
      unsafe BN_cmp(product, modulus) == 0, unsafe BN_is_one(first) == 0,
      unsafe BN_is_one(second) == 0
    else {
      ERR_clear_error()
      throw CryptoError(.invalidKey, "making an RSA key")
    }
    unsafe values[.firstExponent] = try unsafe Self.reduce(exponent, first, context)
    unsafe values[.secondExponent] = try unsafe Self.reduce(exponent, second, context)
  }

  /// The private exponent modulo a prime less one.
  private static func reduce(
    _ exponent: OpaquePointer, _ prime: OpaquePointer, _ context: OpaquePointer
  ) throws(CryptoError) -> OpaquePointer {
    guard let modulus = unsafe BN_dup(prime) else { throw OpenSSL.failure("making an RSA key") }
    defer { unsafe BN_clear_free(modulus) }
    guard let result = unsafe BN_new() else { throw OpenSSL.failure("making an RSA key") }
    unsafe BN_set_flags(modulus, BN_FLG_CONSTTIME)
    guard unsafe BN_sub_word(modulus, 1) == 1,
      unsafe BN_div(nil, result, exponent, modulus, context) == 1
    else {
      unsafe BN_clear_free(result)
      throw OpenSSL.failure("making an RSA key")
    }
    return unsafe result
  }

  /// Makes the key; the numbers stay.
  ///
  /// - Throws: `.invalidKey` when OpenSSL does not take it.
  func makeKey(_ selection: CInt) throws(CryptoError) -> RSAKeyHandle {
    guard OpenSSL.isReady, let builder = unsafe OSSL_PARAM_BLD_new() else {
      throw OpenSSL.failure("making an RSA key")
    }
    defer { unsafe OSSL_PARAM_BLD_free(builder) }
    for unsafe(name, value) in unsafe values {
      guard unsafe OSSL_PARAM_BLD_push_BN(builder, name.pointer, value) == 1 else {
        throw OpenSSL.failure("making an RSA key")
      }
    }
    guard let parameters = unsafe OSSL_PARAM_BLD_to_param(builder) else {
      throw OpenSSL.failure("making an RSA key")
    }
    defer { unsafe OSSL_PARAM_free(parameters) }
    guard let context = unsafe EVP_PKEY_CTX_new_from_name(nil, "RSA", nil) else {
      throw OpenSSL.failure("making an RSA key")
    }
    defer { unsafe EVP_PKEY_CTX_free(context) }
    var key: OpaquePointer?
    guard unsafe EVP_PKEY_fromdata_init(context) == 1,
      unsafe EVP_PKEY_fromdata(context, &key, selection, parameters) == 1,
      let key = unsafe key
    else {
      ERR_clear_error()
      throw CryptoError(.invalidKey, "making an RSA key")
    }
    return try unsafe RSAKeyHandle(adopting: key)
  }
}
