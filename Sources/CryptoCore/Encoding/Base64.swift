/// Base64 (RFC 4648, section 4), strict: one text for every sequence of bytes.
///
/// Works on eight characters at a time with arithmetic in the lanes of a 64-bit word: no table and
/// no branch depends on the data, so the time tells lengths only.
public enum Base64 {
  /// The length of the encoding of `count` bytes.
  public static func encodedCount(_ count: Int, padding: Bool = true) -> Int {
    let (groups, rest) = count.quotientAndRemainder(dividingBy: 3)
    if rest == 0 { return groups * 4 }
    return groups * 4 + (padding ? 4 : rest + 1)
  }

  /// Appends the encoding of bytes.
  public static func encode(
    _ bytes: Span<UInt8>, padding: Bool = true, appendingTo output: inout WipedBuffer
  ) {
    let encodedCount = encodedCount(bytes.count, padding: padding)
    output.append(count: encodedCount) { (room: inout MutableSpan<UInt8>) in
      unsafe bytes.withPointer { input in
        unsafe room.withPointer { text in
          unsafe encode(input, count: bytes.count, into: text, count: encodedCount)
        }
      }
    }
  }

  /// The encoding of public bytes, as text.
  public static func string(_ bytes: Span<UInt8>, padding: Bool = true) -> String {
    let encodedCount = encodedCount(bytes.count, padding: padding)
    return unsafe String(unsafeUninitializedCapacity: encodedCount) { text in
      guard let text = text.baseAddress else { return 0 }
      unsafe bytes.withPointer { input in
        unsafe encode(input, count: bytes.count, into: text, count: encodedCount)
      }
      return encodedCount
    }
  }

  /// Appends the bytes that `text` encodes.
  ///
  /// - Throws: `.invalidEncoding` for everything but the canonical text: white space, other
  ///   characters, missing or unwanted padding, bits set beyond the last byte. Nothing is appended
  ///   then.
  public static func decode(
    _ text: Span<UInt8>, padding: Bool = true, appendingTo output: inout WipedBuffer
  ) throws(CryptoError) {
    let symbolCount = try symbolCount(of: text, padding: padding)
    let decodedCount = decodedCount(symbolCount)
    try output.append(count: decodedCount) {
      (room: inout MutableSpan<UInt8>) throws(CryptoError) in
      let isValid = unsafe text.withPointer { text in
        unsafe room.withPointer { bytes in
          unsafe decode(text, count: symbolCount, into: bytes)
        }
      }
      guard isValid else { throw invalid }
    }
  }

