import CryptoCore
import Foundation
import Testing

@Suite struct Base64Tests {
  /// RFC 4648, section 10, with and without padding.
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
    ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
  ])
  func encodes(text: String, encoded: String) throws {
    for padding in [true, false] {
      let expected = padding ? encoded : encoded.replacing("=", with: "")
      #expect(Base64.string(Array(text.utf8).span, padding: padding) == expected)
      var output = WipedBuffer(copying: [7].span)
      Base64.encode(Array(text.utf8).span, padding: padding, appendingTo: &output)
      #expect(copy(output.bytes) == [7] + Array(expected.utf8))
      output.truncate(to: 1)
      try Base64.decode(Array(expected.utf8).span, padding: padding, appendingTo: &output)
      #expect(copy(output.bytes) == [7] + Array(text.utf8))
      let count = Base64.encodedCount(text.utf8.count, padding: padding)
      #expect(count == expected.utf8.count)
    }
  }

  /// Everything but the one text is refused: padding amiss, white space, other alphabets, and bits
  /// beyond the last byte (RFC 4648, section 3.5).
  @Test(arguments: [
    "Zg", "Zg=", "Zg===", "Zm8", "Z", "=", "==", "====", "Zg==Zg==", "Zm=v", "Z=9v", "Zm9v=",
    "Zm9v====",
    "Zh==", "Zi==", "Zo==", "Zx==", "Zm9=", "Zm+=", "Zm/=", " Zm9v", "Zm9v ", "Zm9v\n", "Zm\r\n9v",
    "Zm9v\0",
    "Zm9-", "Zm9_", "Zm9v\u{e9}", "Zm9*", "Zm9vYmFyZh==", "Zm9vYmFyZm9=",
    "Zm9vYmFyZm9vYmFyZm9vYmFy!m9v",
  ])
  func refuses(text: String) {
    var output = WipedBuffer(copying: [7].span)
    let code = failure { () throws(CryptoError) in
      try Base64.decode(Array(text.utf8).span, appendingTo: &output)
    }
    #expect(code == .invalidEncoding)
    #expect(copy(output.bytes) == [7])
    #expect(Base64.decodedCount(of: Array(text.utf8).span) == nil)
  }

  @Test(arguments: ["Z", "Zg==", "Zm8=", "Zh", "Zm9", "Zm9vZ", "Zm9vYmFyZ", "=", "Zm9v\n"])
  func refusesWithoutPadding(text: String) {
    var output = WipedBuffer()
    let code = failure { () throws(CryptoError) in
      try Base64.decode(Array(text.utf8).span, padding: false, appendingTo: &output)
    }
    #expect(code == .invalidEncoding && output.isEmpty)
  }

  /// Every byte at every place of a text that is worked on in words and to its end byte by byte: it
  /// decodes exactly when it is of the alphabet, and then encodes to the same again.
  @Test func hasOneTextForEachValue() throws {
    let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    for place in 0..<20 {
      for byte in UInt8.min...UInt8.max {
        var text = Array("c2VhbHdheCAxMjM0NTY3".utf8)
        text[place] = byte
        var output = WipedBuffer()
        let code = failure { () throws(CryptoError) in
          try Base64.decode(text.span, appendingTo: &output)
        }
        #expect(Base64.decodedCount(of: text.span) == (code == nil ? output.count : nil))
        let isLastPadding = place == 19 && byte == UInt8(ascii: "=")
        // "N" as the third of a last group has no bits beyond a second byte only by chance: check.
        if isLastPadding {
          #expect(
            (code == nil)
              == (Data(base64Encoded: Data(text)).map { $0.base64EncodedData() }
                == Data(text)))
        } else {
          #expect((code == nil) == alphabet.contains(byte), "\(byte) at \(place)")
        }
        if code == nil {
          #expect(Base64.string(output.bytes) == String(decoding: text, as: UTF8.self))
        }
      }
    }
  }

  /// All lengths around the widths that the code works in, against Foundation's.
  @Test func agreesWithFoundation() throws {
    var numbers = Numbers(state: 4648)
    for count in Array(0...200) + [1023, 1024, 1025, 65_537] {
      let value = numbers.bytes(count)
      let expected = Data(value).base64EncodedString()
      #expect(Base64.string(value.span) == expected)
      var output = WipedBuffer()
      try Base64.decode(Array(expected.utf8).span, appendingTo: &output)
      #expect(copy(output.bytes) == value)
      #expect(Base64.decodedCount(of: Array(expected.utf8).span) == count)
      output.removeAll()
      let bare = expected.replacing("=", with: "")
      try Base64.decode(Array(bare.utf8).span, padding: false, appendingTo: &output)
      #expect(copy(output.bytes) == value)
    }
  }
}
