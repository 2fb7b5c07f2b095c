/// A version of SSL or TLS, by its number in the protocol.
public enum TLSVersion: UInt16, Sendable, CaseIterable, Comparable, CustomStringConvertible {
  /// RFC 6101; broken, forbidden by RFC 7568.
  case ssl3 = 0x0300
  /// RFC 2246; forbidden by RFC 8996.
  case tls10 = 0x0301
  /// RFC 4346; forbidden by RFC 8996.
  case tls11 = 0x0302
  /// RFC 5246.
  case tls12 = 0x0303
  /// RFC 8446.
  case tls13 = 0x0304

  public static func < (left: TLSVersion, right: TLSVersion) -> Bool {
    left.rawValue < right.rawValue
  }

  /// `TLS 1.3`.
  public var description: String {
    switch self {
    case .ssl3: "SSL 3.0"
    case .tls10: "TLS 1.0"
    case .tls11: "TLS 1.1"
    case .tls12: "TLS 1.2"
    case .tls13: "TLS 1.3"
    }
  }
}
