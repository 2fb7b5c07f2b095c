internal import CryptoCore

/// What is between the first and the last line of a PEM text.
enum PEMBody {
  /// Decodes the lines, whatever their width.
  ///
  /// - Throws: `.malformedIdentity`.
  static func decode(_ pem: Span<UInt8>) throws(AgeError) -> WipedBuffer {
    var characters = WipedBuffer(capacity: pem.count)
    var lines = KeyFileLines(pem)
    var isFirst = true
    var hasEnded = false
    while let (range, _) = lines.next(in: pem) {
      let line = pem.extracting(range)
      if isFirst {
        isFirst = false
        continue
      }
      // Nothing may follow: a second key would be passed over in silence.
      guard !hasEnded else { throw OpenSSHKey.malformed }
      if line.starts(with: "-----END ") {
        hasEnded = true
      } else {
        characters.append(line)
      }
    }
    var bytes = WipedBuffer(capacity: characters.count)
    do {
      guard hasEnded else { throw OpenSSHKey.malformed }
      try Base64.decode(characters.bytes, appendingTo: &bytes)
    } catch { throw OpenSSHKey.malformed }
    return bytes
  }
}
