/// From libyaml's marks, which count Unicode scalars, to bytes.
struct MarkMap {
  private static let stride = 256
  private let base: Int
  private let isASCII: Bool
  /// The byte offset of every 256th scalar.
  private var checkpoints: [Int32] = []
  private let byteCount: Int

  /// Makes the map of a text that begins at `base` of the source, behind a byte order mark.
  init(_ bytes: Span<UInt8>, base: Int) {
    self.base = base
    byteCount = bytes.count
    var hasHighByte = false
    for index in base..<max(base, bytes.count) where bytes[index] >= 0x80 {
      hasHighByte = true
      break
    }
    isASCII = !hasHighByte
    guard hasHighByte else { return }
    var scalars = 0
    for index in base..<bytes.count where bytes[index] & 0xc0 != 0x80 {
      if scalars.isMultiple(of: Self.stride) { checkpoints.append(Int32(index)) }
      scalars += 1
    }
  }

  /// The byte offset of a mark.
  func offset(_ mark: Int, in bytes: Span<UInt8>) -> Int {
    if isASCII { return min(base + mark, byteCount) }
    let checkpoint = mark / Self.stride
    guard checkpoint < checkpoints.count else { return byteCount }
    var offset = Int(checkpoints[checkpoint])
    var remaining = mark % Self.stride
    while remaining > 0, offset < byteCount {
      offset += 1
      while offset < byteCount, bytes[offset] & 0xc0 == 0x80 { offset += 1 }
      remaining -= 1
    }
    return offset
  }
}
