/// Recognises binary files with private keys by what they begin with and what is in them.
enum KeyFile {
  /// What a file is, when it holds a private key.
  struct Kind {
    /// For people.
    let name: String
    /// Whether a passphrase protects the key.
    let isEncrypted: Bool
  }

  /// The kind of a file; nil when it is none of these, and for stores with certificates only.
  static func kind(of bytes: Span<UInt8>) -> Kind? {
    guard bytes.count >= 32 else { return nil }
    switch bytes[0] {
    case 0x30: return asn1(bytes)
    case 0xfe where startsWith(bytes, [0xfe, 0xed, 0xfe, 0xed]),
      0xce where startsWith(bytes, [0xce, 0xce, 0xce, 0xce]):
      return JavaKeyStore.hasPrivateKey(bytes)
        ? Kind(name: "a Java key store with a private key", isEncrypted: true) : nil
    default: return nil
    }
  }

  private static func startsWith(_ bytes: Span<UInt8>, _ prefix: [UInt8]) -> Bool {
    has(bytes, prefix, at: 0)
  }

  private static func has(_ bytes: Span<UInt8>, _ text: [UInt8], at start: Int) -> Bool {
    guard start >= 0, bytes.count - start >= text.count else { return false }
    for index in text.indices where bytes[start + index] != text[index] { return false }
    return true
  }

  /// A key or key store in DER, which fills the file.
  private static func asn1(_ bytes: Span<UInt8>) -> Kind? {
    guard let content = header(bytes) else { return nil }
    // PKCS #12 (RFC 7292): version 3, then ContentInfo.
    if has(bytes, [0x02, 0x01, 0x03, 0x30], at: content) { return keyStore(bytes) }
    if has(bytes, [0x02, 0x01, 0x00], at: content) {
      // PKCS #1 (RFC 8017): the modulus follows.
      if has(bytes, [0x02, 0x82], at: content + 3) || has(bytes, [0x02, 0x81], at: content + 3) {
        return Kind(name: "an RSA private key in DER", isEncrypted: false)
      }
      // PKCS #8 (RFC 5208): an AlgorithmIdentifier follows, then an OCTET STRING.
      if content + 4 < bytes.count, bytes[content + 3] == 0x30, bytes[content + 4] < 0x40,
        content + 5 + Int(bytes[content + 4]) < bytes.count,
        bytes[content + 5 + Int(bytes[content + 4])] == 0x04
      {
        return Kind(name: "a PKCS #8 private key in DER", isEncrypted: false)
      }
    }
    // SEC 1 (RFC 5915): version 1 and the key itself.
    if has(bytes, [0x02, 0x01, 0x01, 0x04], at: content) {
      return Kind(name: "an EC private key in DER", isEncrypted: false)
    }
    // PKCS #8 encrypted (PBES2, or one of PKCS #5 and PKCS #12 before it).
    if content + 2 < bytes.count, bytes[content] == 0x30 {
      let algorithm = content + (bytes[content + 1] < 0x80 ? 2 : 3)
      let pbes: [UInt8] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05]
      let pkcs12: [UInt8] = [0x06, 0x0a, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01]
      if has(bytes, pbes, at: algorithm) || has(bytes, pkcs12, at: algorithm) {
        return Kind(name: "an encrypted PKCS #8 private key in DER", isEncrypted: true)
      }
    }
    return nil
  }

  /// Where the content of a SEQUENCE begins that fills the bytes, or has no definite length (BER).
  private static func header(_ bytes: Span<UInt8>) -> Int? {
    let first = Int(bytes[1])
    if first < 0x80 { return bytes.count == 2 + first ? 2 : nil }
    if first == 0x80 { return 2 }
    let lengthCount = first & 0x7f
    guard lengthCount <= 4, bytes.count >= 2 + lengthCount else { return nil }
    var length = 0
    for index in 2..<2 + lengthCount { length = length << 8 | Int(bytes[index]) }
    return bytes.count == 2 + lengthCount + length ? 2 + lengthCount : nil
  }

  /// keyBag, pkcs8ShroudedKeyBag and secretBag: 1.2.840.113549.1.12.10.1.{1,2,5}.
  ///
  /// Key bags stand in the clear, as a rule, with what is in them encrypted; a store whose visible
  /// part has none is taken for one of certificates.
  private static func keyStore(_ bytes: Span<UInt8>) -> Kind? {
    let bag: [UInt8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01]
    var isEncrypted = false
    for start in bytes.indices.dropLast(bag.count) where bytes[start] == bag[0] {
      guard has(bytes, bag, at: start) else { continue }
      switch bytes[start + bag.count] {
      case 1: return Kind(name: "a PKCS #12 file with a key in the clear", isEncrypted: false)
      case 2, 5: isEncrypted = true
      default: break
      }
    }
    return isEncrypted
      ? Kind(name: "a PKCS #12 file with an encrypted private key", isEncrypted: true) : nil
  }
}

/// The format of `keytool` before PKCS #12 (JKS, and JCEKS of the same layout), as OpenJDK's
/// JavaKeyStore documents it.
private enum JavaKeyStore {
  /// Whether an entry is a key; others are certificates.
  static func hasPrivateKey(_ bytes: Span<UInt8>) -> Bool {
    guard let version = number(bytes, 4, 4), (1...2).contains(version),
      let count = number(bytes, 8, 4)
    else { return false }
    var offset = 12
    for _ in 0..<min(count, 10_000) {
      guard let tag = number(bytes, offset, 4) else { return false }
      // A key, or a secret key of JCEKS.
      if tag == 1 || tag == 3 { return true }
      guard tag == 2, let name = number(bytes, offset + 4, 2) else { return false }
      offset += 4 + 2 + name + 8
      if version == 2 {
        guard let type = number(bytes, offset, 2) else { return false }
        offset += 2 + type
      }
      guard let length = number(bytes, offset, 4) else { return false }
      offset += 4 + length
    }
    return false
  }

  private static func number(_ bytes: Span<UInt8>, _ start: Int, _ count: Int) -> Int? {
    guard start >= 0, start <= bytes.count - count else { return nil }
    var value = 0
    for index in start..<start + count { value = value << 8 | Int(bytes[index]) }
    return value
  }
}
