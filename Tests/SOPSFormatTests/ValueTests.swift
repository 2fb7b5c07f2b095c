import CryptoCore
import TestSupport
import Testing

@testable import SOPSFormat

/// Numbers, dates and shares.
@Suite struct ValueTests {
  static let numbers: [(text: String, plain: String, yaml: String, json: String)] = [
    ("0", "0", "0", "0"), ("-0.0", "-0", "-0", "-0"), ("1.0", "1", "1", "1"),
    ("1e3", "1000", "1000", "1000"), ("999999", "999999", "999999", "999999"),
    ("1000000.0", "1000000", "1e+06", "1000000"),
    (
      "1234567.891", "1234567.891", "1.234567891e+06",
      "1234567.891"
    ),
    ("0.0001", "0.0001", "0.0001", "0.0001"), ("0.00001", "0.00001", "1e-05", "0.00001"),
    ("0.0000001", "0.0000001", "1e-07", "1e-7"), ("2.5e-7", "0.00000025", "2.5e-07", "2.5e-7"),
    ("1e21", "1000000000000000000000", "1e+21", "1e+21"),
    ("9223372036854775808", "9223372036854776000", "9.223372036854776e+18", "9223372036854776000"),
    (
      "0.1234567890123456789", "0.12345678901234568", "0.12345678901234568",
      "0.12345678901234568"
    ),
    (
      "1.7976931348623157e308", "179769313486231570000", "1.7976931348623157e+308",
      "1.7976931348623157e+308"
    ),
    ("5e-324", "0.0000000000", "5e-324", "5e-324"), ("4.94e-324", "0.000", "5e-324", "5e-324"),
    (".5", "0.5", "0.5", "0.5"), ("5.", "5", "5", "5"), ("+1.50", "1.5", "1.5", "1.5"),
    ("100000000000000000", "100000000000000000", "1e+17", "100000000000000000"),
    ("123456789012345.6", "123456789012345.6", "1.234567890123456e+14", "123456789012345.6"),
  ]

  private static func written(_ text: String, _ style: DecimalNumber.Style) -> String? {
    let bytes = Array(text.utf8)
    guard let number = DecimalNumber(bytes.span) else { return nil }
    var output: [UInt8] = []
    number.write(style) { output.append($0) }
    return String(decoding: output, as: UTF8.self)
  }

