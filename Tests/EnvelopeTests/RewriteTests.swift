import CryptoCore
import Manifest
import Testing

@testable import Envelope

/// Sealed Secrets get other recipients or a new data key, and nothing else changes.
@Suite struct RewriteTests {
  let bench: Bench
  private static let later = SealTime("2027-01-31T12:00:00Z") ?? .first

  init() throws { bench = try Bench() }

  private func rewrite(
    _ text: String, _ change: SealChange, for wrappers: [any KeyWrapper]?,
    with unwrappers: [any KeyUnwrapper]? = nil, cipher: CipherName = .aes256GCM,
    scope: SealScope = .strict
  ) throws -> (text: String, units: [UnitOutcome], isChanged: Bool) {
    var sealer = try ManifestSealer()
    let target = wrappers.map { SealTarget(recipients: $0, cipher: cipher, scope: scope) }
    let output = try sealer.rewrite(
      text.bytes.span, change, settings: SealSettings(target, now: Self.later),
      unwrappers: unwrappers ?? bench.unwrappers)
    let found = (String(output.text), output.units, output.isChanged)
    #expect(sealer.arena.freeSlotCount == sealer.arena.slotCount)
    return found
  }

  private func open(_ text: String, with unwrapper: any KeyUnwrapper) throws -> String {
    var sealer = try ManifestSealer()
    return String(try sealer.open(text.bytes.span, unwrappers: [unwrapper]).text)
  }

  private static func trimmed(_ line: String) -> String { String(line.drop { $0 == " " }) }

  /// The text with every token and envelope taken out of sight.
  private static func skeleton(_ text: String) -> String {
    text.lines.map { line in
      String(
        line.split(separator: " ", omittingEmptySubsequences: false).map { word in
          word.contains("SEALWAX1") ? "TOKEN" : String(word)
        }.joined(separator: " "))
    }.filter { line in
      !["to ", "seal ", "commit ", "sealwax v1 "].contains { Self.trimmed(line).hasPrefix($0) }
    }.joined(separator: "\n")
  }

