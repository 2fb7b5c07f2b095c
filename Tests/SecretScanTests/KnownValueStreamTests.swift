import CryptoCore
import SecretScan
import TestSupport
import Testing

/// Known values in texts that come in pieces: what a plain search finds, and nothing else.
///
/// The fuzz target `leaks` does the same for every form.
@Suite struct KnownValueStreamTests {
  @Test func findsWhatAPlainSearchFindsHoweverATextIsCut() throws {
    for seed in SeededGenerator.seeds(24) {
      var random = SeededGenerator(seed: seed)
      let alphabet = Array("abX".utf8)
      let values = (0..<3).map { _ in
        (0..<Int.random(in: 4...12, using: &random)).map { _ in random.pick(alphabet) }
      }
      var text: [UInt8] = []
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: text += Array(repeating: 0x7e, count: seed % 8 == 0 ? 40_000 : 500)
        case 1: text += (0..<300).map { _ in random.pick(alphabet) }
        case 2: text += Self.hex(random.pick(values))
        default: text += [0x0a] + random.pick(values)
        }
      }
      let piece = Int.random(in: max(1, text.count / 12)...max(1, text.count), using: &random)
      let found = try Self.found(values, in: text, pieceByteCount: piece)
      let whole = try Self.found(values, in: text, pieceByteCount: text.count + 1)
      #expect(found == whole, "seed \(seed)")
      #expect(whole == Self.expected(values, in: text), "seed \(seed)")
    }
  }

  /// One that has begun is not forgotten for another that begins later and ends earlier.
  @Test func aValueAcrossPiecesIsFoundBesideAnother() throws {
    let values = ["outer-value-inner-value-and-more", "inner-value"].map { Array($0.utf8) }
    let text = Array(repeating: UInt8(0x7e), count: 70_000) + values[0] + [0x0a]
    for cut in stride(from: 70_000 + 12, to: text.count, by: 6) {
      let found = try Self.found(values, in: text, pieceByteCount: cut)
      #expect(found == [0: [70_000], 1: [70_012]], "cut at \(cut)")
    }
  }

  /// The offsets of each value: those of one that stands there too often are left out.
  private static func found(
    _ values: [[UInt8]], in text: [UInt8], pieceByteCount: Int
  ) throws -> [Int: Set<Int>] {
    var builder = KnownValues.Builder()
    for value in values { builder.add(value.span) }
    var stream = KnownValueStream(try builder.build())
    var buffer = WipedBuffer()
    var start = 0
    repeat {
      let end = min(start + pieceByteCount, text.count)
      buffer.append(text.span.extracting(start..<end))
      stream.search(&buffer, isLast: end == text.count)
      start = end
    } while start < text.count
    var lines = [0]
    for (index, byte) in text.enumerated() where byte == 0x0a { lines.append(index + 1) }
    var offsets: [Int: Set<Int>] = [:]
    var counts: [Int: Int] = [:]
    for place in stream.places {
      counts[place.value, default: 0] += 1
      offsets[place.value, default: []].insert(lines[place.line - 1] + place.column - 1)
    }
    return offsets.filter { counts[$0.key] ?? 0 < KnownValueStream.maximumPlaceCount }
  }

  private static func expected(_ values: [[UInt8]], in text: [UInt8]) -> [Int: Set<Int>] {
    var offsets: [Int: Set<Int>] = [:]
    for (number, value) in values.enumerated() {
      for form in [value, hex(value)] {
        var index = 0
        while index + form.count <= text.count {
          if text[index] == form[0], text[index..<index + form.count].elementsEqual(form) {
            offsets[number, default: []].insert(index)
            index += form.count
          } else {
            index += 1
          }
        }
      }
    }
    return offsets.filter { $0.value.count < KnownValueStream.maximumPlaceCount }
  }

  private static func hex(_ value: [UInt8]) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    return value.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
  }
}
