/// Secret keys in texts where they do not belong, such as a path that a message repeats.
public enum SecretKeyText {
  private static let prefixes = [
    "AGE-SECRET-KEY-", "AGE-PLUGIN-", "SEALWAX-KEK-", "SEALWAX-SIGNING-KEY-",
  ].map { Array($0.utf8) }
  private static let armor = Array("PRIVATE KEY-----".utf8)

  /// The text with `AGE-SECRET-KEY-...` in place of every key.
  public static func redacted(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var copied = 0
    var index = 0
    while index < bytes.count {
      guard let key = key(at: index, in: bytes) else {
        index += 1
        continue
      }
      result += bytes[copied..<key.lowerBound] + Array("...".utf8)
      index = key.upperBound
      copied = index
    }
    return copied == 0 ? text : String(decoding: result + bytes[copied...], as: UTF8.self)
  }

  /// Whether a key is in it.
  static func isIn(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return bytes.indices.contains { key(at: $0, in: bytes) != nil }
  }

  /// The secret part of a key whose prefix begins here.
  private static func key(at index: Int, in bytes: [UInt8]) -> Range<Int>? {
    switch bytes[index] | 0x20 {
    case UInt8(ascii: "a"), UInt8(ascii: "s"): return bech32Key(at: index, in: bytes)
    case UInt8(ascii: "p"): return armoredKey(at: index, in: bytes)
    default: return nil
    }
  }

  private static func bech32Key(at index: Int, in bytes: [UInt8]) -> Range<Int>? {
    for prefix in prefixes where begins(bytes[index...], prefix) {
      let start = index + prefix.count
      var end = start
      while end < bytes.count, isWord(bytes[end]) { end += 1 }
      guard end > start else { return nil }
      // The programs of plugins have lower case names too: age-plugin-yubikey.
      let isProgram = bytes[index] == UInt8(ascii: "a") && prefix == prefixes[1]
      return isProgram && !hasData(bytes[start..<end]) ? nil : start..<end
    }
    return nil
  }

  /// Whether it ends like Bech32 (BIP 173): `1` and at least 6 of its characters.
  private static func hasData(_ text: ArraySlice<UInt8>) -> Bool {
    guard let separator = text.lastIndex(of: UInt8(ascii: "1")) else { return false }
    let data = text[(separator + 1)...]
    let letters = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
    return data.count >= 6 && data.allSatisfy(letters.contains)
  }

  /// What stands behind `-----BEGIN ... PRIVATE KEY-----`, line breaks and their escapes included.
  private static func armoredKey(at index: Int, in bytes: [UInt8]) -> Range<Int>? {
    guard bytes[index...].starts(with: armor) else { return nil }
    let start = index + armor.count
    var end = start
    let more = Array("+/=\\\n\r".utf8)
    while end < bytes.count, isWord(bytes[end]) || more.contains(bytes[end]) { end += 1 }
    return end > start ? start..<end : nil
  }

  private static func begins(_ text: ArraySlice<UInt8>, _ prefix: [UInt8]) -> Bool {
    guard text.count >= prefix.count else { return false }
    return zip(text, prefix).allSatisfy { byte, wanted in
      byte == wanted || (byte & 0xdf == wanted && byte >= 0x61)
    }
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"): true
    default: false
    }
  }
}
