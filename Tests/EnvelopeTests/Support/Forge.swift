import CryptoCore
import Manifest

@testable import Envelope

/// Makes sealed texts that no encoder makes, as somebody can who has the key.
struct Forge {
  let bench: Bench
  let text: String
  let unit: PlacedUnit
  let envelope: Envelope
  let context: UnitContext
  let keys: UnitKeys

  init(_ bench: Bench, _ text: String) throws {
    let bytes = text.bytes
    unit = try ManifestSealer.read(bytes.span).units[0]
    envelope = try Envelope.parse(unit.unit.envelope?.text ?? "")
    context = try UnitContext(
      cipher: envelope.cipher, scope: envelope.scope, identity: unit.unit.identity)
    let arena = try SecretArena(slotCount: 16)
    let dataKey = try KeyUnwrapping.unwrap(
      envelope, context: context, unwrappers: bench.unwrappers, in: arena)
    keys = try UnitKeys(dataKey, in: arena)
    self.bench = bench
    self.text = text
  }

  /// The text with the seal made anew over what stands there.
  func resealed() throws -> String {
    let bytes = text.bytes
    let builder = try UnitSeal.entries(of: unit, source: bytes.span)
    let body = builder.body(
      context: context, typeName: unit.unit.typeName, lines: envelope.sealedLines)
    let line = text.lines.first { $0.hasPrefix("      seal ") } ?? ""
    let seal = PublicBase64.encode(keys.seal(body))
    return text.with(
      line, "      seal " + seal + String(decoding: body.digestText, as: UTF8.self))
  }

  /// A token for an entry with this padded plaintext.
  func token(_ index: Int, padded: [UInt8]) throws -> String {
    var entries = EntryContext(context)
    let info = entries.info(of: unit.entries[index])
    var box = WipedBuffer()
    box.append([0x48, 0x40, 0x0b, 0x58, 0x05, 0xf5])
    switch context.cipher {
    case .aes256GCM:
      let nonce = AES256GCM.Nonce.random()
      box.append(nonce.bytes)
      var cipher = try AES256GCMCipher()
      try cipher.seal(
        padded.span, key: keys.derive(info, as: AES256GCM.self), nonce: nonce,
        authenticating: info.bytes.span, appendingTo: &box)
    case .secretbox:
      let nonce = SecretBox.Nonce.random()
      box.append(nonce.bytes)
      try SecretBox.seal(
        padded.span, key: keys.derive(info, as: SecretBox.self), nonce: nonce,
        appendingTo: &box)
    }
    return Base64.string(box.bytes)
  }

  /// A padded plaintext.
  static func padded(_ form: UInt8, _ text: String, to count: Int = 32) -> [UInt8] {
    let start = [form] + text.bytes + [0x80]
    return start + Array(repeating: 0, count: count - start.count)
  }

  /// The text with one entry's token exchanged, sealed again.
  func withToken(_ index: Int, _ token: String) throws -> String {
    let range = unit.entries[index].token ?? 0..<0
    let bytes = text.bytes
    let changed = Array(bytes[..<range.lowerBound]) + token.bytes + bytes[range.upperBound...]
    return try Forge(bench, String(decoding: changed, as: UTF8.self)).resealed()
  }

  func withPadded(_ index: Int, _ padded: [UInt8]) throws -> String {
    try withToken(index, token(index, padded: padded))
  }
}

/// A forgery of somebody who has the key: the seal holds, and still it is refused.
struct Forgery: Sendable {
  let name: String
  let code: EnvelopeError.Code
  let make: @Sendable (Forge) throws -> String

  init(
    _ name: String, _ code: EnvelopeError.Code, _ make: @escaping @Sendable (Forge) throws -> String
  ) {
    (self.name, self.code, self.make) = (name, code, make)
  }

  /// Entries: 0 a value of 40 bytes, 1 an absent value, 2 a comment, 3 another value.
  static let plaintext = Shape.secret(
    "", "stringData:\n  a: \(String(repeating: "x", count: 40))\n  b:\n  # note\n  c: y\n"
  ).text

  static let all: [Forgery] = [
    Forgery("token of another place", .tokenNotAuthentic) {
      try $0.withToken(3, token(0, of: $0))
    },
    Forgery("token altered", .tokenNotAuthentic) {
      try $0.withToken(0, Victim.altered(token(0, of: $0), at: 60))
    },
    Forgery("token cut short", .malformedToken) {
      try $0.withToken(0, String(token(0, of: $0).dropLast(4)))
    },
    Forgery("token with bits behind its end", .malformedToken) {
      let token = token(0, of: $0)
      let last = token.bytes[token.utf8.count - 2]
      return try $0.withToken(0, token.dropLast(2) + (last == 0x77 ? "x=" : "1="))
    },
    Forgery("token without padding characters", .malformedToken) {
      try $0.withToken(0, String(token(0, of: $0).dropLast()))
    },
    Forgery("plaintext without end", .malformedToken) {
      try $0.withPadded(0, Array(repeating: 0, count: 32))
    },
    Forgery("plaintext with a block too many", .malformedToken) {
      try $0.withPadded(0, Forge.padded(0, "x", to: 64))
    },
    Forgery("plaintext of another length", .malformedToken) {
      try $0.withPadded(0, Forge.padded(0, "x", to: 33))
    },
    Forgery("unknown form", .malformedToken) { try $0.withPadded(0, Forge.padded(3, "x")) },
    Forgery("form 1 where none belongs", .notReversible) {
      try $0.withPadded(0, Forge.padded(1, "x"))
    },
    Forgery("form 2 with a text", .malformedToken) { try $0.withPadded(0, Forge.padded(2, "x")) },
    Forgery("form 2 behind a space only", .malformedToken) {
      let text = $0.text.with("  b: ", "  b:  ")
      let forge = try Forge($0.bench, text)
      return try forge.withPadded(1, Forge.padded(2, ""))
    },
    Forgery("form 1 of a comment", .malformedToken) { try $0.withPadded(2, Forge.padded(1, "")) },
    Forgery("text in front changed", .malformedToken) {
      try Forge($0.bench, $0.text.with("  b: ", "  b:\t")).resealed()
    },
    Forgery("text that is two entries", .notReversible) {
      try $0.withPadded(0, Forge.padded(0, "x\n  d: y"))
    },
    Forgery("text that is a comment", .notReversible) {
      try $0.withPadded(3, Forge.padded(0, "y # z"))
    },
    Forgery("comment of two lines", .notReversible) {
      try $0.withPadded(2, Forge.padded(0, " x\n  d: y"))
    },
    Forgery("digest of another unit", .staleSeal) {
      let line = $0.text.lines.first { $0.hasPrefix("      seal ") } ?? ""
      let digest = line.split(separator: " ")[2]
      return $0.text.with(line, line.with(String(digest), "unit:AAAAAAAA"))
    },
    Forgery("digests of another text", .staleSeal) {
      let line = $0.text.lines.first { $0.hasPrefix("      seal ") } ?? ""
      return $0.text.with(line, Victim.altered(line, at: line.utf8.count - 1))
    },
  ]

  private static func token(_ index: Int, of forge: Forge) -> String {
    String(decoding: forge.text.bytes[forge.unit.entries[index].token ?? 0..<0], as: UTF8.self)
  }
}
