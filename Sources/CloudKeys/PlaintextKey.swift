internal import CryptoCore

/// The data key in a service's answer.
enum PlaintextKey {
  /// A key or a share of one, from Base64.
  ///
  /// - Throws: `.malformedAnswer` when there is none.
  static func decode(
    _ text: consuming WipedBuffer?, isForURL: Bool = false, from service: String,
    in arena: SecretArena?
  ) throws(CloudError) -> SecretBytes {
    guard let text, !text.isEmpty else {
      throw CloudError(.malformedAnswer, "\(service) gave no plaintext")
    }
    var key = WipedBuffer(capacity: 64)
    do throws(CryptoError) {
      if isForURL {
        try key.appendDecoding(base64URL: text.bytes)
      } else {
        try Base64.decode(text.bytes, appendingTo: &key)
      }
      return try SecretBytes(copying: key.bytes, in: arena)
    } catch  where error.code == .invalidEncoding {
      throw CloudError(.malformedAnswer, "\(service) gave a plaintext that is not Base64")
    } catch { throw CloudError(error) }
  }
}

extension String {
  /// Whether this is Base64 of something.
  var isBase64: Bool {
    var bytes = WipedBuffer()
    let text = Array(utf8)
    do { try Base64.decode(text.span, appendingTo: &bytes) } catch { return false }
    return !bytes.isEmpty
  }

  /// Whether this is URL-safe Base64 without padding of something.
  var isBase64URL: Bool {
    var bytes = WipedBuffer()
    let text = Array(utf8)
    do { try bytes.appendDecoding(base64URL: text.span) } catch { return false }
    return !bytes.isEmpty
  }
}
