import Manifest
import Testing

@testable import Envelope

/// Reading an envelope and writing it gives the same text, or it is refused.
@Suite struct EnvelopeGrammarTests {
  private static let seal = String(repeating: "A", count: 43) + "="
  private static let valid = """
    sealwax v1 aes-256-gcm strict
    to age age1qqqq alice AAAA
    to kek secretbox:0123456789abcdef - AAAA
    layout entry
    commit \(seal) 2026-11-26T08:15:00Z
    seal \(seal) unit:AAAAAAAA data/a:AAAAAAAA data#:AAAAAAA/ data/%2F:AAAAAAA+
    signature ed25519 \(seal) \(String(repeating: "A", count: 86))==
    """

  @Test func readsWhatItWrites() throws {
    let envelope = try Envelope.parse(Self.valid)
    #expect(envelope.text == Self.valid)
    #expect(envelope.digests.map(\.name) == ["unit", "data/a", "data#", "data/%2F"])
    #expect(envelope.recipients.map(\.recipient.name) == ["alice", nil])
    let scrypt = Self.valid.with("age1qqqq", "scrypt").with(
      "\nto kek", "\nto age scrypt - BBBB\nto kek")
    #expect(try Envelope.parse(scrypt).recipients.count == 3)
  }

  private static let departures: [(String, String)] = [
    (" unit:AAAAAAAA", ""), ("unit:", "Unit:"), (" unit:AAAAAAAA data/a", " data/a"),
    (" strict", ""), (" strict", " strict "), (" strict", " Strict"), ("v1", "v1 "),
    ("to age", "to  age"), ("to age", "to pgp"), ("alice AAAA", "alice"), ("alice", ""),
    ("alice", "al!ce"), ("alice", String(repeating: "a", count: 65)), ("alice AAAA", "alice AAA"),
    ("alice AAAA", "alice ===="), ("alice AAAA", "alice AAB="), ("alice AAAA", "alice A AAAA"),
    ("layout entry", "layout none"), ("layout entry\n", ""), ("layout entry", "layout entry "),
    ("commit A", "commit "), ("commit A", "commit -"), (" 2026-11-26T08:15:00Z", ""),
    ("T08", " 08"), ("00Z", "00z"), ("00Z", "00+00:00"), ("-11-", "-13-"), ("-26T", "-32T"),
    ("T08", "T24"), (":15", ":60"), ("2026", "+026"), (":00Z", ":00.5Z"), (":00Z", ":00Z Z"),
    ("seal A", "seal "), ("seal A", "seal AA"),
    ("a:AAAAAAAA", "a:AAAAAAA"), ("a:AAAAAAAA", "a:AAAAAAAAA"), ("a:AAAAAAAA", "a:AAAAAA=="),
    ("data/a:", ":"), ("data/a", "data/\u{1b}[2J"), ("data/a", "data/é"),
    ("data/a:", "data/a::"), (" data#", "  data#"), ("ed25519", "ed448"),
    ("signature ed25519 A", "signature ed25519 "), ("\nsignature", "\n\nsignature"),
    ("\nlayout", "\r\nlayout"), ("sealwax", " sealwax"), ("sealwax", "\u{feff}sealwax"),
    ("AAAA\nto kek", "AAAA\nto age age1qqqq bob AAAA\nto kek"),
    ("to kek secretbox:0123456789abcdef", "to kek secretbox:\u{212a}"),
  ]

  @Test(arguments: departures.indices)
  func refusesEveryDeparture(index: Int) {
    let (part, replacement) = Self.departures[index]
    #expect(throws: EnvelopeError(.malformedEnvelope, "")) {
      try Envelope.parse(Self.valid.with(part, replacement))
    }
  }

  @Test(arguments: ["", "\n", "sealwax", "sealwax v1", Self.valid + "\n", Self.valid + "\n ", "x"])
  func refusesWhatIsNoEnvelope(text: String) {
    #expect(throws: EnvelopeError(.malformedEnvelope, "")) { try Envelope.parse(text) }
  }

  @Test(arguments: ["v2", "v1.1", "v10", "V1", "é"])
  func saysThatAVersionIsUnknown(version: String) {
    #expect(throws: EnvelopeError(.unsupportedVersion, "")) {
      try Envelope.parse(Self.valid.with("v1", version))
    }
  }

  /// Every cut and every changed byte is refused or is another envelope that writes itself back.
  @Test func parsesExactlyOrNotAtAll() {
    let bytes = Self.valid.bytes
    for index in bytes.indices {
      var texts = [Array(bytes[..<index])]
      for byte in [UInt8(ascii: "B"), 0x20, 0x0a, 0x0d, 0x00] {
        var changed = bytes
        changed[index] = byte
        texts.append(changed)
      }
      for text in texts.map({ String(decoding: $0, as: UTF8.self) }) {
        if let envelope = try? Envelope.parse(text) {
          #expect(envelope.text.bytes == text.bytes)
        }
      }
    }
  }

  @Test(arguments: [("age1q#", 1025), ("scrypt", 9)])
  func limitsRecipients(recipient: String, count: Int) throws {
    func text(_ count: Int) -> String {
      let lines = (0..<count).map { index in
        "to age \(recipient == "scrypt" ? recipient : "age1q\(index)") - AAAA"
      }
      return Self.valid.with("to age age1qqqq alice AAAA", lines.joined(separator: "\n"))
        .with("\nto kek secretbox:0123456789abcdef - AAAA", "")
    }
    _ = try Envelope.parse(text(count - 1))
    #expect(throws: EnvelopeError(.malformedEnvelope, "")) { try Envelope.parse(text(count)) }
  }

  @Test func limitsLength() {
    let long = Self.valid + String(repeating: "a", count: Envelope.maximumByteCount)
    #expect(throws: EnvelopeError(.malformedEnvelope, "")) { try Envelope.parse(long) }
  }
}
