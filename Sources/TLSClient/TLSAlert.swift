/// An alert of TLS (RFC 8446, section 6; the IANA registry "TLS Alerts").
public struct TLSAlert: Sendable, Hashable, CustomStringConvertible {
  /// Its number.
  public let number: UInt8

  /// By its number.
  public init(number: UInt8) { self.number = number }

  /// The server has none of the protocols that were offered (RFC 7301, section 3.2).
  public static let noApplicationProtocol = TLSAlert(number: 120)

  /// Whether it may be said about a certificate of the client, or the lack of one: 40 to 46, 48,
  /// 49 and 116; RFC 5246 has handshake_failure for a missing one, Go bad_certificate.
  public var isAboutCertificates: Bool {
    (40...46).contains(number) || [48, 49, 116].contains(number)
  }

  /// Its name in the registry, in words.
  public var description: String {
    TLSAlert.names[number]?.replacing("_", with: " ") ?? "alert \(number)"
  }

  private static let names: [UInt8: String] = [
    0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac", 22: "record_overflow",
    30: "decompression_failure", 40: "handshake_failure", 41: "no_certificate",
    42: "bad_certificate", 43: "unsupported_certificate", 44: "certificate_revoked",
    45: "certificate_expired", 46: "certificate_unknown", 47: "illegal_parameter",
    48: "unknown_ca", 49: "access_denied", 50: "decode_error", 51: "decrypt_error",
    70: "protocol_version", 71: "insufficient_security", 80: "internal_error",
    86: "inappropriate_fallback", 90: "user_canceled", 100: "no_renegotiation",
    109: "missing_extension", 110: "unsupported_extension", 112: "unrecognized_name",
    113: "bad_certificate_status_response", 115: "unknown_psk_identity",
    116: "certificate_required", 120: "no_application_protocol",
  ]
}
