internal import Glibc

/// What there is to know about a text before it is read: that it is UTF-8, and its lines.
struct TextSurvey {
  /// Where the text begins behind a byte order mark.
  let base: Int
  /// Whether there are ASCII characters only.
  let isASCII: Bool
  /// Where its lines begin.
  let lines: LineTable

  /// - Throws: `.encoding` when the text is not UTF-8, `.tooLarge` when it is over the limit.
  init(_ bytes: Span<UInt8>, limits: SourceLimits) throws(SourceError) {
    let limit = max(0, min(limits.byteCount, 1 << 30))
    guard bytes.count <= limit else {
      let size = limit >> 20 > 0 ? "\(limit >> 20) MiB" : "\(limit) bytes"
      throw SourceError(.tooLarge, "the text is larger than \(size)", at: .start)
    }
    base = UTF8Text.hasMark(bytes) ? 3 : 0
    switch UTF8Text.check(bytes) {
    case .ascii: isASCII = true
    case .valid: isASCII = false
    case .invalid(let offset):
      if UTF8Text.looksLikeUTF16(bytes) {
        throw SourceError(.encoding, "the text is UTF-16; convert it to UTF-8", at: .start)
      }
      let lines = LineTable(bytes, base: base, isASCII: false)
      throw SourceError(
        .encoding, "the text is not UTF-8", at: lines.position(of: offset, in: bytes))
    }
    lines = LineTable(bytes, base: base, isASCII: isASCII)
  }
}

/// UTF-8 as RFC 3629 has it.
enum UTF8Text {
  enum Finding: Equatable {
    case ascii, valid
    case invalid(at: Int)
  }

  /// Whether a text begins with a byte order mark.
  static func hasMark(_ bytes: Span<UInt8>) -> Bool {
    bytes.count >= 3 && bytes[0] == 0xef && bytes[1] == 0xbb && bytes[2] == 0xbf
  }

  /// Whether a text has a UTF-16 byte order mark.
  static func looksLikeUTF16(_ bytes: Span<UInt8>) -> Bool {
    bytes.count >= 2
      && ((bytes[0] == 0xff && bytes[1] == 0xfe) || (bytes[0] == 0xfe && bytes[1] == 0xff))
  }

  /// Whether a text is UTF-8, and if not, where it stops being so.
  static func check(_ bytes: Span<UInt8>) -> Finding {
    var index = endOfASCII(from: 0, in: bytes)
    if index == bytes.count { return .ascii }
    while index < bytes.count {
      if bytes[index] < 0x80 {
        index = endOfASCII(from: index, in: bytes)
        continue
      }
      let length = scalarLength(at: index, in: bytes)
      if length == 0 { return .invalid(at: index) }
      index += length
    }
    return .valid
  }

  /// Where the run of ASCII that begins at an offset ends.
  private static func endOfASCII(from start: Int, in bytes: Span<UInt8>) -> Int {
    unsafe bytes.withUnsafeBufferPointer { buffer in
      let raw = UnsafeRawBufferPointer(buffer)
      var index = start
      while index + 8 <= raw.count {
        let word = unsafe raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        if word & 0x8080_8080_8080_8080 != 0 { break }
        index += 8
      }
      while index < raw.count, unsafe raw[index] < 0x80 { index += 1 }
      return index
    }
  }

  /// How many bytes the scalar at an offset has; 0 when it is malformed.
  private static func scalarLength(at offset: Int, in bytes: Span<UInt8>) -> Int {
    let first = bytes[offset]
    let (length, low, high): (Int, UInt8, UInt8) =
      switch first {
      case 0xc2...0xdf: (2, 0x80, 0xbf)
      case 0xe0: (3, 0xa0, 0xbf)
      case 0xed: (3, 0x80, 0x9f)
      case 0xe1...0xef: (3, 0x80, 0xbf)
      case 0xf0: (4, 0x90, 0xbf)
      case 0xf1...0xf3: (4, 0x80, 0xbf)
      case 0xf4: (4, 0x80, 0x8f)
      default: (0, 0, 0)
      }
    guard length > 0, offset + length <= bytes.count else { return 0 }
    guard (low...high).contains(bytes[offset + 1]) else { return 0 }
    for index in offset + 2..<max(offset + 2, offset + length)
    where bytes[index] & 0xc0 != 0x80 { return 0 }
    return length
  }
}
