import CryptoCore
import Glibc

/// Looks for bytes in all of this process's writable memory.
///
/// The bytes are given inverted, so that the search does not find what was asked for in the asker.
struct MemoryScan {
  private let needle: UnsafeMutableRawBufferPointer
  private let window = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)

  /// Random bytes to look for, inverted; the first is a rare one, which makes the search fast.
  static func invertedMarker(count: Int) -> [UInt8] {
    [~0xd7] + RandomBytes.array(count: count - 1)
  }

  init(inverted: [UInt8]) {
    needle = .allocate(byteCount: inverted.count, alignment: 16)
    for index in inverted.indices { needle[index] = ~inverted[index] }
  }

  /// How often the bytes are in memory now, the search's own copies excepted.
  func count() throws -> Int {
    let memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC)
    guard memory >= 0 else { throw Unreadable() }
    defer { close(memory) }
    var found = 0
    for range in try writableRanges() {
      var start = range.lowerBound
      while start < range.upperBound {
        let wanted = Int(min(UInt64(window.count), range.upperBound - start))
        let got = pread(memory, window.baseAddress, wanted, off_t(truncatingIfNeeded: start))
        guard got > 0 else { break }
        found += count(inWindowOf: got, at: start)
        // Windows overlap, so that nothing is missed between two.
        start += UInt64(got == wanted && got > needle.count ? got - needle.count + 1 : got)
      }
    }
    return found
  }

  private func count(inWindowOf length: Int, at start: UInt64) -> Int {
    guard let base = window.baseAddress, let pattern = needle.baseAddress else { return 0 }
    var found = 0
    var offset = 0
    while offset + needle.count <= length,
      let hit = memchr(base + offset, CInt(needle[0]), length - needle.count + 1 - offset)
    {
      let place = UnsafeRawPointer(hit) - UnsafeRawPointer(base)
      if memcmp(hit, pattern, needle.count) == 0, !isOwn(start + UInt64(place)) { found += 1 }
      offset = place + 1
    }
    return found
  }

  private func isOwn(_ address: UInt64) -> Bool {
    [needle, window].contains { buffer in
      let start = buffer.baseAddress.map { UInt64(UInt(bitPattern: $0)) } ?? 0
      return address >= start && address < start + UInt64(buffer.count)
    }
  }

  private func writableRanges() throws -> [Range<UInt64>] {
    var ranges: [Range<UInt64>] = []
    try MemoryScan.forEachLine(of: "/proc/self/maps") { line in
      let fields = line.split(separator: " ")
      let bounds = (fields.first ?? "").split(separator: "-").compactMap { UInt64($0, radix: 16) }
      guard fields.count > 1, fields[1].hasPrefix("rw"), bounds.count == 2 else { return }
      ranges.append(bounds[0]..<bounds[1])
    }
    return ranges
  }

  /// The lines of a file in /proc, whose size nobody knows before.
  static func forEachLine(of path: String, _ body: (Substring) -> Void) throws {
    guard let file = fopen(path, "r") else { throw Unreadable() }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 4096)
    while fgets(&line, 4096, file) != nil {
      let bytes = line.prefix { $0 != 0 && $0 != 10 }.map(UInt8.init(bitPattern:))
      body(String(decoding: bytes, as: UTF8.self)[...])
    }
  }

  func free() {
    needle.deallocate()
    window.deallocate()
  }

  struct Unreadable: Error {}
}
