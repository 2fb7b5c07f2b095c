internal import COpenSSL

/// The name of a subject or an issuer (X.501).
public struct DistinguishedName: Sendable, Hashable, CustomStringConvertible {
  /// In the order of RFC 4514, the most specific first: `CN=system:node:a,O=system:nodes`.
  ///
  /// Control characters are escaped; other characters are as the certificate has them.
  public let text: String
  /// The values of CN, in order.
  public let commonNames: [String]
  /// The values of O, in order: Kubernetes' groups.
  public let organizations: [String]

  /// The text.
  public var description: String { text }

  /// Whether there are no attributes.
  public var isEmpty: Bool { text.isEmpty }

  /// The last CN, which Go and Kubernetes take as the user's name.
  public var commonName: String? { commonNames.last }

  init(_ name: OpaquePointer?) {
    text = unsafe Self.print(name)
    commonNames = unsafe Self.values(of: NID_commonName, in: name)
    organizations = unsafe Self.values(of: NID_organizationName, in: name)
  }

  private static func print(_ name: OpaquePointer?) -> String {
    guard let name = unsafe name, let output = unsafe BIO_new(BIO_s_mem()) else { return "" }
    defer { unsafe BIO_free(output) }
    guard unsafe X509_NAME_print_ex(output, name, 0, COpenSSLNameRFC2253) >= 0 else {
      ERR_clear_error()
      return ""
    }
    var start: UnsafeMutablePointer<CChar>?
    let count = unsafe BIO_ctrl(output, BIO_CTRL_INFO, 0, &start)
    guard count > 0, let start = unsafe start else { return "" }
    return unsafe UnsafeRawPointer(start).withMemoryRebound(to: UInt8.self, capacity: count) {
      unsafe String(decoding: UnsafeBufferPointer(start: $0, count: count), as: UTF8.self)
    }
  }

  private static func values(of attribute: CInt, in name: OpaquePointer?) -> [String] {
    guard let name = unsafe name else { return [] }
    var values: [String] = []
    var index = unsafe X509_NAME_get_index_by_NID(name, attribute, -1)
    while index >= 0 {
      if let entry = unsafe X509_NAME_get_entry(name, index) {
        values.append(unsafe Text.utf8(X509_NAME_ENTRY_get_data(entry)))
      }
      index = unsafe X509_NAME_get_index_by_NID(name, attribute, index)
    }
    return values
  }
}
