import Manifest
import Testing

@testable import Envelope

/// Whom a merged Secret is sealed for, and under which data key (docs/git.md, "Recipients").
@Suite struct RecipientMergeTests {
  /// A side in short: a letter for each recipient, and a digit for the data key.
  static func envelope(
    _ text: String, cipher: CipherName = .aes256GCM, scope: SealScope = .strict
  ) -> Envelope {
    let key = text.utf8.last ?? 0
    return Envelope(
      cipher: cipher, scope: scope,
      recipients: text.dropLast().map { letter in
        // Passphrases look alike, and are told apart by what is wrapped for them.
        let isPassphrase = letter.isUppercase
        return RecipientLine(
          recipient: RecipientDescription(
            kind: .age, text: isPassphrase ? "scrypt" : "age1\(letter)", name: "\(letter)"),
          wrap: Array(letter.utf8) + (isPassphrase ? [] : [key]))
      },
      fields: [], layout: .annotations, commitment: Array(repeating: key, count: 32), made: .first)
  }

  private static func names(_ recipients: [RecipientDescription]) -> String {
    recipients.compactMap(\.name).joined()
  }

  /// Base, ours, theirs; whom it is for, whose key it has ("new" for a new one), whom the note lets
  /// in and takes out; nil where a person has to decide.
  static let cases: [(sides: [String], outcome: [String]?)] = [
    (["a1", "a1", "a1"], ["a", "1", "", ""]),
    (["ab1", "abc1", "abd1"], ["abcd", "1", "d", ""]),
    (["abc1", "ab1", "ac1"], ["a", "1", "", "b"]),
    (["abc1", "ab2", "abcd1"], ["abd", "2", "d", ""]),
    // Whom ours took out does not come back with theirs; whom theirs added stays theirs to add.
    (["ab1", "a2", "abx1"], ["ax", "2", "x", ""]),
    // A key that only their side made: values of ours are not sealed with it.
    (["ab1", "ab1", "ab2"], ["ab", "new", "", ""]),
    (["ab1", "abc1", "abx2"], ["abcx", "new", "x", ""]),
    (["ab1", "a2", "b3"], nil),
    (["ab1", "ab2", "ab3"], ["ab", "2", "", ""]),
    // Ours made a key that b has, and theirs took b out.
    (["ab1", "ab2", "a1"], ["a", "new", "", "b"]),
    (["ab1", "ab2", "a3"], ["a", "new", "", "b"]),
    // No base: nobody was taken out.
    (["", "ab1", "ac2"], ["abc", "1", "c", ""]), (["", "ab1", "x1"], ["abx", "1", "x", ""]),
    (["ab1", "a1", "b1"], nil),
    // The attacker's side drops all but itself.
    (["ab1", "ab1", "x2"], ["x", "new", "x", "ab"]),
    (["Pa1", "PaQ1", "PaR1"], ["PaQR", "1", "R", ""]),
  ]

  @Test(arguments: cases.indices) func rules(_ index: Int) throws {
    let (sides, outcome) = Self.cases[index]
    let envelopes = sides.map { $0.isEmpty ? nil : Self.envelope($0) }
    let (ours, theirs) = try (#require(envelopes[1]), #require(envelopes[2]))
    guard let outcome else {
      #expect(throws: EnvelopeError(.wrapFailed, "")) {
        try RecipientMerge(base: envelopes[0], ours: ours, theirs: theirs)
      }
      return
    }
    let merge = try RecipientMerge(base: envelopes[0], ours: ours, theirs: theirs)
    let key = merge.keyVersion == .ours ? sides[1].suffix(1) : sides[2].suffix(1)
    #expect(
      [
        Self.names(merge.recipients.map(\.recipient)), merge.newKeyReason == nil ? "\(key)" : "new",
        Self.names(merge.change.joined), Self.names(merge.change.left),
      ] == outcome)
  }

  /// Every way in which three people and three keys can be on three sides.
  @Test func nobodyGetsAKeyThatIsNotTheirs() {
    let sides = ["a", "b", "c", "ab", "ac", "bc", "abc"].flatMap { people in
      ["1", "2", "3"].map { "\(people)\($0)" }
    }
    let envelopes = sides.map { Self.envelope($0) }
    var count = 0
    for (base, old) in zip(sides, envelopes) {
      for (mine, ours) in zip(sides, envelopes) {
        for (other, theirs) in zip(sides, envelopes) {
          let merge = try? RecipientMerge(base: old, ours: ours, theirs: theirs)
          let isFine = Self.isRight(merge, Set(base), Set(mine), Set(other))
          #expect(isFine, "\(base) \(mine) \(other)")
          count += 1
        }
      }
    }
    #expect(count == 9_261)
  }

  private static func isRight(
    _ merge: RecipientMerge?, _ base: Set<Character>, _ ours: Set<Character>,
    _ theirs: Set<Character>
  ) -> Bool {
    func people(_ side: Set<Character>) -> Set<Character> { side.filter(\.isLetter) }
    func key(_ side: Set<Character>) -> Set<Character> { side.filter(\.isNumber) }
    let removed = people(base).subtracting(people(ours).intersection(people(theirs)))
    let wanted = people(ours).union(people(theirs)).subtracting(removed)
    guard let merge else { return wanted.isEmpty }
    let isNew = merge.newKeyReason != nil
    let kept = merge.keyVersion == .ours ? key(ours) : key(theirs)
    // A new key has nobody yet; another one is ours, and nobody who was taken out got it since.
    let isSafe =
      isNew
      || (kept == key(ours)
        && (kept == key(base)
          || removed.isDisjoint(with: merge.keyVersion == .ours ? ours : theirs)))
    return isSafe && names(merge.recipients.map(\.recipient)).count == wanted.count
      && Set(names(merge.recipients.map(\.recipient))) == wanted
      && merge.recipients.allSatisfy { recipient, line in
        guard let line else { return true }
        return !isNew && Set(String(decoding: line.wrap.suffix(1), as: UTF8.self)) == kept
          && line.recipient == recipient
      }
  }

  @Test func differentChoicesOfCipherOrScopeAreForPeople() throws {
    let base = Self.envelope("a1")
    let box = Self.envelope("a2", cipher: .secretbox)
    let cluster = Self.envelope("a3", scope: .cluster)
    #expect(try RecipientMerge(base: base, ours: box, theirs: base).keyVersion == .ours)
    #expect(try RecipientMerge(base: base, ours: base, theirs: box).keyVersion == .theirs)
    #expect(throws: EnvelopeError(.wrapFailed, "")) {
      try RecipientMerge(base: base, ours: box, theirs: cluster)
    }
  }

  /// Their side chose the names of its recipients: one called like ours is seen to be another.
  @Test func aNameDoesNotHideAKey() throws {
    let ours = Self.envelope("a1")
    let forged = RecipientLine(
      recipient: RecipientDescription(
        kind: .age, text: "age1attacker-of-all-of-us", name: "a"), wrap: [1])
    let theirs = Envelope(
      cipher: .aes256GCM, scope: .strict, recipients: ours.recipients + [forged],
      fields: [], layout: .annotations, commitment: ours.commitment, made: .first)
    let merge = try RecipientMerge(base: ours, ours: ours, theirs: theirs)
    #expect(merge.change.notes == ["the merge lets a (age1attacker-of-a...) in"])
    #expect(
      RecipientMerge.RecipientChange(from: theirs, to: ours).notes
        == ["the merge takes a (age1attacker-of-a...) out"])
  }
}
