extension Span where Element == UInt8 {
  /// Whether the bytes from an offset on begin with others.
  package func hasBytes(_ other: [UInt8], at offset: Int = 0) -> Bool {
    guard offset >= 0, offset <= count, other.count <= count - offset else { return false }
    for index in other.indices where self[offset + index] != other[index] { return false }
    return true
  }

  /// Where a byte is first found in a range.
  package func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
    var index = range.lowerBound
    while index < range.upperBound, index < count {
      if self[index] == byte { return index }
      index += 1
    }
    return nil
  }

  /// A range as text; what is not UTF-8 is replaced.
  package func text(_ range: Range<Int>) -> String {
    String(decoding: bytes(range), as: UTF8.self)
  }

  /// A copy of a range: for public values only, since an array is not wiped.
  package func bytes(_ range: Range<Int>) -> [UInt8] {
    var copy: [UInt8] = []
    copy.reserveCapacity(range.count)
    for index in range { copy.append(self[index]) }
    return copy
  }
}
