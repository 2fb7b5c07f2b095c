internal import CryptoCore
internal import SecretScan

/// Which values can be searched for without finding what is none of them.
enum ValueCare {
  /// Without the blanks and line breaks at both ends, which get lost the first.
  static func trimmed(_ value: Span<UInt8>) -> Range<Int> {
    var (start, end) = (0, value.count)
    while start < end, isBlank(value[start]) { start += 1 }
    while end > start, isBlank(value[end - 1]) { end -= 1 }
    return start..<end
  }

  private static func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0a, 0x0d].contains(byte) }

  /// How many different bytes a value must have.
  private static let minimumVariety = 4

  /// Why a value is not searched for; nil when it is, and for an empty one.
  static func reasonToSkip(_ value: Span<UInt8>, minimumByteCount: Int) -> String? {
    if value.isEmpty { return nil }
    if value.count < minimumByteCount { return "shorter than \(minimumByteCount) bytes" }
    let isPlain = KnownValues.variety(of: value, upTo: minimumVariety) < minimumVariety
    if isPlain { return "of fewer than \(minimumVariety) different characters" }
    return isCertificate(value) ? "a certificate, which is public" : nil
  }

  /// PEM of certificates and of nothing else.
  private static func isCertificate(_ value: Span<UInt8>) -> Bool {
    let begin = Array("-----BEGIN ".utf8)
    let kind = Array("-----BEGIN CERTIFICATE-----".utf8)
    guard value.count > kind.count, value.extracting(..<kind.count).isSame(as: kind.span) else {
      return false
    }
    for start in 0...(value.count - kind.count)
    where value.extracting(start..<start + begin.count).isSame(as: begin.span) {
      guard value.extracting(start..<start + kind.count).isSame(as: kind.span) else {
        return false
      }
    }
    return true
  }

  /// How long a value of small letters has to be to be no word, in bytes.
  private static let longWord = 20

  /// Whether a value may well stand somewhere by chance: a word, a host's name, a number.
  static func isCommon(_ value: Span<UInt8>) -> Bool {
    guard value.count < longWord else { return false }
    var (letters, capitals, digits) = (0, 0, 0)
    for index in value.indices {
      switch value[index] {
      case 0x61...0x7a: letters += 1
      case 0x41...0x5a: capitals += 1
      case 0x30...0x39: digits += 1
      case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "/"),
        UInt8(ascii: ":"), UInt8(ascii: "@"), 0x20:
        break
      default: return false
      }
    }
    // A port or a year does not make a name a password.
    let isCapitalised = capitals == 0 || letters == 0 || (capitals == 1 && digits == 0)
    return isCapitalised && (letters + capitals == 0 || digits == 0)
  }
}
