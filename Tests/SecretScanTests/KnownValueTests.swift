import CryptoCore
import Foundation
import SecretScan
import Testing

/// Values that are searched for in every form in which programs write them.
@Suite struct KnownValueTests {
  static let value = #"hunter'2" <a&b>/é+ü"#

  /// The value as other programs write it.
  static let forms: [(form: ValueForm, text: String)] = [
    (.plain, value),
    // encodeURIComponent, Python's quote(safe=""), encodeURI, urlencode.
    (.percent, "hunter%272%22%20%3Ca%26b%3E%2F%C3%A9%2B%C3%BC"),
    (.percent, "hunter%272%22%20%3ca%26b%3e%2f%c3%a9%2b%c3%bc"),
    (.percent, "hunter'2%22%20%3Ca&b%3E/%C3%A9+%C3%BC"),
    (.form, "hunter%272%22+%3Ca%26b%3E%2F%C3%A9%2B%C3%BC"),
    // JavaScript, Go, PHP.
    (.json, #"hunter'2\" <a&b>/é+ü"#), (.json, #"hunter'2\" \u003ca\u0026b\u003e/é+ü"#),
    (.json, #"hunter'2\" <a&b>\/é+ü"#),
    (.yaml, #"hunter''2" <a&b>/é+ü"#), (.shell, #"hunter'\''2" <a&b>/é+ü"#),
    (.markup, "hunter&#39;2&quot; &lt;a&amp;b&gt;/é+ü"),
    (.markup, "hunter&#x27;2&quot; &lt;a&amp;b&gt;/é+ü"),
    (.hexadecimal, "68756e746572273222203c6126623e2fc3a92bc3bc"),
    (.hexadecimal, "68756E746572273222203C6126623E2FC3A92BC3BC"),
  ]

  private func values(_ texts: [String]) throws -> KnownValues {
    var builder = KnownValues.Builder()
    for text in texts { builder.add(Array(text.utf8).span) }
    return try builder.build()
  }

  private func found(_ values: KnownValues, _ text: [UInt8]) -> [String] {
    KnownValueSearch.matches(of: values, in: text.span).map {
      "\($0.value) \($0.form.rawValue) \($0.offset)"
    }
  }

  @Test(arguments: forms.indices) func isFoundInEachForm(_ index: Int) throws {
    let (form, text) = Self.forms[index]
    let known = try values(["other one", Self.value])
    for (before, behind) in [("", ""), ("x = ", ";"), (text, text), ("%", "=")] {
      let places =
        (before == text ? [0, text.utf8.count] : [before.utf8.count])
        + (behind == text ? [2 * text.utf8.count] : [])
      #expect(
        found(known, Array((before + text + behind).utf8))
          == places.map { "1 \(form.rawValue) \($0)" })
    }
    // One byte of it changed is another value.
    for offset in text.utf8.indices.map({ text.utf8.distance(from: text.startIndex, to: $0) }) {
      var bytes = Array(text.utf8)
      bytes[offset] ^= 0x10
      let stillFound = found(known, bytes).contains { $0.hasPrefix("1 \(form.rawValue)") }
      #expect(!stillFound, "\(offset)")
    }
  }

  /// In Base64 at each place among other bytes, on one line or wrapped; in UTF-16 too.
  @Test func isFoundInBase64() throws {
    let ascii = "correct horse battery"
    let known = try values([ascii])
    for before in 0..<7 {
      for behind in 0..<4 {
        let utf8 =
          Data(repeating: 0x41, count: before) + Data(ascii.utf8)
          + Data(repeating: 0x42, count: behind)
        let wide = Data(
          (String(repeating: "A", count: before) + ascii).utf16.flatMap { unit in
            [UInt8(unit & 0xff), UInt8(unit >> 8)]
          })
        for (bytes, form) in [(utf8, ValueForm.base64), (wide, .utf16Base64)] {
          let text = bytes.base64EncodedString()
          let wrapped = bytes.base64EncodedString(options: [
            .lineLength64Characters, .endLineWithLineFeed,
          ]).replacing("\n", with: "\r\n    ")
          let forURLs = text.replacing("+", with: "-").replacing("/", with: "_")
          for written in [text, wrapped, forURLs, String(text.prefix { $0 != "=" })] {
            let places = found(known, Array("k: \(written)\n".utf8))
            #expect(places.count == 1, "\(before) \(behind) \(written)")
            #expect(places.first?.hasPrefix("0 \(form.rawValue) ") == true)
          }
        }
      }
    }
    #expect(found(known, ascii.utf16.flatMap { [UInt8($0), 0] }) == ["0 in UTF-16 0"])
  }

  /// What lines of a value look like in a patch, a quoted mail and an indented block.
  @Test(arguments: ["", "    ", "+", "> ", "# ", "-  ", "  * "])
  func linesMayBeIndented(margin: String) throws {
    let known = try values(["first line\nsecond line\n  third"])
    for lineBreak in ["\n", "\r\n"] {
      let text = ["key:", "first line", "second line", "  third", "end"]
        .map { margin + $0 }.joined(separator: lineBreak)
      #expect(found(known, Array(text.utf8)).count == 1)
      #expect(
        found(known, Array(text.replacing("  third", with: " third").utf8)).isEmpty || margin != "")
      #expect(found(known, Array(text.replacing("second", with: "sec0nd").utf8)).isEmpty)
    }
  }

  /// Short ones, each other's parts, and a long one of which the beginning counts.
  @Test func manyValues() throws {
    let long = String(repeating: "0123456789uvwxyz", count: 80)
    let known = try values(["abcd", "abcdefgh", "cdef", long, "abcd"])
    #expect(
      found(known, Array("xabcdefghx".utf8)).sorted()
        == ["0 as it is 1", "1 as it is 1", "2 as it is 3", "4 as it is 1"])
    #expect(found(known, Array("abc\0abxcd".utf8)).isEmpty)
    #expect(found(known, Array((long.prefix(1_024) + "other").utf8)) == ["3 as it is 0"])
    #expect(found(known, Array(long.prefix(1_023).utf8)).isEmpty)
    #expect(found(known, []).isEmpty)
    #expect(found(try values([]), Array("anything".utf8)).isEmpty)
  }

