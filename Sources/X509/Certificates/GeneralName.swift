internal import COpenSSL

/// A name that a certificate is for, or may not be for (RFC 5280, section 4.2.1.6).
public enum GeneralName: Sendable, Hashable, CustomStringConvertible {
  /// A DNS name.
  case dns(String)
  /// An address: 4 or 16 bytes; with a mask behind it (8 or 32) in name constraints.
  case ip([UInt8])
  /// A URI.
  case uri(String)
  /// A mail address.
  case email(String)
  /// The name of a directory, in the order of RFC 4514.
  case directory(String)
  /// Another kind of name, which nothing here looks at.
  case other

  /// As OpenSSL prints it: `DNS:kubernetes`, `IP:10.96.0.1`.
  public var description: String {
    switch self {
    case .dns(let name): "DNS:\(name)"
    case .ip(let bytes): "IP:\(IPAddressText.text(bytes))"
    case .uri(let text): "URI:\(text)"
    case .email(let text): "email:\(text)"
    case .directory(let text): "DirName:\(text)"
    case .other: "othername"
    }
  }

  /// Reads OpenSSL's `GENERAL_NAME`.
  init(_ name: UnsafePointer<GENERAL_NAME>) {
    var type: CInt = 0
    guard let value = unsafe GENERAL_NAME_get0_value(name, &type) else {
      self = .other
      return
    }
    switch type {
    case GEN_DNS: self = .dns(unsafe Self.text(value))
    case GEN_URI: self = .uri(unsafe Self.text(value))
    case GEN_EMAIL: self = .email(unsafe Self.text(value))
    case GEN_IPADD:
      self = .ip(unsafe Text.bytes(value.assumingMemoryBound(to: ASN1_STRING.self)))
    case GEN_DIRNAME: self = .directory(unsafe DistinguishedName(OpaquePointer(value)).text)
    default: self = .other
    }
  }

  private static func text(_ value: UnsafeMutableRawPointer) -> String {
    let bytes = unsafe Text.bytes(value.assumingMemoryBound(to: ASN1_STRING.self))
    return String(decoding: bytes, as: UTF8.self)
  }
}
