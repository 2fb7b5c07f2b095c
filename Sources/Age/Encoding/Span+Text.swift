internal import CryptoCore

extension Span where Element == UInt8 {
  /// The bytes as text; they are public and known to be ASCII.
  var asciiText: String { String(copying: self) }
}

extension Span where Element == UInt8 {
  /// The bytes as text, when they are UTF-8; for public ones.
  var utf8Text: String? {
    let bytes = [UInt8](copying: self)
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
