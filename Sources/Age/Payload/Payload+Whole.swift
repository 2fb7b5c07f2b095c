internal import CryptoCore

extension Payload {
  /// A payload as short as this, in bytes, is of a key: it is not worth a context for its cipher.
  private static let shortByteCount = 1024

  /// Appends nonce and chunks of a whole plaintext.
  static func seal(
    _ plaintext: Span<UInt8>, _ fileKey: borrowing FileKey, in arena: SecretArena?,
    appendingTo output: inout WipedBuffer
  ) throws(AgeError) {
    let nonceStart = output.count
    output.append(count: nonceByteCount) { RandomBytes.fill(&$0) }
    let key = try key(fileKey, nonce: output.bytes.extracting(nonceStart...), in: arena)
    do {
      if plaintext.count <= shortByteCount {
        return try output.append(count: sealedByteCount(plaintext: plaintext.count)) {
          (room: inout MutableSpan<UInt8>) throws(CryptoError) in
          try ChaCha20Poly1305.seal(
            plaintext, key: key, nonce: chunkNonce(0, isLast: true), into: &room)
        }
      }
      var cipher = try ChaCha20Poly1305Cipher()
      try cipher.setKey(key)
      try output.append(count: sealedByteCount(plaintext: plaintext.count)) {
        (room: inout MutableSpan<UInt8>) throws(CryptoError) in
        let last = chunkCount(plaintext: plaintext.count) - 1
        for index in 0...last {
          let start = index * chunkByteCount
          let end = min(start + chunkByteCount, plaintext.count)
          let place = index * sealedChunkByteCount
          var chunk = room._mutatingExtracting(place..<(place + end - start + 16))
          try cipher.sealChunk(
            plaintext.extracting(start..<end),
            nonce: chunkNonce(index, isLast: index == last), into: &chunk)
        }
      }
    } catch { throw AgeError(error) }
  }

  /// Appends the plaintext of nonce and chunks; nothing when it throws.
  ///
  /// - Throws: `.malformedHeader` without a whole nonce; `.malformedPayload`.
  static func open(
    _ sealed: Span<UInt8>, _ fileKey: borrowing FileKey, in arena: SecretArena?,
    appendingTo output: inout WipedBuffer
  ) throws(AgeError) {
    guard sealed.count >= nonceByteCount else { throw nonceMissing }
    let key = try key(fileKey, nonce: sealed.extracting(..<nonceByteCount), in: arena)
    let chunks = sealed.extracting(nonceByteCount...)
    let tag = ChaCha20Poly1305.tagByteCount
    let last = max(chunks.count - 1, 0) / sealedChunkByteCount
    let lastCount = chunks.count - last * sealedChunkByteCount
    guard lastCount >= tag else { throw truncated }
    do {
      if chunks.count <= shortByteCount {
        return try output.append(count: chunks.count - tag) {
          (room: inout MutableSpan<UInt8>) throws(CryptoError) in
          try ChaCha20Poly1305.open(
            chunks, key: key, nonce: chunkNonce(0, isLast: true), into: &room)
        }
      }
      var cipher = try ChaCha20Poly1305Cipher()
      try cipher.setKey(key)
      try output.append(count: chunks.count - (last + 1) * tag) {
        (room: inout MutableSpan<UInt8>) throws(CryptoError) in
        for index in 0...last {
          let place = index * sealedChunkByteCount
          let end = min(place + sealedChunkByteCount, chunks.count)
          let start = index * chunkByteCount
          var chunk = room._mutatingExtracting(start..<(start + end - place - tag))
          try cipher.openChunk(
            chunks.extracting(place..<end), nonce: chunkNonce(index, isLast: index == last),
            into: &chunk)
        }
      }
    } catch {
      if error.code == .authenticationFailed { throw tampered }
      throw AgeError(error)
    }
    if last > 0, lastCount == tag {
      output.truncate(to: output.count - last * chunkByteCount)
      throw emptyLast
    }
  }

  static let nonceMissing = AgeError(
    .malformedHeader, "the file ends before the nonce of its payload")
}
