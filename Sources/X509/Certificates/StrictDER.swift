/// What strict readers of DER (X.690, section 10) refuse and OpenSSL takes: Go's crypto/x509 is one.
enum StrictDER {
  /// The deepest nesting; certificates need about ten.
  private static let maximumDepth = 32

  /// The first problem; nil when every length and value is in its one form.
  static func problem(in bytes: Span<UInt8>) -> String? {
    var reader = DERReader(bytes)
    guard let root = reader.next() else { return "a length that is not DER" }
    if !reader.isAtEnd { return "bytes behind the certificate" }
    return problem(root, bytes, depth: 0)
  }

  private static func problem(
    _ element: DERReader.Element, _ bytes: Span<UInt8>, depth: Int
  ) -> String? {
    let body = bytes.extracting(element.content)
    if !element.isConstructed { return primitive(element, body) }
    guard depth < maximumDepth else { return "nested too deeply" }
    var reader = DERReader(body)
    while !reader.isAtEnd {
      guard let child = reader.next() else { return "a length that is not DER" }
      if let problem = problem(child, body, depth: depth + 1) { return problem }
    }
    return nil
  }

  private static func primitive(_ element: DERReader.Element, _ body: Span<UInt8>) -> String? {
    switch element.tag {
    case DERReader.boolean:
      guard body.count == 1 else { return "a truth value of \(body.count) bytes" }
      return body[0] == 0 || body[0] == 0xff ? nil : "a truth value that is neither 0 nor 255"
    case DERReader.integer:
      guard body.count > 0 else { return "a number without bytes" }
      guard body.count > 1 else { return nil }
      let isPadded = body[0] == 0 && body[1] < 0x80 || body[0] == 0xff && body[1] >= 0x80
      return isPadded ? "a number with superfluous bytes in front" : nil
    case DERReader.utcTime:
      return isTime(body, digits: 12) ? nil : "a UTCTime that is not YYMMDDHHMMSSZ"
    case DERReader.generalizedTime:
      return isTime(body, digits: 14) ? nil : "a GeneralizedTime that is not YYYYMMDDHHMMSSZ"
    default: return nil
    }
  }

  private static func isTime(_ body: Span<UInt8>, digits: Int) -> Bool {
    guard body.count == digits + 1, body[digits] == UInt8(ascii: "Z") else { return false }
    for index in 0..<digits where !(0x30...0x39).contains(body[index]) { return false }
    return true
  }
}
