public import CryptoCore

/// The header of an age file (c2sp.org/age, "Header"): the file key, wrapped for each recipient.
public struct AgeHeader: Sendable, Hashable {
  /// The most bytes that a header may have: 2 MiB, some 18,000 X25519 or 1,200 hybrid recipients.
  public static let maximumByteCount = 2 << 20

  /// The wrapped keys, at least one.
  public let stanzas: [Stanza]
  /// The MAC as the header has it, 32 bytes; parsing does not check it.
  public let mac: [UInt8]
  /// How many bytes the header has.
  public let byteCount: Int

  /// How many of them the MAC is over: up to the mark `---` of its own line.
  var authenticatedByteCount: Int { byteCount - Self.macLineByteCount }

  /// A space, 43 characters and a line feed.
  static let macLineByteCount = 45

  static let intro: StaticString = "age-encryption.org/v1\n"
  static let endMark: StaticString = "---"

  /// Appends the header, byte for byte as it was parsed.
  public func serialize(appendingTo output: inout WipedBuffer) {
    Self.serialize(stanzas, appendingTo: &output)
    Self.serialize(mac: mac.span, appendingTo: &output)
  }

  /// Appends everything that the MAC is over.
  static func serialize(_ stanzas: [Stanza], appendingTo output: inout WipedBuffer) {
    output.append(intro)
    for stanza in stanzas { stanza.serialize(appendingTo: &output) }
    output.append(endMark)
  }

  /// Appends the rest of the last line.
  static func serialize(mac: Span<UInt8>, appendingTo output: inout WipedBuffer) {
    output.append(UInt8(ascii: " "))
    Base64.encode(mac, padding: false, appendingTo: &output)
    output.append(UInt8(ascii: "\n"))
  }

  /// The MAC of a header, given the bytes it is over.
  static func mac(
    of bytes: Span<UInt8>, _ fileKey: borrowing FileKey, in arena: SecretArena?
  ) throws(AgeError) -> HMACSHA256.Tag {
    do {
      let key = try HKDFSHA256.derive(
        secret: fileKey.bytes, salt: Span(), info: macInfo.span, as: HMACSHA256.self, in: arena)
      return HMACSHA256.authenticate(bytes, key: key)
    } catch { throw AgeError(error) }
  }

  private static let macInfo = Array("header".utf8)
}
