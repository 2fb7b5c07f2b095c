internal import CryptoCore

/// The secret of a repository's clone by which fingerprints show that a value changed, and nothing
/// else of it.
public struct FingerprintKey: ~Copyable, Sendable {
  /// The length of the secret, in bytes.
  public static let byteCount = 32

  private let key: SymmetricKey<HMACSHA256>

  /// Takes a secret over.
  ///
  /// - Throws: `.malformedKey` when it is not 32 bytes.
  public init(copying bytes: Span<UInt8>) throws(EnvelopeError) {
    do { key = try SymmetricKey<HMACSHA256>(copying: bytes) } catch {
      throw EnvelopeError(.malformedKey, "the secret of the fingerprints is not 32 bytes long")
    }
  }

  /// The fingerprint of a text at a place of a file of another format.
  public func fingerprint(of text: Span<UInt8>, in format: String, at path: [String]) -> String {
    var place = CanonicalBytes(label: "sealwax v1 fingerprint of another format")
    place.append(list: [format] + path)
    return fingerprint(of: text, at: place)
  }

  /// The fingerprint of a text at a place: 48 bits of HMAC-SHA-256 over both, in hexadecimal.
  func fingerprint(of text: Span<UInt8>, at place: CanonicalBytes) -> String {
    var code = HMACSHA256.Stream(key: key)
    code.update(place.bytes.span)
    code.update(text)
    let bytes = [UInt8](copying: code.finalize().bytes.extracting(..<6))
    return bytes.map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }
}
