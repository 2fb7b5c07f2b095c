internal import COpenSSL

/// Owns an OpenSSL key; a private key's numbers are wiped when it goes.
///
/// Unchecked: an `EVP_PKEY` is not changed after it was made; OpenSSL locks what it caches in it.
@safe
final class KeyHandle: @unchecked Sendable {
  let pointer: OpaquePointer

  /// Takes the key over.
  init(adopting pointer: OpaquePointer) { unsafe self.pointer = pointer }

  deinit { unsafe EVP_PKEY_free(pointer) }
}