  /// A text in pieces, cut anywhere: each place once, with its line and column.
  @Test func piecesAreOneText() throws {
    let known = try values([Self.value, "short"])
    let text = Array("a\nbc \(Self.value)\n\nshort\r\n \(Self.value)short".utf8)
    let width = Self.value.utf8.count
    let wanted = ["0 2:4", "1 4:1", "0 5:2", "1 5:\(2 + width)"]
    for cut in 0...text.count {
      var stream = KnownValueStream(known)
      let (head, tail) = (Array(text[..<cut]), Array(text[cut...]))
      var buffer = WipedBuffer(copying: head.span)
      stream.search(&buffer, isLast: false)
      buffer.append(tail.span)
      stream.search(&buffer, isLast: true)
      #expect(stream.places.map { "\($0.value) \($0.line):\($0.column)" } == wanted, "\(cut)")
    }
  }

  /// Of a value that is everywhere not every place is told, and its neighbours are.
  @Test func memoryDoesNotGrowWithTheNumberOfPlaces() throws {
    let known = try values(["everywhere", "once only"])
    var stream = KnownValueStream(known)
    var buffer = WipedBuffer()
    for piece in 0..<40 {
      buffer.append(utf8: String(repeating: "everywhere\n", count: 2_000))
      if piece == 39 { buffer.append("once only") }
      stream.search(&buffer, isLast: piece == 39)
    }
    #expect(stream.places.count { $0.value == 0 } == KnownValueStream.maximumPlaceCount)
    #expect(stream.places.last { $0.value == 1 }.map { $0.line } == 80_001)
  }
}
