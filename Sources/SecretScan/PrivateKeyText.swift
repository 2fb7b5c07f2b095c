/// Recognises the texts of private keys (RFC 7468 and what came before it, OpenSSH, OpenPGP, PuTTY,
/// age, sealwax).
///
/// A header alone is none: documentation mentions it. There must be a body as keys have it.
struct PrivateKeyText {
  /// What was found.
  struct Key {
    /// For people: "an RSA private key".
    let name: String
    /// Where it begins.
    let offset: Int
    /// Whether a passphrase protects it.
    let isEncrypted: Bool
  }

  /// Shorter runs of Base64 are no line of a key.
  private static let minimumRun = 40
  private static let minimumVariety = 12
  private static let maximumBodyCount = 1 << 16
  private static let maximumPuTTYCount = 4_096

  /// The key whose header holds the words "PRIVATE KEY" at an offset.
  static func armored(_ bytes: Span<UInt8>, at words: Int) -> Key? {
    // "-----BEGIN " and an optional algorithm stand in front.
    var start = words
    while start > 0, words - start < 24, bytes[start - 1] != UInt8(ascii: "-") { start -= 1 }
    guard bytes.has("BEGIN ", at: start), start >= 4, bytes.has("----", at: start - 4) else {
      return nil
    }
    let label = bytes.extracting(min(start + 6, words)..<words).text
    var body = words + 11
    if bytes.has(" BLOCK", at: body) { body += 6 }
    guard bytes.has("----", at: body) || bytes.has(" ----", at: body) else { return nil }
    while body < bytes.count, bytes[body].isBlank || bytes[body] == UInt8(ascii: "-") { body += 1 }
    guard let found = KeyBody(bytes, from: body, upTo: Self.maximumBodyCount),
      found.longestRun >= minimumRun, found.variety >= minimumVariety
    else { return nil }
    let isEncrypted =
      label.contains("ENCRYPTED") || found.hasEncryptionHeader
      || (label.hasPrefix("OPENSSH") && isEncryptedOpenSSH(bytes, found.firstRun))
    let kind = label.replacing("ENCRYPTED ", with: "").drop { $0 == " " }
    var offset = start - 4
    while offset > 0, bytes[offset - 1] == UInt8(ascii: "-") { offset -= 1 }
    return Key(
      name: "\(isEncrypted ? "an encrypted " : "a ")\(ShownName.text(String(kind)))private key",
      offset: offset, isEncrypted: isEncrypted)
  }

  /// PROTOCOL.key of OpenSSH: the magic, then the cipher's name; `none` for none.
  private static func isEncryptedOpenSSH(_ bytes: Span<UInt8>, _ start: Int) -> Bool {
    bytes.has("b3BlbnNzaC1rZXktdjEA", at: start)
      && !bytes.has("b3BlbnNzaC1rZXktdjEAAAAABG5vbmU", at: start)
  }

  /// The age identity that begins at an offset.
  static func age(_ bytes: Span<UInt8>, at start: Int) -> Key? {
    bech32(bytes, at: start) ? Key(name: "an age identity", offset: start, isEncrypted: false) : nil
  }

  /// The key-encryption or signing key of sealwax that begins at an offset.
  static func sealwax(_ bytes: Span<UInt8>, at start: Int) -> Key? {
    let isSigning = bytes[start + 8] | 0x20 == UInt8(ascii: "s")
    return bech32(bytes, at: start)
      ? Key(
        name: isSigning ? "a sealwax signing key" : "a sealwax key-encryption key", offset: start,
        isEncrypted: false) : nil
  }

  /// Bech32 (BIP 173) of 32 bytes or more: 58 characters behind the last `1`.
  private static func bech32(_ bytes: Span<UInt8>, at start: Int) -> Bool {
    var end = start
    var separator: Int?
    while end < bytes.count, end - start < 256, bytes[end].isWord {
      if bytes[end] == UInt8(ascii: "1") { separator = end }
      end += 1
    }
    guard let separator, end - separator > 58 else { return false }
    var variety = ByteVariety()
    for index in separator + 1..<end {
      let byte = bytes[index] | 0x20
      guard bytes[index].isLetter || bytes[index].isDigit, byte != UInt8(ascii: "b"),
        byte != UInt8(ascii: "i"), byte != UInt8(ascii: "o")
      else { return false }
      variety.add(byte)
    }
    return variety.count >= minimumVariety
  }

