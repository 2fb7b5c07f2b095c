/// What a certificate's key may be used for (RFC 5280, section 4.2.1.3).
public struct KeyUsage: OptionSet, Sendable, Hashable, CustomStringConvertible {
  /// OpenSSL's bits.
  public let rawValue: UInt32

  /// Takes OpenSSL's bits.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Signing, as in a handshake.
  public static let digitalSignature = KeyUsage(rawValue: 0x0080)
  /// Signing what shall not be denied.
  public static let nonRepudiation = KeyUsage(rawValue: 0x0040)
  /// Encrypting keys, as RSA key exchange does.
  public static let keyEncipherment = KeyUsage(rawValue: 0x0020)
  /// Encrypting data.
  public static let dataEncipherment = KeyUsage(rawValue: 0x0010)
  /// Agreeing on keys.
  public static let keyAgreement = KeyUsage(rawValue: 0x0008)
  /// Signing certificates.
  public static let certificateSigning = KeyUsage(rawValue: 0x0004)
  /// Signing revocation lists.
  public static let revocationListSigning = KeyUsage(rawValue: 0x0002)

  private static let names: [(KeyUsage, String)] = [
    (.digitalSignature, "digitalSignature"), (.nonRepudiation, "nonRepudiation"),
    (.keyEncipherment, "keyEncipherment"), (.dataEncipherment, "dataEncipherment"),
    (.keyAgreement, "keyAgreement"), (.certificateSigning, "keyCertSign"),
    (.revocationListSigning, "cRLSign"),
  ]

  /// The names of RFC 5280, with commas.
  public var description: String {
    Self.names.filter { contains($0.0) }.map(\.1).joined(separator: ", ")
  }
}

/// A purpose that a certificate is for (RFC 5280, section 4.2.1.12).
public struct ExtendedKeyUsage: Sendable, Hashable, CustomStringConvertible {
  /// OpenSSL's short name, or the numbers of an identifier it does not know.
  public let name: String

  /// A TLS server.
  public static let serverAuth = ExtendedKeyUsage(name: "serverAuth")
  /// A TLS client.
  public static let clientAuth = ExtendedKeyUsage(name: "clientAuth")
  /// Any purpose.
  public static let any = ExtendedKeyUsage(name: "anyExtendedKeyUsage")

  /// The name.
  public var description: String { name }
}

/// Whether a certificate is an authority's (RFC 5280, section 4.2.1.9).
public struct BasicConstraints: Sendable, Hashable {
  /// Whether it may sign certificates.
  public let isAuthority: Bool
  /// How many authorities may follow below it; nil for any number.
  public let pathLength: Int?
}

/// The names that an authority's certificates may have (RFC 5280, section 4.2.1.10).
public struct NameConstraints: Sendable, Hashable {
  /// What is allowed; of kinds that are not here, everything.
  public let permitted: [GeneralName]
  /// What is not.
  public let excluded: [GeneralName]
}
