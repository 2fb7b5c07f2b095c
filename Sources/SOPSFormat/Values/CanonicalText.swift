internal import CryptoCore

/// The one text of a value that SOPS encrypts and hashes.
enum CanonicalText {
  /// Appends the text of a value that was written in another way, for instance by an older program.
  ///
  /// - Returns: Whether the bytes are a value of the type.
  static func append(
    _ bytes: Span<UInt8>, as type: ScalarType, to output: inout WipedBuffer
  ) -> Bool {
    switch type {
    case .string, .bytes, .comment: output.append(bytes)
    case .integer:
      guard let value = integer(bytes) else { return false }
      appendInteger(value, to: &output)
    case .boolean:
      guard let value = boolean(bytes) else { return false }
      output.append(value ? "True" : "False")
    case .float: return appendFloat(bytes, to: &output)
    case .time:
      guard let time = Timestamp(strict: bytes) else { return false }
      output.append(time.bytes(withFraction: true))
    }
    return true
  }

  /// Appends the decimal text of an integer.
  static func appendInteger(_ value: Int, to output: inout WipedBuffer) {
    if value < 0 { output.append(UInt8(ascii: "-")) }
    var divisor: UInt = 1
    let magnitude = value.magnitude
    while magnitude / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      output.append(0x30 + UInt8(magnitude / divisor % 10))
      divisor /= 10
    }
  }

  /// A decimal integer of 64 bits with an optional sign.
  static func integer(_ bytes: Span<UInt8>) -> Int? {
    var index = 0
    var isNegative = false
    if index < bytes.count, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
      isNegative = bytes[index] == UInt8(ascii: "-")
      index += 1
    }
    guard index < bytes.count else { return nil }
    var value = 0
    while index < bytes.count {
      guard (0x30...0x39).contains(bytes[index]) else { return nil }
      let (product, isOver) = value.multipliedReportingOverflow(by: 10)
      let digit = Int(bytes[index]) - 0x30
      let (sum, isBeyond) = product.addingReportingOverflow(isNegative ? -digit : digit)
      guard !isOver, !isBeyond else { return nil }
      value = sum
      index += 1
    }
    return value
  }

  /// The texts that Go reads as truth values.
  private static func boolean(_ bytes: Span<UInt8>) -> Bool? {
    let isTrue = ["1", "t", "T", "true", "True", "TRUE"].contains { bytes.isSame(as: $0) }
    let isFalse = ["0", "f", "F", "false", "False", "FALSE"].contains { bytes.isSame(as: $0) }
    return isTrue || isFalse ? isTrue : nil
  }

  private static func appendFloat(_ bytes: Span<UInt8>, to output: inout WipedBuffer) -> Bool {
    if let special = special(bytes) {
      output.append(special)
      return true
    }
    guard let number = DecimalNumber(bytes) else { return false }
    number.write(.plain) { output.append($0) }
    return true
  }

  /// The canonical text of an infinity or of what is no number, in any case of letters.
  private static func special(_ bytes: Span<UInt8>) -> StaticString? {
    guard bytes.count <= 9 else { return nil }
    var lower: [UInt8] = []
    for index in bytes.indices { lower.append(bytes[index] | 0x20) }
    switch String(decoding: lower, as: UTF8.self) {
    case "nan": return "NaN"
    case "inf", "infinity": return "+Inf"
    default: break
    }
    guard let first = bytes.count > 1 ? bytes[0] : nil else { return nil }
    guard ["inf", "infinity"].contains(String(decoding: lower.dropFirst(), as: UTF8.self)) else {
      return nil
    }
    switch first {
    case UInt8(ascii: "+"): return "+Inf"
    case UInt8(ascii: "-"): return "-Inf"
    default: return nil
    }
  }
}
