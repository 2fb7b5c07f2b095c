import CryptoCore
import FuzzSupport
import SecretScan

/// Searches a text for values, whole and in pieces, and compares both with a plain search.
///
/// The first byte says how large pieces are. Values follow, each with 0xff behind it, up to an empty one;
/// the rest is the text. In it 0xfe and a byte stand for so many times 300 other bytes, and 0xfd and a
/// byte for one of the forms of a value.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  withInput(data, count) { bytes in
    guard let input = Input(bytes.array) else { return }
    var builder = KnownValues.Builder()
    for value in input.values { builder.add(value.span) }
    guard let values = try? builder.build() else { finding("no memory") }
    let whole = places(values, input.text, pieceByteCount: input.text.count + 1)
    let pieces = places(values, input.text, pieceByteCount: input.pieceByteCount)
    if whole != pieces { finding("in pieces: \(pieces), whole: \(whole)") }
    let oracle = Oracle(input.text)
    for (number, value) in input.values.enumerated() {
      let own = whole.filter { $0.value == number }
      oracle.check(value, own)
    }
  }
}

/// A value and where it begins.
struct Place: Hashable, CustomStringConvertible {
  let value: Int
  let line: Int
  let column: Int

  var description: String { "\(value) at \(line):\(column)" }
}

/// What is found; of a value that is there too often only that it is.
private func places(_ values: KnownValues, _ text: [UInt8], pieceByteCount: Int) -> Set<Place> {
  var stream = KnownValueStream(values)
  var buffer = WipedBuffer()
  var start = 0
  repeat {
    let end = min(start + pieceByteCount, text.count)
    buffer.append(text.span.extracting(start..<end))
    stream.search(&buffer, isLast: end == text.count)
    start = end
  } while start < text.count
  var counts: [Int: Int] = [:]
  for place in stream.places { counts[place.value, default: 0] += 1 }
  return Set(
    stream.places.map { place in
      counts[place.value] == KnownValueStream.maximumPlaceCount
        ? Place(value: place.value, line: 0, column: 0)
        : Place(value: place.value, line: place.line, column: place.column)
    })
}

/// What the fuzzer's bytes stand for.
struct Input {
  private(set) var values: [[UInt8]] = []
  private(set) var text: [UInt8] = []
  let pieceByteCount: Int

  private static let maximumTextCount = 90_000

  init?(_ bytes: [UInt8]) {
    guard let first = bytes.first else { return nil }
    var index = 1
    while values.count < 4, let end = bytes[index...].firstIndex(of: 0xff), end > index {
      let value = Self.trimmed(Array(bytes[index..<end]))
      if value.count >= KnownValues.minimumByteCount { values.append(value) }
      index = end + 1
    }
    guard !values.isEmpty else { return nil }
    while index < bytes.count, text.count < Self.maximumTextCount {
      let byte = bytes[index]
      index += 1
      guard byte == 0xfe || byte == 0xfd, index < bytes.count else {
        text.append(byte)
        continue
      }
      let choice = Int(bytes[index])
      index += 1
      if byte == 0xfe {
        text += Array(repeating: 0x00, count: choice * 300)
      } else {
        let forms = Forms.all(of: values[choice % values.count])
        text += forms[choice / values.count % forms.count].text
      }
    }
    // Pieces as small as they can be in a time that can be waited for.
    let least = max(text.count * text.count / 4_000_000, 1)
    pieceByteCount = least + [0, 5, 100, 4_000, 60_000, 65_536, 70_000][Int(first) % 7]
  }

  /// As values are searched for: without blanks at their ends, and their beginning.
  private static func trimmed(_ value: [UInt8]) -> [UInt8] {
    let blanks: [UInt8] = [0x20, 0x09, 0x0a, 0x0d]
    var value = value.drop { blanks.contains($0) }.prefix(KnownValues.maximumByteCount)
    while let last = value.last, blanks.contains(last) { value.removeLast() }
    return Array(value)
  }
}
