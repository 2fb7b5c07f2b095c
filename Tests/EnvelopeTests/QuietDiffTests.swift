import CryptoCore
import Manifest
import Testing

@testable import Envelope

/// A change of one value shows as that value's line and the seal, and as nothing else.
@Suite struct QuietDiffTests {
  let bench: Bench

  init() throws { bench = try Bench() }

  private static let text = Shape.secret(
    "", "type: Opaque\nstringData:\n  a: one\n  b: two # why\n  c: |\n    three\n    lines\n# end\n"
  ).text

  /// An edit, the number of lines of the sealed text that it adds and removes besides the seal.
  private static let edits: [(name: String, part: String, new: String, added: Int, removed: Int)] =
    [
      ("value", "two", "other", 1, 1), ("block", "three", "3", 1, 1),
      ("comment", "why", "how", 1, 1),
      ("quotes only", "two", "'two'", 1, 1), ("key added", "  a:", "  z: new\n  a:", 1, 0),
      ("key removed", "  a: one\n", "", 0, 1), ("key renamed", "a: one", "z: one", 1, 1),
      ("order", "  a: one\n  b: two # why\n", "  b: two # why\n  a: one\n", 1, 1),
      ("type", "Opaque", "tls", 1, 1), ("outside comment", "# end", "# END", 1, 1),
      ("label added", "  name: db", "  labels: {x: y}\n  name: db", 1, 0),
    ]

  @Test(arguments: edits.indices)
  func showsOnlyWhatChanged(index: Int) throws {
    let edit = Self.edits[index]
    let changed = Self.text.with(edit.part, edit.new)
    for cipher in CipherName.allCases {
      let settings = bench.settings(cipher)
      let before = try bench.seal(Self.text, settings)
      for chosen in [settings, SealSettings(nil, now: .first)] {
        let after = try bench.reseal(changed, previous: before, chosen)
        let difference = after.text.lines.difference(from: before.lines)
        let isOutside = edit.name == "outside comment" || edit.name == "label added"
        let seal = isOutside ? 0 : 1
        #expect(difference.insertions.count == edit.added + seal, "\(edit.name)")
        #expect(difference.removals.count == edit.removed + seal, "\(edit.name)")
        #expect(after.units.first?.action == .resealed)
        #expect(try bench.open(after.text) == changed)
      }
    }
  }

  @Test(arguments: Shape.all.filter { $0.isNamed })
  func unchangedStaysTheSame(shape: Shape) throws {
    let sealed = try bench.seal(shape.text)
    let again = try bench.reseal(shape.text, previous: sealed)
    #expect(again.text.bytes == sealed.bytes)
    #expect(again.units.allSatisfy { $0.action == .resealed && $0.newKeyReason == nil })
  }

  @Test func commentsOfAnyNumberKeepTheirTokens() throws {
    let comments = (0..<400).map { "  # note \($0 % 150)\n" }.joined()
    let text = Shape.secret("", "data:\n\(comments)  a: YQ==\n").text
    let sealed = try bench.seal(text)
    #expect(try bench.reseal(text, previous: sealed).text == sealed)
    let changed = text.with("  # note 0\n  # note 1\n", "  # note 1\n")
    let after = try bench.reseal(changed, previous: sealed).text
    #expect(after.lines.difference(from: sealed.lines).insertions.count == 1)
  }

  /// What makes a new key, and why.
  @Test(arguments: ["recipient", "cipher", "scope", "name", "no identity", "new", "plain before"])
  func newKeysAreExplained(change: String) throws {
    var settings = bench.settings()
    var text = Self.text
    var unwrappers = bench.unwrappers
    var previous = try bench.seal(text)
    let expected: UnitOutcome.NewKeyReason
    switch change {
    case "recipient":
      settings.target?.recipients.removeLast()
      expected = .recipientsChanged
    case "cipher":
      settings.target?.cipher = .secretbox
      expected = .contextChanged
    case "scope":
      settings.target?.scope = .cluster
      expected = .contextChanged
    case "name":
      settings.followsRenames = true
      text = text.with("name: db", "name: db2")
      expected = .contextChanged
    case "no identity":
      unwrappers = []
      expected = .noIdentity
    case "new":
      previous = "apiVersion: v1\nkind: ConfigMap\n"
      expected = .noEarlierVersion
    default:
      previous = text
      expected = .earlierVersionNotSealed
    }
    let after = try bench.reseal(text, previous: previous, settings, with: unwrappers)
    #expect(after.units.map(\.newKeyReason) == [expected])
    #expect(after.units.map(\.action) == [.sealed])
    #expect(try bench.open(after.text) == text)
    if previous.contains("SEALWAX1") {
      let old = try Set(Bench.tokens(previous))
      #expect(try old.isDisjoint(with: Bench.tokens(after.text)))
      #expect(try Bench.envelope(after.text).commitment != Bench.envelope(previous).commitment)
    }
  }