  /// The PuTTY key whose header begins at an offset: `Encryption: none` or a cipher in its third line
  /// or so, and `Private-Lines:`.
  static func putty(_ text: Span<UInt8>, at start: Int) -> Key? {
    let bytes = text.extracting(..<min(text.count, start + maximumPuTTYCount))
    var isEncrypted = true
    var hasBody = false
    var line = start
    for _ in 0..<200 where line < bytes.count {
      let end = bytes.lineEnd(of: line)
      if bytes.has("Encryption: none", at: line) { isEncrypted = false }
      if bytes.has("Private-Lines:", at: line) { hasBody = true }
      line = end + 1
      if line < bytes.count, bytes[end] == 0x0d, bytes[line] == 0x0a { line += 1 }
    }
    guard hasBody else { return nil }
    return Key(
      name: "\(isEncrypted ? "an encrypted" : "a") PuTTY private key", offset: start,
      isEncrypted: isEncrypted)
  }
}

/// What stands behind a header: lines of Base64, as they are or in a string of some language.
private struct KeyBody {
  private(set) var longestRun = 0
  private(set) var firstRun = 0
  private(set) var variety = 0
  private(set) var hasEncryptionHeader = false

  /// Nil when the body is cut out: `...`, `<key>`, `{{ .key }}`.
  init?(_ bytes: Span<UInt8>, from start: Int, upTo limit: Int) {
    var seen = ByteVariety()
    var run = 0
    var index = start
    let end = min(bytes.count, start + limit)
    scan: while index < end {
      let byte = bytes[index]
      if byte.isBase64 {
        if run == 0 {
          if let header = KeyBody.header(bytes, at: index, end) {
            hasEncryptionHeader = hasEncryptionHeader || header.isEncryption
            index = header.end
            continue
          }
          if longestRun < 8 { firstRun = index }
        }
        run += 1
        longestRun = max(longestRun, run)
        if seen.count < 64 { seen.add(byte) }
        index += 1
        continue
      }
      run = 0
      switch byte {
      case UInt8(ascii: "\\"):
        // `\n` in a string; whatever else is escaped separates as well.
        index += 2
      case 0x20, 0x09, 0x0a, 0x0d, UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "#"),
        UInt8(ascii: "="), UInt8(ascii: ","), UInt8(ascii: ">"), UInt8(ascii: "|"):
        index += 1
      case UInt8(ascii: "."), UInt8(ascii: "<"), UInt8(ascii: "*"), UInt8(ascii: "["),
        UInt8(ascii: "{"), UInt8(ascii: "$"), UInt8(ascii: "_"), 0x80...:
        return nil
      default: break scan
      }
    }
    variety = seen.count
  }

  /// A header line such as `Proc-Type: 4,ENCRYPTED` or `Version: GnuPG`.
  private static func header(
    _ bytes: Span<UInt8>, at start: Int, _ end: Int
  ) -> (end: Int, isEncryption: Bool)? {
    var index = start
    while index < end, index - start < 24,
      bytes[index].isLetter || bytes[index] == UInt8(ascii: "-")
    {
      index += 1
    }
    guard index > start, index + 1 < end, bytes[index] == UInt8(ascii: ":"),
      bytes[index + 1] == 0x20
    else { return nil }
    let isEncryption = bytes.has("Proc-Type: 4,ENCRYPTED", at: start)
    while index < end, !bytes[index].isLineBreak, bytes[index] != UInt8(ascii: "\\") { index += 1 }
    return (index, isEncryption)
  }
}

extension Span where Element == UInt8 {
  /// As text: only for what is public.
  var text: String { String(decoding: indices.map { self[$0] }, as: UTF8.self) }
}
