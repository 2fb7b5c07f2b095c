extension Span where Element == UInt8 {
  /// Whether the bytes begin with those of a text.
  func starts(with text: StaticString) -> Bool {
    guard count >= text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { expected in
      for index in expected.indices where self[index] != expected[index] { return false }
      return true
    }
  }

  /// The bytes as text; they are public and known to be ASCII.
  var asciiText: String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    for index in indices { bytes.append(self[index]) }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension Span where Element == UInt8 {
  /// The bytes as text, when they are UTF-8; for public ones.
  var utf8Text: String? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    for index in indices { bytes.append(self[index]) }
    return String(validating: bytes, as: UTF8.self)
  }
}

extension Span where Element == UInt8 {
  /// Whether the bytes of a text are among these.
  func contains(_ text: StaticString) -> Bool {
    let last = count - text.utf8CodeUnitCount
    guard last >= 0 else { return false }
    for index in 0...last where extracting(index...).starts(with: text) { return true }
    return false
  }
}
