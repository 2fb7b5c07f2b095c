internal import CryptoCore

/// How much work the keys of one file may ask for, so that none can keep us busy for hours: to derive
/// keys from passwords, and to sign with private keys.
struct WorkBudget {
  /// Iterations of a hash that are left: some seconds.
  ///
  /// Programs write at most about a million.
  private var left = 10_000_000

  private static let pbes2: [UInt8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d]
  /// RFC 7914, section 7.
  private static let scrypt: [UInt8] = [0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x04, 0x0b]

  /// Takes iterations; false when there are not so many left.
  mutating func spend(_ count: Int) -> Bool {
    guard (1...left).contains(count) else { return false }
    left -= count
    return left > 0
  }

  /// Takes a signature by a key of so many bits: the time grows with the third power, and a
  /// millisecond for RSA with 2,048 bits is about 2,000 iterations of a hash.
  mutating func spend(signatureBits bits: Int) -> Bool {
    let size = max(bits, 256) / 128
    return bits <= 16_384 && spend(size * size * size / 2 + 1)
  }

  /// Takes what an AlgorithmIdentifier asks for (RFC 8018, PBES1 and PBES2; RFC 7292, appendix C);
  /// false when that is too much or cannot be read.
  mutating func spend(algorithm: Span<UInt8>) -> Bool {
    var outer = DERReader(algorithm)
    guard let whole = outer.next(), whole.tag == DERReader.sequence else { return false }
    let fields = algorithm.extracting(whole.content)
    guard let (name, parameters) = Self.algorithm(fields) else { return false }
    let body = fields.extracting(parameters)
    guard Array(copying: fields.extracting(name)) == Self.pbes2 else {
      return spend(numbersOf: body, count: 1)
    }
    var inner = DERReader(body)
    guard let derivation = inner.next(), derivation.tag == DERReader.sequence else { return false }
    let derivationFields = body.extracting(derivation.content)
    guard let (function, details) = Self.algorithm(derivationFields) else { return false }
    // scrypt: cost, block size and parallelisation; a unit of them is about an iteration of a hash.
    let isScrypt = Array(copying: derivationFields.extracting(function)) == Self.scrypt
    return spend(numbersOf: derivationFields.extracting(details), count: isScrypt ? 3 : 1)
  }

  private static func algorithm(
    _ fields: Span<UInt8>
  ) -> (name: Range<Int>, parameters: Range<Int>)? {
    var reader = DERReader(fields)
    guard let name = reader.next(), name.tag == DERReader.objectIdentifier,
      let parameters = reader.next(), parameters.tag == DERReader.sequence
    else { return nil }
    return (name.content, parameters.content)
  }

  /// Takes the product of the numbers behind the salt.
  private mutating func spend(numbersOf body: Span<UInt8>, count: Int) -> Bool {
    var reader = DERReader(body)
    guard reader.next() != nil else { return false }
    var product = 1
    for _ in 0..<count {
      guard let number = reader.next(), number.tag == DERReader.integer,
        (1...4).contains(number.content.count)
      else { return false }
      let value = number.content.reduce(0) { $0 << 8 | Int(body[$1]) }
      let (result, isOver) = product.multipliedReportingOverflow(by: value)
      guard !isOver else { return false }
      product = result
    }
    return spend(product)
  }
}