  @Test func renamedSecretsTakeTheirRecipientsAlong() throws {
    let sealed = try bench.seal(Self.text)
    let renamed = Self.text.with("name: db", "name: db2")
    let following = SealSettings(nil, now: .first, followsRenames: true)
    let after = try bench.reseal(renamed, previous: sealed, following)
    #expect(after.units.first?.recipients == bench.wrappers.map(\.recipient))
    #expect(try bench.open(after.text) == renamed)
    let cluster = try bench.seal(Self.text, bench.settings(.secretbox, .cluster))
    let kept = try bench.reseal(renamed, previous: cluster, following)
    #expect(kept.units.first?.action == .resealed, "scope cluster does not bind the name")
    #expect(try bench.open(kept.text) == renamed)
    // Elsewhere the place says nothing: another Secret's recipients and key are not taken.
    for previous in [sealed, cluster] {
      #expect(throws: EnvelopeError(.noRecipients, "")) {
        try bench.reseal(renamed, previous: previous, SealSettings(nil, now: .first))
      }
    }
    let apart = try bench.reseal(renamed, previous: cluster, bench.settings(.secretbox, .cluster))
    #expect(apart.units.first?.newKeyReason == .noEarlierVersion)
  }

  /// A data key serves one Secret only, also when two have the same name.
  @Test func noTwoSecretsShareAKey() throws {
    let one = Shape.secret("", "data:\n  a: YQ==\n").text
    let sealed = try bench.seal(one)
    let after = try bench.reseal(one + "---\n" + one, previous: sealed)
    #expect(after.units.map(\.action) == [.resealed, .sealed])
    let commitments = try (0..<2).map { try Bench.envelope(after.text, unit: $0).commitment }
    #expect(commitments[0] != commitments[1])
    let swapped = try bench.reseal(one + "---\n" + one, previous: after.text)
    #expect(swapped.text == after.text)
  }

  /// An earlier version that was tampered with is never made use of.
  @Test(arguments: [
    ("team-a", "team-b", EnvelopeError.Code.staleSeal),
    ("sealwax v1", "sealwax v2", .unsupportedVersion),
    ("stringData:", "stringData:\n  p: laintext", .plaintextBesideCiphertext),
    ("kind: Secret", "kind: [", .source),
  ])
  func tamperedEarlierVersionsAreRefused(
    part: String, replacement: String, code: EnvelopeError.Code
  ) throws {
    let tampered = try bench.seal(Self.text).with(part, replacement)
    for settings in [bench.settings(), SealSettings(nil, now: .first)] {
      let error = #expect(throws: EnvelopeError.self) {
        try bench.reseal(Self.text, previous: tampered, settings)
      }
      #expect(error?.code == code && error?.isAboutPrevious == true && error?.position != nil)
    }
  }

  @Test func recipientsComeFromAuthenticVersionsOnly() throws {
    let sealed = try bench.seal(Self.text)
    for unwrappers in [[], [KEKUnwrapper(try .generate(.aes256GCM))]] as [[any KeyUnwrapper]] {
      #expect(throws: EnvelopeError(.noIdentity, "")) {
        try bench.reseal(
          Self.text, previous: sealed, SealSettings(nil, now: .first), with: unwrappers)
      }
    }
    #expect(throws: EnvelopeError(.noRecipients, "")) {
      try bench.seal(Self.text, SealSettings(nil, now: .first))
    }
    #expect(throws: EnvelopeError(.noRecipients, "")) {
      try bench.seal(Self.text, SealSettings(SealTarget(recipients: []), now: .first))
    }
  }
}
