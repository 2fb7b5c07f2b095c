internal import CryptoCore

/// How much work a password-based encryption asks for, so that a file cannot keep us busy for hours.
enum PasswordCost {
  /// The most iterations; a few seconds. Programs write at most about a million.
  static let maximumIterations = 5_000_000

  private static let pbes2: [UInt8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d]

  /// Whether an AlgorithmIdentifier (RFC 8018, PBES1 and PBES2; RFC 7292, appendix C) asks for no
  /// more. Of scrypt OpenSSL itself bounds the memory, and with it the time.
  static func isAcceptable(algorithm: Span<UInt8>) -> Bool {
    var outer = DERReader(algorithm)
    guard let whole = outer.next(), whole.tag == DERReader.sequence else { return false }
    let fields = algorithm.extracting(whole.content)
    var reader = DERReader(fields)
    guard let name = reader.next(), name.tag == DERReader.objectIdentifier,
      let parameters = reader.next(), parameters.tag == DERReader.sequence
    else { return false }
    let body = fields.extracting(parameters.content)
    guard Array(copying: fields.extracting(name.content)) == pbes2 else {
      return hasFewIterations(body)
    }
    var inner = DERReader(body)
    guard let derivation = inner.next(), derivation.tag == DERReader.sequence else { return false }
    let derivationFields = body.extracting(derivation.content)
    var parts = DERReader(derivationFields)
    guard parts.next() != nil, let details = parts.next(), details.tag == DERReader.sequence else {
      return false
    }
    return hasFewIterations(derivationFields.extracting(details.content))
  }

  /// Whether the number behind the salt is small enough.
  private static func hasFewIterations(_ body: Span<UInt8>) -> Bool {
    var reader = DERReader(body)
    guard reader.next() != nil, let count = reader.next(), count.tag == DERReader.integer,
      (1...4).contains(count.content.count)
    else { return false }
    let value = count.content.reduce(0) { $0 << 8 | Int(body[$1]) }
    return value <= maximumIterations
  }
}
