internal import CryptoCore

/// The fields of a JSON object that may hold secrets (RFC 8259): found in wiped memory, never copied
/// into ordinary texts unless asked for.
struct JSONFields: ~Copyable {
  private let text: WipedBuffer
  private let isObject: Bool

  /// Takes a text over; one that is not a whole object has no fields.
  init(_ text: consuming WipedBuffer) {
    var scanner = JSONScanner()
    isObject = scanner.isObject(text.bytes)
    self.text = text
  }

  /// Where the value at a path is.
  private func range(_ path: [String]) -> Range<Int>? {
    guard isObject else { return nil }
    var range = 0..<text.count
    for name in path {
      var scanner = JSONScanner(at: range.lowerBound)
      guard let value = scanner.value(of: Array(name.utf8), text.bytes) else { return nil }
      range = value
    }
    return range
  }

  /// A text that is secret; nil when there is none.
  func secret(_ path: String...) -> WipedBuffer? { decoded(path) }

  /// What stands at a path, as JSON.
  func json(_ path: String...) -> WipedBuffer? {
    guard let range = range(path) else { return nil }
    return WipedBuffer(copying: text.bytes.extracting(range))
  }

  /// A text that is public.
  func string(_ path: String...) -> String? {
    guard let text = decoded(path) else { return nil }
    return String(decoding: Array(copying: text.bytes), as: UTF8.self)
  }

  private func decoded(_ path: [String]) -> WipedBuffer? {
    guard let range = range(path), !range.isEmpty, text.bytes[range.lowerBound] == 0x22 else {
      return nil
    }
    return JSONScanner.decode(text.bytes.extracting(range))
  }

  /// A text of letters, digits and a few marks, as error codes are; nil for anything else.
  func word(_ path: String...) -> String? {
    guard let text = decoded(path) else { return nil }
    let bytes = Array(copying: text.bytes)
    let isWord = bytes.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
        || [0x2d, 0x2e, 0x5f, 0x23, 0x3a].contains($0)
    }
    return isWord && (1...80).contains(bytes.count) ? String(decoding: bytes, as: UTF8.self) : nil
  }

  /// The first number of a list.
  func firstNumber(_ path: String...) -> Int? {
    guard let range = range(path), range.count > 2, text.bytes[range.lowerBound] == 0x5b else {
      return nil
    }
    let bytes = Array(copying: text.bytes.extracting(range)).dropFirst()
    return Int(String(decoding: bytes.prefix { (0x30...0x39).contains($0) }, as: UTF8.self))
  }
}
