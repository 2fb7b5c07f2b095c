internal import CryptoCore

/// Which nonces a file's values were encrypted with: what has not changed keeps its ciphertext.
///
/// A nonce is given back once only, and for the very value and place it was used with, so that the
/// same bytes come out. Values are kept as codes under a key of this object's own.
final class NonceMemory {
  private let storage: Storage
  private var nonces: [HMACSHA256.Tag: [AES256GCMLongNonce.Nonce]] = [:]
  /// How many of them were given back.
  private var used: [HMACSHA256.Tag: Int] = [:]

  private struct Storage: ~Copyable {
    let key: SymmetricKey<HMACSHA256>

    borrowing func stream() -> HMACSHA256.Stream { HMACSHA256.Stream(key: key) }
  }

  /// - Throws: `.cryptoFailure` when no secret memory is to be had.
  init() throws(SOPSError) {
    do { storage = Storage(key: try .random()) } catch { throw SOPSError(crypto: error) }
  }

  private func code(_ text: Span<UInt8>, _ type: ScalarType, _ path: Span<UInt8>)
    -> HMACSHA256.Tag
  {
    var stream = storage.stream()
    let head = Array("\(type.rawValue) \(path.count) ".utf8)
    stream.update(head.span)
    stream.update(path)
    stream.update(text)
    return stream.finalize()
  }

  /// Keeps the nonce of a value.
  func keep(
    _ nonce: AES256GCMLongNonce.Nonce, for text: Span<UInt8>, _ type: ScalarType,
    at path: Span<UInt8>
  ) {
    nonces[code(text, type, path), default: []].append(nonce)
  }

  /// The nonce of a value that has not changed, else a new one.
  func nonce(for text: Span<UInt8>, _ type: ScalarType, at path: Span<UInt8>)
    -> AES256GCMLongNonce.Nonce
  {
    let code = code(text, type, path)
    let count = used[code, default: 0]
    used[code] = count + 1
    if let known = nonces[code], count < known.count { return known[count] }
    let nonce = AES256GCMLongNonce.Nonce.random()
    nonces[code, default: []].append(nonce)
    return nonce
  }

  /// Begins anew, for another version of the same file under the same key: what it has in common
  /// with the one before gets the same ciphertext.
  func rewind() { used = [:] }
}