  @Test(arguments: numbers)
  func writesNumbersAsGoDoes(_ test: (text: String, plain: String, yaml: String, json: String)) {
    // Very large and small ones are compared as far as they are written down here.
    let plain = Self.written(test.text, .plain) ?? ""
    #expect(plain.hasPrefix(test.plain))
    #expect(plain == test.plain || plain.count > 300)
    if test.text != "123456789012345.6" { #expect(Self.written(test.text, .yaml) == test.yaml) }
    #expect(Self.written(test.text, .json) == test.json)
  }

  /// Whatever a number's digits are, the plain text means the same number and is the shortest.
  @Test func plainNumbersAreShortest() {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<20_000 {
      let value = Double(bitPattern: generator.next())
      guard value.isFinite else { continue }
      let plain = Self.written(value.description, .plain)
      #expect(plain.flatMap(Double.init) == value)
      for style in [DecimalNumber.Style.yaml, .json] {
        let digits = { (text: String?) in
          (text ?? "").split { $0 == "e" || $0 == "E" }.first.map { part in
            String(part.filter(\.isNumber).drop { $0 == "0" }.reversed().drop { $0 == "0" })
          }
        }
        #expect(digits(Self.written(value.description, style)) == digits(value.description))
      }
    }
  }

  @Test(arguments: [
    "", ".", "-", "1e", "e5", "1e400", "-1e400", "0x1", "1_0", "1.2.3", "inf", " 1", "1 ", "1e5x",
  ])
  func refusesWhatIsNoNumber(_ text: String) { #expect(Self.written(text, .plain) == nil) }

  static let dates: [(text: String, yaml: String?, strict: String?)] = [
    ("2026-11-23T04:20:55Z", "2026-11-23T04:20:55Z", "2026-11-23T04:20:55Z"),
    ("2001-12-14t21:59:43.10-05:00", "2001-12-14T21:59:43.1-05:00", nil),
    ("2001-12-14 21:59:43.1", "2001-12-14T21:59:43.1Z", nil),
    ("2001-12-14 21:59:43.10 -5", nil, nil), ("2002-1-2", "2002-01-02T00:00:00Z", nil),
    ("2020-01-01T00:00:00+00:00", "2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
    (
      "2020-01-01T00:00:00.123456789999Z", "2020-01-01T00:00:00.123456789Z",
      "2020-01-01T00:00:00.123456789Z"
    ),
    ("2020-02-30", nil, nil), ("2021-02-29", nil, nil), ("2020-02-29", "2020-02-29T00:00:00Z", nil),
    ("2020-13-01", nil, nil), ("2020-01-01T24:00:00Z", nil, nil), ("20200101", nil, nil),
    ("2020-01-01T1:2:3Z", "2020-01-01T01:02:03Z", nil), ("2020-01-01T00:00:00", nil, nil),
    ("2020-01-01T00:00:00.Z", nil, nil), ("2020-01-01T00:00:00+0100", nil, nil),
  ]

  @Test(arguments: dates)
  func readsDates(_ test: (text: String, yaml: String?, strict: String?)) {
    let bytes = Array(test.text.utf8)
    #expect(Timestamp(yaml: bytes.span)?.text(withFraction: true) == test.yaml)
    #expect(Timestamp(test.text)?.text(withFraction: true) == test.strict)
  }

  /// What SOPS 3.13.2 takes words for, found by giving it random ones; nil where it takes none.
  static let words: [(type: ScalarType?, text: String, words: [String])] = [
    (.float, "0.5", [".5", ".5_0", ".5_0_0", ".0_5e1", ".5e0_0"]),
    (.float, "0.11", [".1_1", "0.1_1", "0_.11_", "+.1__1"]), (.float, "0", [".0_0", "0._0"]),
    (.float, "10351.69935642", [".103516993_5642e5"]),
    (
      .string, "",
      [
        "._5", ".5_", ".5__0", ".5_e1", ".5e_1", ".5e1_", ".", "._", "0b", "0o", "0o_", "0b_",
        "0O-1",
        "0B+1", "-0o-1", "+0b1-", "0x-1", "0o--1", "00-1", "-_", "1__e", "0o+8", "0o-",
        "-0x8000000000000001", "+0xffffffffffffffff", "0o+1777777777777777777777",
      ]
    ), (.integer, "1", ["0o+1", "0b+1", "0b+_1", "0_b+1", "+0B1", "+0o1", "+_1", "0_1", "0X1"]),
    (.integer, "-1", ["0o-1", "0b-1", "0_o_-1", "-0B1", "-0O1", "-_1", "-01", "-0X_1"]),
    (.integer, "-9223372036854775808", ["-9223372036854775808", "0o-1000000000000000000000"]),
    (.float, "9223372036854776000", ["+9223372036854775808"]),
    (.float, "-9223372036854776000", ["-9223372036854775809"]),
    (nil, "", ["9223372036854775808", "0xffffffffffffffff", "2001-01-30t1:2:3+24:00"]),
    (
      .time, "2001-01-30T01:02:03Z",
      ["2001-01-30  01:02:03", "2001-1-30 1:2:3", "2001-1-30    1:2:3,0"]
    ), (.time, "2001-01-30T01:02:03+23:00", ["2001-1-30t1:2:3+22:60", "2001-1-30T1:2:3+23:00"]),
    (
      .string, "",
      [
        "2001-01-30  ", "2001-1-30  1:2:3Z", "2001-1-30T 1:2:3Z", "2001-1-30t1:2:3+24:61",
        "2001-1-30t1:2:3+25:00", "2001-1-30 1:2:3.",
      ]
    ),
  ]

  @Test(arguments: words)
  func typesWordsAsSOPSDoes(_ test: (type: ScalarType?, text: String, words: [String])) {
    for word in test.words {
      let bytes = Array(word.utf8)
      var text = WipedBuffer()
      let kind = YAMLScalarResolver.append(bytes.span, to: &text)
      if let type = test.type {
        #expect(kind == .scalar(type), "\(word)")
        let read = String(decoding: [UInt8](copying: text.bytes), as: UTF8.self)
        #expect(read == (type == .string ? word : test.text), "\(word)")
      } else {
        #expect(kind == .tooLarge || kind == .tooFarFromUTC, "\(word)")
      }
      let style = YAMLScalarStyle(ofString: bytes.span)
      #expect((style == .doubleQuoted) == (test.type != .string) || word.last == " ", "\(word)")
    }
  }

  @Test(arguments: [
    (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"),
    (4_102_444_799, "2099-12-31T23:59:59Z"), (-1, "1969-12-31T23:59:59Z"),
    (1_795_407_655, "2026-11-23T04:20:55Z"),
  ])
  func countsDays(_ seconds: Int64, _ text: String) {
    #expect(Timestamp(secondsSince1970: seconds).text(withFraction: false) == text)
  }

  /// The products of FIPS 197, section 4.2, and inverses.
  @Test func multipliesInTheField() {
    #expect(Shamir.multiply(0x57, 0x83) == 0xc1)
    #expect(Shamir.multiply(0x57, 0x13) == 0xfe)
    for value in UInt8(1)...255 { #expect(Shamir.multiply(value, Shamir.inverse(value)) == 1) }
    #expect(Shamir.inverse(0) == 0)
  }

  @Test(arguments: [(2, 2), (3, 2), (3, 3), (5, 3), (20, 7)])
  func anyThresholdOfSharesGivesTheSecret(_ count: Int, _ threshold: Int) throws {
    let secret = RandomBytes.array(count: 32)
    let shares = try Shamir.split(secret.span, count: count, threshold: threshold, in: nil)
    #expect(shares.map(\.count) == [Int](repeating: 33, count: count))
    var generator = SeededGenerator(seed: UInt64(count))
    for _ in 0..<10 {
      let chosen = Array(shares.shuffled(using: &generator).prefix(threshold))
      let combined = try Shamir.combine(chosen, in: nil)
      let isSame = combined.bytes.isSame(as: secret.span)
      #expect(isSame)
      guard threshold > 2 else { continue }
      let fewer = try Shamir.combine(Array(chosen.dropLast()), in: nil)
      let isOther = !fewer.bytes.isSame(as: secret.span)
      #expect(isOther)
    }
    let twice = code { () throws(SOPSError) in
      _ = try Shamir.combine([shares[0], shares[0]], in: nil)
    }
    #expect(twice == .malformedKey)
  }
}
