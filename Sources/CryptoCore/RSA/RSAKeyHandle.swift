internal import COpenSSL

/// Owns an OpenSSL key of the type RSA.
///
/// Unchecked: an `EVP_PKEY` is not changed after it was made; OpenSSL locks what it caches in it.
@safe
final class RSAKeyHandle: @unchecked Sendable {
  let pointer: OpaquePointer

  /// Takes the key over.
  ///
  /// - Throws: `.invalidKey` when it is not RSA or its length not accepted.
  init(adopting pointer: OpaquePointer) throws(CryptoError) {
    unsafe self.pointer = pointer
    guard unsafe EVP_PKEY_is_a(pointer, "RSA") == 1,
      RSAOAEP.modulusBitCounts.contains(Int(unsafe EVP_PKEY_get_bits(pointer)))
    else { throw CryptoError(.invalidKey, "taking an RSA key") }
  }

  deinit { unsafe EVP_PKEY_free(pointer) }

  /// A public number of the key, big-endian without leading zeros.
  func number(_ name: BigNumbers.Name) throws(CryptoError) -> [UInt8] {
    var number: OpaquePointer?
    guard unsafe EVP_PKEY_get_bn_param(pointer, name.pointer, &number) == 1,
      let number = unsafe number
    else { throw OpenSSL.failure("reading an RSA key") }
    defer { unsafe BN_free(number) }
    let count = Int(unsafe BN_num_bits(number) + 7) / 8
    return unsafe [UInt8](unsafeUninitializedCapacity: count) { bytes, written in
      if let start = bytes.baseAddress { written = Int(unsafe BN_bn2bin(number, start)) }
    }
  }

  /// The public key of the same numbers, without the private ones.
  func publicPart() throws(CryptoError) -> RSAKeyHandle {
    let modulus = try number(.modulus)
    let exponent = try number(.publicExponent)
    var numbers = BigNumbers()
    try numbers.add(.modulus, modulus.span)
    try numbers.add(.publicExponent, exponent.span)
    return try numbers.makeKey(COpenSSLSelectPublicKey)
  }
}
