internal import Glibc

extension Array where Element == UInt8 {
  /// Copies a span: for public values only, since an array is not wiped.
  package init(copying bytes: Span<UInt8>) {
    self = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
  }

  /// Appends a copy of a span: for public values only.
  package mutating func append(copying bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }
}

extension String {
  /// Copies UTF-8; what is none becomes U+FFFD.
  ///
  /// For public values only, since a string is not wiped.
  package init(copying bytes: Span<UInt8>) {
    self = unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }
}

extension Span where Element == UInt8 {
  /// Whether a text stands anywhere in the bytes; not in constant time.
  package func contains(text: StaticString) -> Bool {
    unsafe withPointer { bytes in
      text.withUTF8Buffer { wanted in
        guard let first = unsafe wanted.first, let start = wanted.baseAddress else { return true }
        var index = 0
        // Where the text can still begin.
        while case let rest = count - wanted.count + 1 - index, rest > 0 {
          guard let found = unsafe memchr(bytes + index, CInt(first), rest) else { return false }
          let place = unsafe UnsafePointer(found.assumingMemoryBound(to: UInt8.self))
          if unsafe memcmp(place, start, wanted.count) == 0 { return true }
          index = unsafe place - bytes + 1
        }
        return false
      }
    }
  }

  /// Whether the bytes are a text; not in constant time.
  package func isSame(as text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    return unsafe withPointer { bytes in
      text.withUTF8Buffer { letters in
        guard let start = letters.baseAddress else { return true }
        return unsafe memcmp(bytes, start, letters.count) == 0
      }
    }
  }

  /// Whether the bytes begin with a text; not in constant time.
  package func starts(with text: StaticString) -> Bool {
    count >= text.utf8CodeUnitCount && extracting(..<text.utf8CodeUnitCount).isSame(as: text)
  }

  /// Whether both hold the same bytes, not in constant time: for public values only.
  package func isSame(as other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    return unsafe withPointer { left in
      unsafe other.withPointer { right in unsafe memcmp(left, right, count) == 0 }
    }
  }

  /// Whether the bytes stand in front of others in the order of their values, not in constant time:
  /// for public values only.
  package func isLess(than other: Span<UInt8>) -> Bool {
    let common = Swift.min(count, other.count)
    let order = unsafe withPointer { left in
      unsafe other.withPointer { right in unsafe memcmp(left, right, common) }
    }
    return order != 0 ? order < 0 : count < other.count
  }

  /// Whether there are printable ASCII characters and line feeds only.
  ///
  /// For public values only.
  package var isPrintableASCII: Bool {
    unsafe withUnsafeBytes { bytes in
      var index = 0
      while index + 8 <= bytes.count {
        let eight = unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        guard Self.arePrintable(eight) else { return false }
        index += 8
      }
      while index < bytes.count {
        let byte = unsafe bytes[index]
        guard byte &- 0x20 < 0x5f || byte == 0x0a else { return false }
        index += 1
      }
      return true
    }
  }

  /// The same of eight bytes at once: with its highest bit set none borrows from its neighbour when
  /// something is taken from it, and that bit then tells whether it was less.
  private static func arePrintable(_ eight: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highest = ones << 7
    func areLess(_ bytes: UInt64, than limit: UInt64) -> UInt64 {
      ~((bytes | highest) &- ones &* limit) & highest
    }
    let lineFeeds = areLess(eight ^ (ones &* 0x0a), than: 1)
    let deletes = areLess(eight ^ (ones &* 0x7f), than: 1)
    return (eight & highest | deletes | areLess(eight, than: 0x20) & ~lineFeeds) == 0
  }

  /// Where a byte stands first, not before `start`; nil when it does not.
  ///
  /// For public values only.
  package func firstIndex(of byte: UInt8, from start: Int = 0) -> Int? {
    guard start < count else { return nil }
    return unsafe withUnsafeBytes { bytes in
      guard let first = bytes.baseAddress,
        let found = unsafe memchr(first + start, Int32(byte), bytes.count - start)
      else { return nil }
      return unsafe UnsafeRawPointer(found) - first
    }
  }
}

/// Where empty spans point: C functions may refuse a null pointer even for no bytes.
private enum Nowhere {
  @safe
  struct Address: @unchecked Sendable {  // one byte that nobody reads or writes
    let pointer = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
  }
  static let address = Address()
}

extension Span where Element == UInt8 {
  /// Lends a pointer that is never null.
  func withPointer<Result: ~Copyable, Failure: Error>(
    _ body: (UnsafePointer<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try unsafe withUnsafeBufferPointer { buffer throws(Failure) in
      try unsafe body(buffer.baseAddress ?? UnsafePointer(Nowhere.address.pointer))
    }
  }
}

extension MutableSpan where Element == UInt8 {
  /// Lends a pointer that is never null.
  @_lifetime(self: copy self)
  mutating func withPointer<Result: ~Copyable, Failure: Error>(
    _ body: (UnsafeMutablePointer<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try unsafe withUnsafeMutableBufferPointer { buffer throws(Failure) in
      try unsafe body(buffer.baseAddress ?? Nowhere.address.pointer)
    }
  }
}
