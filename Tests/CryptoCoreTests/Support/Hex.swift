import CryptoCore
import Testing

/// The bytes that hexadecimal digits stand for; white space is left out.
func bytes(_ hex: String) throws -> [UInt8] {
  let digits = hex.filter { !$0.isWhitespace }
  try #require(digits.count.isMultiple(of: 2))
  return try stride(from: 0, to: digits.count, by: 2).map { offset in
    let start = digits.index(digits.startIndex, offsetBy: offset)
    return try #require(UInt8(digits[start..<digits.index(start, offsetBy: 2)], radix: 16))
  }
}

/// A copy of a span, to be compared with `==`.
func copy(_ span: Span<UInt8>) -> [UInt8] {
  var array: [UInt8] = []
  array.reserveCapacity(span.count)
  for index in span.indices { array.append(span[index]) }
  return array
}

/// The error that `body` throws, or nil.
func failure<Result: ~Copyable>(_ body: () throws(CryptoError) -> Result) -> CryptoError.Code? {
  do throws(CryptoError) {
    _ = try body()
    return nil
  } catch {
    return error.code
  }
}

/// Numbers that look random and are the same in each run (SplitMix64).
struct Numbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
  }
}
