internal import CryptoCore

/// Shamir's secret sharing, a byte at a time over GF(2^8) with the polynomial of AES, as SOPS has it.
///
/// A share is the values of the polynomials at a place x, one for each byte of the secret, and x as its
/// last byte. Multiplication takes no branch and no table, so its time tells nothing.
enum Shamir {
  /// How many shares there can be.
  static let maximumCount = 255

  /// Multiplies in GF(2^8).
  static func multiply(_ left: UInt8, _ right: UInt8) -> UInt8 {
    var product: UInt8 = 0
    var left = left
    var right = right
    for _ in 0..<8 {
      product ^= left & mask(right & 1)
      left = (left << 1) ^ (0x1b & mask(left >> 7))
      right >>= 1
    }
    return product
  }

  /// All ones for 1, zero for 0.
  private static func mask(_ bit: UInt8) -> UInt8 { UInt8(bitPattern: -Int8(bitPattern: bit)) }

  /// The inverse, which is the 254th power; zero for zero.
  static func inverse(_ value: UInt8) -> UInt8 {
    var result: UInt8 = 1
    var power = value
    for bit in 0..<8 {
      if 254 >> bit & 1 == 1 { result = multiply(result, power) }
      power = multiply(power, power)
    }
    return result
  }

  /// Joins shares.
  ///
  /// - Throws: `.malformedKey` when they are not of one length, or two are of the same place.
  static func combine(
    _ shares: [SecretShare], in arena: SecretArena?
  ) throws(SOPSError) -> SecretBytes {
    guard let count = shares.first?.count, count >= 2, shares.count >= 2,
      shares.allSatisfy({ $0.count == count })
    else {
      throw SOPSError(.malformedKey, "the groups' shares of the data key do not fit together")
    }
    let places = shares.map { $0[count - 1] }
    guard Set(places).count == places.count, !places.contains(0) else {
      throw SOPSError(.malformedKey, "two groups have the same share of the data key")
    }
    // Lagrange's polynomials at zero.
    let weights = places.indices.map { index in
      places.indices.reduce(UInt8(1)) { weight, other in
        guard other != index else { return weight }
        return multiply(
          weight, multiply(places[other], inverse(places[other] ^ places[index])))
      }
    }
    var secret = try SecretShare.allocate(count - 1, in: arena)
    var bytes = secret.mutableBytes
    for place in 0..<count - 1 {
      var value: UInt8 = 0
      for (index, share) in shares.enumerated() {
        value ^= multiply(share[place], weights[index])
      }
      bytes[place] = value
    }
    return secret
  }

  /// Splits a secret into shares of which `threshold` give it back.
  ///
  /// - Throws: `.malformedConfiguration` unless 2 <= threshold <= count <= 255; `.cryptoFailure`.
  static func split(
    _ secret: Span<UInt8>, count: Int, threshold: Int, in arena: SecretArena?
  ) throws(SOPSError) -> [SecretShare] {
    guard threshold >= 2, threshold <= count, count <= maximumCount else {
      throw SOPSError(
        .malformedConfiguration,
        "the Shamir threshold must be at least 2 and at most the number of key groups")
    }
    var coefficients = try SecretShare.allocate(threshold, in: arena)
    var results: [SecretShare] = []
    for index in 0..<count {
      results.append(SecretShare(try SecretShare.allocate(secret.count + 1, in: arena)))
      results[index].set(UInt8(index + 1), at: secret.count)
    }
    for place in secret.indices {
      var bytes = coefficients.mutableBytes
      RandomBytes.fill(&bytes)
      bytes[0] = secret[place]
      for index in 0..<count {
        let x = UInt8(index + 1)
        var value: UInt8 = 0
        for power in (0..<threshold).reversed() { value = multiply(value, x) ^ bytes[power] }
        results[index].set(value, at: place)
      }
    }
    return results
  }
}