  /// The bytes that a public text encodes.
  ///
  /// - Throws: as `decode(_:padding:appendingTo:)`.
  package static func publicBytes(
    of text: Span<UInt8>, padding: Bool = true
  ) throws(CryptoError) -> [UInt8] {
    let symbolCount = try symbolCount(of: text, padding: padding)
    let decodedCount = decodedCount(symbolCount)
    var isValid = false
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: decodedCount) { room, count in
      guard let start = room.baseAddress else {
        isValid = symbolCount == 0
        return
      }
      isValid = unsafe text.withPointer { text in
        unsafe decode(text, count: symbolCount, into: start)
      }
      count = decodedCount
    }
    guard isValid else { throw invalid }
    return bytes
  }

  /// How many bytes `decode` would append for a text; nil for what it refuses.
  package static func decodedCount(of text: Span<UInt8>) -> Int? {
    guard let count = try? symbolCount(of: text, padding: true) else { return nil }
    let isValid = unsafe text.withPointer { text in
      let input = unsafe UnsafeRawPointer(text)
      var invalid: UInt64 = 0
      var read = 0
      while read + 8 <= count {
        let word = unsafe UInt64(
          bigEndian: input.loadUnaligned(fromByteOffset: read, as: UInt64.self))
        _ = Base64Lanes.bits(of: word, invalid: &invalid)
        read += 8
      }
      if count > read { _ = unsafe lastBits(input, read..<count, invalid: &invalid) }
      return invalid == 0
    }
    return isValid ? decodedCount(count) : nil
  }

  private static func decodedCount(_ symbolCount: Int) -> Int {
    symbolCount / 4 * 3 + max(symbolCount % 4 - 1, 0)
  }

  private static let invalid = CryptoError(.invalidEncoding, "decoding Base64")

  /// How many characters come before the padding, which is where it must be.
  private static func symbolCount(of text: Span<UInt8>, padding: Bool) throws(CryptoError) -> Int {
    var count = text.count
    if padding {
      guard count.isMultiple(of: 4) else { throw invalid }
      let equals = UInt8(ascii: "=")
      if count > 0, text[count - 1] == equals { count -= text[count - 2] == equals ? 2 : 1 }
    }
    guard count % 4 != 1 else { throw invalid }
    return count
  }

  private static func encode(
    _ input: UnsafePointer<UInt8>, count: Int, into output: UnsafeMutablePointer<UInt8>,
    count outputCount: Int
  ) {
    let input = unsafe UnsafeRawPointer(input)
    let output = UnsafeMutableRawPointer(output)
    var read = 0
    var written = 0
    while read + 6 <= count {
      let high = unsafe UInt32(
        bigEndian: input.loadUnaligned(fromByteOffset: read, as: UInt32.self))
      let low = unsafe UInt16(
        bigEndian: input.loadUnaligned(fromByteOffset: read + 4, as: UInt16.self))
      unsafe output.storeBytes(
        of: Base64Lanes.characters(of: UInt64(high) << 16 | UInt64(low)).bigEndian,
        toByteOffset: written, as: UInt64.self)
      read += 6
      written += 8
    }
    let used = count - read
    if used > 0 {
      var word: UInt64 = 0
      for index in 0..<used {
        let byte = unsafe input.load(fromByteOffset: read + index, as: UInt8.self)
        word |= UInt64(byte) << UInt64(40 - 8 * index)
      }
      let characters = Base64Lanes.characters(of: word)
      let symbols = (used * 4 + 2) / 3
      for index in 0..<symbols {
        let character = UInt8(truncatingIfNeeded: characters >> UInt64(56 - 8 * index))
        unsafe output.storeBytes(of: character, toByteOffset: written + index, as: UInt8.self)
      }
      written += symbols
    }
    while written < outputCount {
      unsafe output.storeBytes(of: UInt8(ascii: "="), toByteOffset: written, as: UInt8.self)
      written += 1
    }
  }

  private static func decode(
    _ input: UnsafePointer<UInt8>, count: Int, into output: UnsafeMutablePointer<UInt8>
  ) -> Bool {
    let input = unsafe UnsafeRawPointer(input)
    let output = UnsafeMutableRawPointer(output)
    var read = 0
    var written = 0
    var invalid: UInt64 = 0
    while read + 8 <= count {
      let word = unsafe UInt64(
        bigEndian: input.loadUnaligned(fromByteOffset: read, as: UInt64.self))
      let bits = Base64Lanes.bits(of: word, invalid: &invalid)
      unsafe output.storeBytes(
        of: UInt32(truncatingIfNeeded: bits >> 16).bigEndian, toByteOffset: written,
        as: UInt32.self)
      unsafe output.storeBytes(
        of: UInt16(truncatingIfNeeded: bits).bigEndian, toByteOffset: written + 4, as: UInt16.self)
      read += 8
      written += 6
    }
    if count > read {
      let bits = unsafe lastBits(input, read..<count, invalid: &invalid)
      for index in 0..<decodedCount(count - read) {
        let byte = UInt8(truncatingIfNeeded: bits >> UInt64(40 - 8 * index))
        unsafe output.storeBytes(of: byte, toByteOffset: written + index, as: UInt8.self)
      }
    }
    return invalid == 0
  }

  /// The bits of the last characters, fewer than eight: the first is in the highest of 48.
  private static func lastBits(
    _ input: UnsafeRawPointer, _ places: Range<Int>, invalid: inout UInt64
  ) -> UInt64 {
    // Missing characters count as 'A', zero bits.
    var word = Base64Lanes.allA
    for index in 0..<places.count {
      let character = unsafe input.load(
        fromByteOffset: places.lowerBound + index, as: UInt8.self)
      let shift = UInt64(56 - 8 * index)
      word = word & ~(0xff << shift) | UInt64(character) << shift
    }
    let bits = Base64Lanes.bits(of: word, invalid: &invalid)
    // What the last character says beyond the last byte must be zero.
    invalid |= bits & (UInt64(1) << UInt64(48 - 8 * decodedCount(places.count)) - 1)
    return bits
  }
}