  @Test(arguments: Shape.all.filter { $0.isNamed && $0.unitCount > 0 })
  func rotates(shape: Shape) throws {
    for cipher in CipherName.allCases {
      let sealed = try bench.seal(shape.text, bench.settings())
      let rotated = try rewrite(
        sealed, .rotate(madeBefore: nil), for: [bench.wrappers[1]], cipher: cipher,
        scope: .namespace)
      #expect(try open(rotated.text, with: bench.unwrappers[1]) == shape.text)
      #expect(throws: EnvelopeError(.noIdentity, "")) {
        try open(rotated.text, with: bench.unwrappers[0])
      }
      #expect(rotated.units.allSatisfy { $0.action == .rotated && $0.keptCount == 0 })
      if !sealed.utf8.contains(0x0d), !sealed.contains("\"annotations\""),
        !sealed.contains("\"sealwax.dev")
      {
        #expect(Self.skeleton(rotated.text) == Self.skeleton(sealed))
      }
      let old = try Bench.envelope(sealed), new = try Bench.envelope(rotated.text)
      #expect(old.commitment != new.commitment)
      #expect(new.made == Self.later)
      #expect(new.layout == old.layout)
      #expect((new.cipher, new.scope) == (cipher, .namespace))
    }
  }

  @Test(arguments: Shape.all.filter { $0.isNamed && $0.unitCount > 0 })
  func wrapsForOthers(shape: Shape) throws {
    let sealed = try bench.seal(
      shape.text, SealSettings(SealTarget(recipients: [bench.wrappers[0]]), now: .first))
    let wrapped = try rewrite(
      sealed, .rewrap, for: [bench.wrappers[1], bench.wrappers[0]], cipher: .secretbox)
    #expect(try open(wrapped.text, with: bench.unwrappers[1]) == shape.text)
    #expect(try open(wrapped.text, with: bench.unwrappers[0]) == shape.text)
    let old = try Bench.envelope(sealed), new = try Bench.envelope(wrapped.text)
    #expect(new.commitment == old.commitment)
    #expect(new.made == old.made)
    #expect((new.cipher, new.scope) == (old.cipher, old.scope))
    #expect(new.recipients.first == old.recipients.first, "a line that stays was changed")
    #expect(new.digests.dropFirst() == old.digests.dropFirst(), "a token was changed")
    let difference = wrapped.text.lines.difference(from: sealed.lines)
    if !shape.text.hasPrefix("{"), wrapped.units.count == 1 {
      #expect(difference.insertions.count <= 2)
      #expect(difference.removals.count <= 1)
    }
    let taken = try rewrite(wrapped.text, .rewrap, for: [bench.wrappers[1]])
    #expect(throws: EnvelopeError(.noIdentity, "")) {
      try open(taken.text, with: bench.unwrappers[0])
    }
    #expect(
      taken.units.allSatisfy { $0.removedRecipients.count == 1 && $0.recipients.count == 1 })
  }

  @Test func doesNothingWhenAllIsRight() throws {
    let text = Shape.secret("", "data:\n  a: YQ==\n").text
    let sealed = try bench.seal(text)
    let same = try rewrite(sealed, .rewrap, for: bench.wrappers)
    #expect(same.text == sealed)
    #expect(!same.isChanged)
    #expect(same.units.first?.action == .alreadySealed)
    let again = try rewrite(sealed, .rewrap, for: nil)
    #expect(again.text == sealed)
  }

  @Test func leavesKeysThatAreYoungEnough() throws {
    let plain = Shape.secret("", "data:\n  a: YQ==\n").text
    let old = try bench.seal(plain)
    let rotated = try rewrite(old, .rotate(madeBefore: nil), for: bench.wrappers).text
    let same = try rewrite(rotated, .rotate(madeBefore: Self.later), for: bench.wrappers)
    #expect(same.text == rotated)
    #expect(try rewrite(old, .rotate(madeBefore: Self.later), for: bench.wrappers).isChanged)
    #expect(!(try rewrite(old, .rotate(madeBefore: .first), for: bench.wrappers).isChanged))
    // A date that cannot be true says nothing.
    let never = SealChange.rotate(madeBefore: .first, orAfter: .first)
    #expect(try rewrite(rotated, never, for: bench.wrappers).isChanged)
    #expect(!(try rewrite(old, never, for: bench.wrappers).isChanged))
  }

  @Test func rotatesForWhomItWasWithoutATarget() throws {
    let text = Shape.secret("", "data:\n  a: YQ==\n").text
    let sealed = try bench.seal(text, bench.settings(.secretbox, .cluster))
    let rotated = try rewrite(sealed, .rotate(madeBefore: nil), for: nil)
    let old = try Bench.envelope(sealed), new = try Bench.envelope(rotated.text)
    #expect(new.recipients.map(\.recipient) == old.recipients.map(\.recipient))
    #expect((new.cipher, new.scope) == (.secretbox, .cluster))
    for unwrapper in bench.unwrappers { #expect(try open(rotated.text, with: unwrapper) == text) }
    // A recipient whose secret is elsewhere and who is no age recipient cannot be wrapped for.
    #expect(throws: EnvelopeError(.wrapFailed, "")) {
      try rewrite(sealed, .rotate(madeBefore: nil), for: nil, with: [bench.unwrappers[0]])
    }
  }

  /// Others' tools quote, fold and indent anew.
  private static let reformattings: [@Sendable (String) -> String] = [
    { text in text.replacing("envelope: |-\n", with: "envelope: |2-\n") },
    { text in text.replacing("envelope: |-\n", with: "envelope: |- # 2\n") },
    { text in text.replacing("envelope: |-\n", with: "envelope: !!str &e |-\n") },
    { text in
      let lines = text.lines.filter { $0.hasPrefix("      ") }.map(Self.trimmed)
      let block = text.lines.filter { $0.hasPrefix("      ") }.joined(separator: "\n")
      return text.replacing(
        "|-\n\(block)\n", with: "'\(lines.joined(separator: "\n\n      "))'\n")
    },
    { text in
      let lines = text.lines.filter { $0.hasPrefix("      ") }
      return text.replacing(
        "|-\n\(lines.joined(separator: "\n"))\n",
        with: ">-\n\(lines.joined(separator: "\n\n"))\n")
    },
    { text in text.replacing("\n", with: "\r\n") },
  ]

  @Test(arguments: reformattings.indices)
  func staysWhereOthersPutIt(index: Int) throws {
    let sealed = Self.reformattings[index](
      try bench.seal(Shape.secret("", "data:\n  a: YQ==\n# end\n").text))
    let plain = try bench.open(sealed)
    for kind in [SealChange.rewrap, .rotate(madeBefore: nil)] {
      let changed = try rewrite(sealed, kind, for: [bench.wrappers[1]])
      #expect(changed.isChanged)
      #expect(try open(changed.text, with: bench.unwrappers[1]) == plain)
      #expect(changed.text.hasSuffix(String(sealed.suffix(5))))
    }
  }

  /// What does not open or does not hold is left, and nothing is released.
  @Test(arguments: Attack.all)
  func refusesWhatWasTamperedWith(attack: Attack) throws {
    let victim = try Victim(bench, bench.settings())
    let forged = try attack.change(victim)
    for kind in [SealChange.rewrap, .rotate(madeBefore: nil)] {
      #expect(throws: EnvelopeError(attack.code, ""), "\(kind)") {
        try rewrite(forged, kind, for: [bench.wrappers[1]], with: [bench.unwrappers[2]])
      }
    }
  }

  @Test func leavesPlaintextAsItIs() throws {
    let plain = Shape.secret("", "data:\n  a: YQ==\n").text
    let text = plain + "---\n" + (try bench.seal(plain.replacing("name: db", with: "name: other")))
    let rotated = try rewrite(text, .rotate(madeBefore: nil), for: bench.wrappers)
    #expect(rotated.text.hasPrefix(plain + "---\n"))
    #expect(rotated.units.map(\.action) == [.notSealed, .rotated])
  }

  @Test func signaturesGoUnlessItIsSignedAgain() throws {
    let signer = try SigningIdentity.generate()
    var settings = bench.settings()
    settings.signer = signer
    let sealed = try bench.seal(Shape.secret("", "data:\n  a: YQ==\n").text, settings)
    let rotated = try rewrite(sealed, .rotate(madeBefore: nil), for: bench.wrappers)
    #expect(rotated.units.first?.droppedSigners == [signer.verifier])
    #expect(try Bench.envelope(rotated.text).signatures.isEmpty)
    var sealer = try ManifestSealer()
    settings.target?.recipients = [bench.wrappers[0]]
    settings.trustedSigners = [signer.verifier]
    let output = try sealer.rewrite(
      sealed.bytes.span, .rewrap, settings: settings, unwrappers: bench.unwrappers)
    let status = try ManifestInspector.inspect(output.text.bytes, trustedSigners: [signer.verifier])
    #expect(status.allSatisfy { $0.problems.isEmpty && $0.signatures.count == 1 })
  }
}
