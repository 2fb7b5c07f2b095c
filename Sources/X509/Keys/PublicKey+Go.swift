extension PublicKey {
  /// Why Go's crypto/x509 and crypto/tls, and so Kubernetes, take no certificate with the key; nil
  /// for keys that they take.
  public var problemForGo: String? {
    let (algorithm, parameters) = identifier
    switch kind {
    case .rsa:
      if algorithm == Self.restrictedToPSS { return "the key is restricted to RSA-PSS" }
      return bitCount > Self.maximumModulus
        ? "the key \(label) is longer than \(Self.maximumModulus) bits" : nil
    case .ellipticCurve:
      guard parameters == DERReader.objectIdentifier else {
        return "the key's curve is written out instead of named"
      }
      return Self.curves.contains(curve ?? "") ? nil : "the key is of the curve \(curve ?? "?")"
    case .ed25519: return nil
    // Weak, which is said of it already.
    case .dsa: return nil
    case .ed448: return "the key is \(label)"
    case .other: return "the key is of a kind that Go does not know"
    }
  }

  /// crypto/tls has refused longer ones since Go 1.21: they cost the other side too much.
  private static let maximumModulus = 8192
  private static let curves: Set<String> = ["prime256v1", "secp224r1", "secp384r1", "secp521r1"]
  /// id-RSASSA-PSS (RFC 4055).
  private static let restrictedToPSS: [UInt8] = [
    0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a,
  ]

  /// The algorithm's object identifier, and the tag of its parameters.
  private var identifier: (algorithm: [UInt8], parameters: UInt8?) {
    let bytes = der.span
    var outer = DERReader(bytes)
    guard let info = outer.next() else { return ([], nil) }
    var inner = DERReader(bytes.extracting(info.content))
    guard let algorithm = inner.next() else { return ([], nil) }
    let start = info.content.lowerBound
    let range =
      start + algorithm.content.lowerBound..<start + algorithm.content.upperBound
    var parts = DERReader(bytes.extracting(range))
    guard let name = parts.next() else { return ([], nil) }
    let first = range.lowerBound
    let identifier = der[first + name.content.lowerBound..<first + name.content.upperBound]
    return (Array(identifier), parts.next()?.tag)
  }
}
