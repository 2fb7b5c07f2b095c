import Age
import CryptoCore
import Manifest
import Testing

@testable import Envelope

/// Merges by value, without git: the texts around values are such that one side's stands for both.
@Suite struct ManifestMergeTests {
  static let plain = """
    apiVersion: v1
    kind: Secret
    metadata:
      name: db
    type: Opaque
    data:
      a: YQ==
      b: Yg==
    stringData:
      c: |
        one
        two
      d: four # note

    """

  let bench: Bench
  let base: String

  init() throws {
    bench = try Bench()
    base = try bench.seal(Self.plain)
  }

  /// What came of a merge.
  struct Outcome {
    var text = ""
    var isClean = false
    var conflicts: [String] = []
    var unsealed: [String] = []
    var problems: [String] = []
    var notes: [String] = []
    /// Whether git has nothing to decide.
    var isDecided = false
  }

  private func merge(
    _ base: String?, _ ours: String, _ theirs: String, with unwrappers: [any KeyUnwrapper]? = nil,
    _ change: (inout MergeSettings) -> Void = { _ in }
  ) throws -> Outcome {
    var settings = MergeSettings(now: .first)
    change(&settings)
    var sealer = try ManifestSealer()
    let merge = try sealer.beginMerge(
      base: (base ?? "").bytes.span, ours: ours.bytes.span, theirs: theirs.bytes.span,
      unwrappers: unwrappers ?? bench.unwrappers, settings: settings, nonce: "n0nce")
    let texts = [String(merge.baseText), String(merge.ourText), String(merge.theirText)]
    let merged = texts[1] == texts[0] ? texts[2] : texts[1]
    let markers = ConflictMarkers(
      size: 40, base: "b", ours: "o", theirs: "t", showsBase: false)
    let shown = ConflictMarkers(
      size: 7, base: "base", ours: "HEAD", theirs: "side", showsBase: false)
    let result = try sealer.finish(
      merge, merged.bytes.span, conflictCount: 0, found: markers, shown: shown)
    var outcome = Outcome()
    outcome.text = String(result.text)
    outcome.isClean = result.isClean
    outcome.conflicts = result.conflicts.map { "\($0.unit) \($0.entry)" }
    (outcome.unsealed, outcome.problems) = (result.unsealed, result.problems)
    outcome.notes = result.notes
    outcome.isDecided = texts[1] == texts[2] && (base == nil || texts[0] == texts[1])
    return outcome
  }

  private func side(_ changes: [(String, String)], _ settings: SealSettings? = nil) throws -> String
  {
    var text = Self.plain
    for (part, other) in changes { text = text.with(part, other) }
    return try bench.reseal(text, previous: base, settings).text
  }

  private func target(_ wrappers: [any KeyWrapper]) -> SealSettings {
    SealSettings(SealTarget(recipients: wrappers), now: .first)
  }

  typealias Change = (part: String, other: String)

  /// What each side changes, and the keys in conflict; without any the merge has all changes.
  static let values: [(ours: [Change], theirs: [Change], conflicts: [String])] = [
    ([("YQ==", "WFg=")], [("Yg==", "WVk=")], []),
    ([("YQ==", "WFg="), ("two", "TWO")], [("Yg==", "WVk="), ("four", "4")], []),
    ([("YQ==", "WFg=")], [("YQ==", "WFg=")], []),
    ([("four # note", "four # ours")], [("YQ==", "WFg=")], []),
    ([("Opaque", "ours")], [("Yg==", "WVk=")], []), ([("YQ==", "WFg=")], [], []), ([], [], []),
    ([("YQ==", "WFg=")], [("YQ==", "WVk=")], ["data/a"]),
    (
      [("YQ==", "WFg="), ("one", "1")], [("YQ==", "WVk="), ("one", "I")],
      ["data/a", "stringData/c"]
    ),
  ]

