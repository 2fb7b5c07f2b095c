internal import CryptoCore

/// An encrypted value taken apart: `ENC[AES256_GCM,data:...,iv:...,tag:...,type:...]`.
struct EncryptedValue {
  let data: Range<Int>
  let nonce: Range<Int>
  let tag: Range<Int>
  let type: Range<Int>

  /// Whether a text begins as encrypted values do.
  static func isLikely(_ text: Span<UInt8>) -> Bool { text.starts(with: "ENC[") }

  /// Takes a text apart; nil when it is anything else, or followed by anything.
  ///
  /// SOPS does not look at what follows the last bracket, nor does anything authenticate it. It
  /// leaves empty texts plain, and takes no value without a byte.
  init?(_ text: Span<UInt8>) {
    var index = 0
    guard let data = Self.field(behind: "ENC[AES256_GCM,data:", in: text, &index),
      let nonce = Self.field(behind: ",iv:", in: text, &index),
      let tag = Self.field(behind: ",tag:", in: text, &index),
      let type = Self.field(behind: ",type:", upTo: UInt8(ascii: "]"), in: text, &index),
      index + 1 == text.count
    else { return nil }
    (self.data, self.nonce, self.tag, self.type) = (data, nonce, tag, type)
  }

  /// What stands behind a mark, up to a byte that ends it; the index is moved there.
  private static func field(
    behind mark: StaticString, upTo end: UInt8 = UInt8(ascii: ","), in text: Span<UInt8>,
    _ index: inout Int
  ) -> Range<Int>? {
    guard text.extracting(index...).starts(with: mark) else { return nil }
    let start = index + mark.utf8CodeUnitCount
    index = text.firstIndex(of: end, from: start) ?? text.count
    return index > start ? start..<index : nil
  }

  /// Appends an encrypted value.
  static func append(
    sealed: Span<UInt8>, nonce: Span<UInt8>, type: ScalarType, to output: inout WipedBuffer
  ) {
    let tagStart = sealed.count - AES256GCMLongNonce.tagByteCount
    output.append("ENC[AES256_GCM,data:")
    Base64.encode(sealed.extracting(..<tagStart), appendingTo: &output)
    output.append(",iv:")
    Base64.encode(nonce, appendingTo: &output)
    output.append(",tag:")
    Base64.encode(sealed.extracting(tagStart...), appendingTo: &output)
    output.append(",type:")
    output.append(utf8: type.rawValue)
    output.append("]")
  }
}
