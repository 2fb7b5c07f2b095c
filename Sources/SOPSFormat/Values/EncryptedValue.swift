internal import CryptoCore

/// An encrypted value taken apart: `ENC[AES256_GCM,data:...,iv:...,tag:...,type:...]`.
struct EncryptedValue {
  let data: Range<Int>
  let nonce: Range<Int>
  let tag: Range<Int>
  let type: Range<Int>

  private static let parts: [StaticString] = [
    "ENC[AES256_GCM,data:", ",iv:", ",tag:", ",type:",
  ]

  /// Whether a text begins as encrypted values do.
  static func isLikely(_ text: Span<UInt8>) -> Bool { text.starts(with: "ENC[") }

  /// Takes a text apart; nil when it is anything else, or followed by anything.
  ///
  /// SOPS does not look at what follows the last bracket, nor does anything authenticate it.
  init?(_ text: Span<UInt8>) {
    var fields: [Range<Int>] = []
    var index = 0
    for (part, start) in Self.parts.enumerated() {
      guard text.extracting(index...).starts(with: start) else { return nil }
      index += start.utf8CodeUnitCount
      let begin = index
      let isLast = part + 1 == Self.parts.count
      while index < text.count,
        text[index] != (isLast ? UInt8(ascii: "]") : UInt8(ascii: ","))
      { index += 1 }
      fields.append(begin..<index)
    }
    guard index + 1 == text.count else { return nil }
    (data, nonce, tag, type) = (fields[0], fields[1], fields[2], fields[3])
  }

  /// Appends an encrypted value.
  static func append(
    sealed: Span<UInt8>, nonce: Span<UInt8>, type: ScalarType, to output: inout WipedBuffer
  ) {
    let tagStart = sealed.count - AES256GCMLongNonce.tagByteCount
    output.append(parts[0])
    Base64.encode(sealed.extracting(..<tagStart), appendingTo: &output)
    output.append(parts[1])
    Base64.encode(nonce, appendingTo: &output)
    output.append(parts[2])
    Base64.encode(sealed.extracting(tagStart...), appendingTo: &output)
    output.append(parts[3])
    output.append(utf8: type.rawValue)
    output.append("]")
  }
}
