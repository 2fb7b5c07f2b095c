public import CryptoCore

/// Bech32 (BIP 173) without a limit on the length, as age encodes keys.
///
/// No branch and no table index depends on the data, so the time tells lengths only.
public enum Bech32 {
  private static let checksumCharacterCount = 6
  private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)

  /// Appends the encoding of bytes, all in one case.
  public static func encode(
    _ data: Span<UInt8>, humanReadablePart: String, isUpperCase: Bool,
    appendingTo output: inout WipedBuffer
  ) {
    let part = humanReadablePart.lowercased()
    var checksum = Checksum(humanReadablePart: part)
    output.append(utf8: isUpperCase ? part.uppercased() : part)
    output.append(UInt8(ascii: "1"))
    output.reserve((data.count * 8 + 4) / 5 + checksumCharacterCount)
    var bits: UInt32 = 0
    var bitCount: UInt32 = 0
    for index in data.indices {
      bits = (bits << 8 | UInt32(data[index])) & 0xFFF
      bitCount += 8
      while bitCount >= 5 {
        bitCount -= 5
        append(bits >> bitCount & 31, isUpperCase, &checksum, &output)
      }
    }
    if bitCount > 0 { append(bits << (5 - bitCount) & 31, isUpperCase, &checksum, &output) }
    let sum = checksum.finish()
    for index in 0..<UInt32(checksumCharacterCount) {
      output.append(character(sum >> (25 - 5 * index) & 31, isUpperCase))
    }
  }

  /// Appends the bytes that a text stands for.
  ///
  /// - Parameter humanReadablePart: What must come before the last `1`, in either case; the text is
  ///   all in lower or all in upper case.
  /// - Throws: `.malformedIdentity` for anything else, without saying more; nothing is appended.
  public static func decode(
    _ text: Span<UInt8>, humanReadablePart: String, appendingTo output: inout WipedBuffer
  ) throws(AgeError) {
    let part = Array(humanReadablePart.lowercased().utf8)
    let dataStart = part.count + 1
    guard text.count >= dataStart + checksumCharacterCount, isOneCase(text),
      text[part.count] == UInt8(ascii: "1"),
      part.indices.allSatisfy({ lowerCase(text[$0]) == part[$0] })
    else { throw malformed }
    var checksum = Checksum(humanReadablePart: humanReadablePart.lowercased())
    let before = output.count
    var isInvalid: UInt32 = 0
    var bits: UInt32 = 0
    var bitCount: UInt32 = 0
    for index in dataStart..<text.count {
      let value = value(of: lowerCase(text[index]), &isInvalid)
      checksum.add(value)
      if index >= text.count - checksumCharacterCount { continue }
      bits = (bits << 5 | value) & 0xFFF
      bitCount += 5
      if bitCount >= 8 {
        bitCount -= 8
        output.append(UInt8(truncatingIfNeeded: bits >> bitCount))
      }
    }
    // What the last character says beyond the last byte must be fewer than 5 bits, all zero.
    isInvalid |= bits & (1 << bitCount - 1)
    guard isInvalid == 0, bitCount < 5, checksum.isValid else {
      output.truncate(to: before)
      throw malformed
    }
  }

  private static var malformed: AgeError {
    AgeError(.malformedIdentity, "the key is not valid Bech32: was it cut short or mistyped?")
  }

  private static func append(
    _ value: UInt32, _ isUpperCase: Bool, _ checksum: inout Checksum, _ output: inout WipedBuffer
  ) {
    checksum.add(value)
    output.append(character(value, isUpperCase))
  }

  /// Whether the letters are not of both cases.
  private static func isOneCase(_ text: Span<UInt8>) -> Bool {
    var hasLower: UInt8 = 0
    var hasUpper: UInt8 = 0
    for index in text.indices {
      hasLower |= isBetween(text[index], UInt8(ascii: "a"), UInt8(ascii: "z"))
      hasUpper |= isBetween(text[index], UInt8(ascii: "A"), UInt8(ascii: "Z"))
    }
    return hasLower & hasUpper == 0
  }

  /// One when the byte is within the bounds, else zero.
  private static func isBetween(_ byte: UInt8, _ low: UInt8, _ high: UInt8) -> UInt8 {
    let (byte, low, high) = (Int32(byte), Int32(low), Int32(high))
    return UInt8(truncatingIfNeeded: ~((byte - low) | (high - byte)) >> 31 & 1)
  }

  private static func lowerCase(_ byte: UInt8) -> UInt8 {
    byte | isBetween(byte, UInt8(ascii: "A"), UInt8(ascii: "Z")) << 5
  }

  /// All ones when both are the same, else zero.
  private static func equalMask(_ left: UInt32, _ right: UInt32) -> UInt32 {
    let difference = Int32(truncatingIfNeeded: left ^ right)
    return UInt32(truncatingIfNeeded: (difference - 1) >> 31)
  }

  private static func character(_ value: UInt32, _ isUpperCase: Bool) -> UInt8 {
    var result: UInt32 = 0
    for index in 0..<32 {
      result |= equalMask(UInt32(index), value) & UInt32(alphabet[index])
    }
    let character = UInt8(truncatingIfNeeded: result)
    guard isUpperCase else { return character }
    return character ^ isBetween(character, UInt8(ascii: "a"), UInt8(ascii: "z")) << 5
  }

  private static func value(of character: UInt8, _ isInvalid: inout UInt32) -> UInt32 {
    var result: UInt32 = 0
    var found: UInt32 = 0
    for index in 0..<32 {
      let mask = equalMask(UInt32(alphabet[index]), UInt32(character))
      result |= mask & UInt32(index)
      found |= mask
    }
    isInvalid |= ~found
    return result
  }

  /// The checksum of BIP 173: a remainder modulo a polynomial over 32 values.
  private struct Checksum {
    private var state: UInt32 = 1
    private static let generator: [UInt32] = [
      0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3,
    ]

    init(humanReadablePart: String) {
      for byte in humanReadablePart.utf8 { add(UInt32(byte) >> 5) }
      add(0)
      for byte in humanReadablePart.utf8 { add(UInt32(byte) & 31) }
    }

    mutating func add(_ value: UInt32) {
      let top = state >> 25
      state = (state & 0x1ff_ffff) << 5 ^ value
      for index in 0..<5 {
        state ^= Self.generator[index] & (0 &- (top >> UInt32(index) & 1))
      }
    }

    /// The six values that make the checksum hold.
    consuming func finish() -> UInt32 {
      for _ in 0..<Bech32.checksumCharacterCount { add(0) }
      return state ^ 1
    }

    var isValid: Bool { state == 1 }
  }
}