  @Test(arguments: values.indices) func eachValueGoesByItself(_ index: Int) throws {
    let row = Self.values[index]
    let (ours, theirs) = try (side(row.ours), side(row.theirs))
    for hasKey in [true, false] {
      let outcome = try merge(base, ours, theirs, with: hasKey ? nil : [])
      // The same value twice has two tokens, of which nobody without a key knows.
      let isSame = ours != theirs && row.ours.map(\.other) == row.theirs.map(\.other)
      if !hasKey, isSame {
        #expect(outcome.conflicts == ["Secret db data/a"])
        continue
      }
      #expect(outcome.conflicts == row.conflicts.map { "Secret db \($0)" })
      // Without a key only what one side changed is sealed.
      let isSealed = hasKey || row.ours.isEmpty || row.theirs.isEmpty || ours == theirs
      guard row.conflicts.isEmpty else {
        #expect(outcome.text.lines.count { $0 == "<<<<<<< HEAD" } == row.conflicts.count)
        #expect(!outcome.isClean)
        continue
      }
      var wanted = Self.plain
      for change in row.ours + row.theirs where wanted.contains(change.part) {
        wanted = wanted.with(change.part, change.other)
      }
      #expect(outcome.isClean == isSealed, "\(outcome)")
      #expect(outcome.unsealed == (isSealed ? [] : ["Secret db"]))
      #expect(outcome.problems.isEmpty)
      if isSealed { #expect(try bench.open(outcome.text) == wanted) }
      // Every token comes from a side.
      let known = try Set(Bench.tokens(ours) + Bench.tokens(theirs))
      #expect(try known.isSuperset(of: Bench.tokens(outcome.text)))
    }
  }

  @Test func oneRemovedWhatTheOtherChanged() throws {
    let (ours, theirs) = try (side([("  b: Yg==\n", "")]), side([("Yg==", "WVk=")]))
    for hasKey in [true, false] {
      let outcome = try merge(base, theirs, ours, with: hasKey ? nil : [])
      #expect(outcome.conflicts == ["Secret db data/b"] && !outcome.isClean)
    }
  }

  @Test func whoIsLetInShows() throws {
    let stranger = try AgeKeyWrapper(.generate(), name: "alice@example.com")
    let more = bench.wrappers + [stranger]
    let theirs = try side([], target(more))
    let value = try side([("YQ==", "WFg=")])
    let shown = "alice@example.com (\(stranger.recipient.text.prefix(17))...)"
    // With a key, without one where only they changed it, and the other way round not at all.
    for (ours, unwrappers) in [(value, bench.unwrappers), (base, []), (base, bench.unwrappers)] {
      let outcome = try merge(base, ours, theirs, with: unwrappers)
      #expect(outcome.isClean)
      #expect(outcome.notes.last == "Secret db: the merge lets \(shown) in")
      #expect(try Bench.envelope(outcome.text).recipients.count == more.count)
      let forbidden = try merge(base, ours, theirs, with: unwrappers) {
        $0.forbidden = [stranger.recipient.key]
      }
      #expect(!forbidden.isClean && forbidden.problems.joined().contains("the policy forbids"))
      let own = try merge(base, theirs, ours, with: unwrappers)
      #expect(own.isClean && own.notes.isEmpty)
    }
    // New in theirs it is not let in, gone from ours it is.
    for (base, ours, isClean) in [("", "", false), (theirs, "", true)] {
      let outcome = try merge(base, ours, theirs) { $0.forbidden = [stranger.recipient.key] }
      #expect(outcome.isClean == isClean && outcome.text.isEmpty == isClean)
    }
    // Taken out, by their side alone or by it and in the end.
    let fewer = try side([], target(Array(bench.wrappers.dropLast())))
    for ours in [base, value] {
      let outcome = try merge(base, ours, fewer)
      #expect(outcome.isClean)
      #expect(outcome.notes.joined().contains("the merge takes alice@example.com"))
      #expect(try Bench.envelope(outcome.text).recipients.count == bench.wrappers.count - 1)
    }
  }

  /// Somebody without a key seals a Secret of their own for all of us, and for themselves.
  @Test func aKeyThatTheyMadeUpOpensNothingOfOurs() throws {
    let stranger = try AgeKeyWrapper(.generate(), name: "team-a")
    let forged = try bench.seal(
      Self.plain.with("Yg==", "WVk="),
      target(bench.wrappers + [stranger]))
    let ours = try side([("YQ==", "WFg=")])
    let outcome = try merge(base, ours, forged)
    #expect(outcome.notes.contains { $0.contains("a new data key: their side made one") })
    let made = try [base, ours, forged].map { try Bench.envelope($0).commitment }
    #expect(try !made.contains(Bench.envelope(outcome.text).commitment))
    let signed = try merge(base, ours, forged) { $0.trustedSigners = [bench.signer.verifier] }
    #expect(!signed.isClean && signed.problems.joined().contains("not signed"))
  }

  @Test func whatWasTamperedWithIsNotSealed() throws {
    let ours = try side([("YQ==", "WFg=")])
    let theirs = try side([("Yg==", "WVk=")])
    let (tokens, olds) = try (Bench.tokens(theirs), Bench.tokens(base))
    for forged in [
      theirs.with(tokens[0], Victim.altered(tokens[0], at: 40)),
      theirs.with(tokens[1], olds[0]), theirs.with(tokens[1], olds[1]),
      theirs.with("  b: \(tokens[1])\n", ""),
      theirs.with("strict", "cluster"), theirs.with("type: Opaque", "type: other"),
    ] {
      for unwrappers in [bench.unwrappers, []] {
        let outcome = try merge(base, ours, forged, with: unwrappers)
        #expect(!outcome.isClean)
      }
      // Ours unchanged, their envelope is taken: whoever opens it sees that it does not hold.
      let alone = try merge(base, base, forged, with: [])
      #expect(!alone.isClean, "\(alone)")
    }
  }

  @Test func signaturesOfTheSameAreUnited() throws {
    let other = try SigningIdentity.generate()
    var settings = bench.settings()
    settings.signer = bench.signer
    let ours = try bench.reseal(Self.plain, previous: base, settings).text
    settings.signer = other
    let theirs = try bench.reseal(Self.plain, previous: base, settings).text
    let outcome = try merge(base, ours, theirs, with: [])
    #expect(outcome.isClean)
    for signer in [bench.signer, other] {
      #expect(try bench.open(outcome.text, trusting: [signer.verifier]) == Self.plain)
    }
    // Of a merge nobody signed anything, unless told to.
    let changed = try (side([("YQ==", "WFg=")], settings), side([("Yg==", "WVk=")], settings))
    let dropped = try merge(base, changed.0, changed.1)
    #expect(dropped.isClean && dropped.notes == ["Secret db: its signatures were dropped"])
    #expect(try Bench.envelope(dropped.text).signatures.isEmpty)
    let signed = try merge(base, changed.0, changed.1) { $0.signer = other }
    #expect(signed.isClean && signed.notes.isEmpty)
    #expect(bench.refusal(signed.text, trusting: [other.verifier]) == nil)
  }
}

extension AgeKeyWrapper {
  fileprivate init(_ identity: X25519Identity, name: String) {
    self.init(identity.recipient, text: identity.recipientText, name: name)
  }
}
