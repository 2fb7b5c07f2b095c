/// The translation between six bits and a character, in eight lanes of a 64-bit word at once.
///
/// The first of the eight is in the most significant byte. No lane ever carries or borrows into
/// its neighbour, which the wrapping operators rely on: the values are noted at each step.
enum Base64Lanes {
  /// Eight times the character for zero bits.
  static let allA = ones &* 0x41

  private static let ones: UInt64 = 0x0101_0101_0101_0101

  /// One in each lane whose value (below 128) is at least `bound` (1...128), else zero.
  @inline(__always)
  private static func atLeast(_ bound: UInt64, _ lanes: UInt64) -> UInt64 {
    ((lanes &+ ones &* (128 - bound)) >> 7) & ones
  }

  /// The eight characters for the low 48 bits.
  @inline(__always)
  static func characters(of bits: UInt64) -> UInt64 {
    // 2 lanes of 24 bits, then 4 of 12, then 8 of 6.
    var lanes = (bits & 0xffff_ff00_0000) << 8 | bits & 0xff_ffff
    lanes = (lanes & 0x00ff_f000_00ff_f000) << 4 | lanes & 0x0000_0fff_0000_0fff
    lanes = (lanes & 0x0fc0_0fc0_0fc0_0fc0) << 2 | lanes & 0x003f_003f_003f_003f
    // A-Z is value + 65; a-z 6 more; 0-9 75 less; + 15 less; / 3 more: always within 43...122.
    return lanes &+ ones &* 65 &+ atLeast(26, lanes) &* 6 &- atLeast(52, lanes) &* 75
      &- atLeast(62, lanes) &* 15 &+ atLeast(63, lanes) &* 3
  }

  /// The 48 bits that eight characters stand for; sets bits of `invalid` when one is not of the
  /// alphabet.
  @inline(__always)
  static func bits(of characters: UInt64, invalid: inout UInt64) -> UInt64 {
    let text = characters & (ones &* 0x7f)
    let plus = atLeast(0x2b, text) ^ atLeast(0x2c, text)
    let slash = atLeast(0x2f, text) ^ atLeast(0x30, text)
    let digit = atLeast(0x30, text) ^ atLeast(0x3a, text)
    let upper = atLeast(0x41, text) ^ atLeast(0x5b, text)
    let lower = atLeast(0x61, text) ^ atLeast(0x7b, text)
    invalid |= characters & (ones &* 0x80) | (plus | slash | digit | upper | lower) ^ ones
    // Each lane is of at most one kind, so it ends within 0...63, or stays within 0...127.
    var lanes = text &+ plus &* 19 &+ slash &* 16 &+ digit &* 4 &- upper &* 65 &- lower &* 71
    lanes = (lanes >> 2) & 0x0fc0_0fc0_0fc0_0fc0 | lanes & 0x003f_003f_003f_003f
    lanes = (lanes >> 4) & 0x00ff_f000_00ff_f000 | lanes & 0x0000_0fff_0000_0fff
    return (lanes >> 8) & 0xffff_ff00_0000 | lanes & 0xff_ffff
  }
}
