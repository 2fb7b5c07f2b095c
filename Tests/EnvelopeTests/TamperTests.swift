import CryptoCore
import Manifest
import Testing

@testable import Envelope

@Suite struct TamperTests {
  let bench: Bench
  let victim: Victim

  init() throws {
    bench = try Bench()
    victim = try Victim(bench, bench.settings())
  }

  /// With an age identity, so that nothing but the seal can notice.
  @Test(arguments: Attack.all)
  func isRefused(attack: Attack) throws {
    let changed = try attack.change(victim)
    try #require(changed != victim.text)
    let error = try #require(bench.refusal(changed, with: [bench.unwrappers[2]]))
    #expect(error.code == attack.code, "\(error.message)")
    #expect(error.position != nil)
    #expect(error.message.contains(attack.message), "\(error.message)")
  }

  /// What shows without a key is in the status, and sealing does not take such a text for sealed.
  @Test(arguments: Attack.all.filter { $0.message.contains("/") })
  func showsWithoutKey(attack: Attack) throws {
    let changed = try attack.change(victim)
    let problems = try ManifestInspector.inspect(changed.bytes.span).flatMap(\.problems)
    #expect(problems.contains { $0.code == attack.code && $0.message.contains(attack.message) })
    #expect(throws: EnvelopeError.self) { try bench.seal(changed) }
  }

  @Test func everyByteOfEveryTokenCounts() throws {
    for token in victim.tokens {
      for index in token.utf8.indices {
        let place = token.utf8.distance(from: token.startIndex, to: index)
        for changed in [Victim.altered(token, at: place), String(token[..<index])]
        where !changed.isEmpty && changed != token {
          let error = bench.refusal(
            victim.text.with(token, changed), with: [bench.unwrappers[0]])
          let isExpected =
            error?.code == .staleSeal || error?.code == .plaintextBesideCiphertext
          #expect(isExpected && error?.position != nil)
        }
      }
    }
  }

  @Test func everyByteOfTheEnvelopeCounts() throws {
    let lines = victim.text.lines
    let first = lines.firstIndex { $0.contains("sealwax v1") } ?? 0
    let last = lines.firstIndex { $0.hasPrefix("      seal ") } ?? 0
    var offset = lines[..<first].reduce(0) { $0 + $1.utf8.count + 1 }
    for line in lines[first...last] {
      for place in stride(from: 6, to: line.utf8.count, by: line.utf8.count > 200 ? 3 : 1) {
        var bytes = victim.text.bytes
        bytes[offset + place] = bytes[offset + place] == 0x41 ? 0x42 : 0x41
        let error = bench.refusal(
          String(decoding: bytes, as: UTF8.self), with: [bench.unwrappers[2]])
        #expect(error != nil, "byte \(place) of '\(line.prefix(20))'")
      }
      offset += line.utf8.count + 1
    }
  }

  /// A KEK's wrapped key is bound to the unit itself.
  @Test func wrappedKeysAreBound() throws {
    let renamed = victim.text.with("name: db", "name: db2")
    let error = bench.refusal(renamed, with: [bench.unwrappers[0]])
    #expect(error?.code == .unwrapFailed && error?.position != nil)
  }

  @Test(arguments: [
    (SealScope.namespace, "name: db", "name: db2", true),
    (.namespace, "  name: db\n  namespace: shop", "  name: db\n  namespace: prod", false),
    (.cluster, "  name: db\n  namespace: shop", "  name: db2\n  namespace: prod", true),
    (.cluster, "type: Opaque", "type: tls", false),
  ])
  func scopesBindWhatTheySay(
    scope: SealScope, part: String, replacement: String, opens: Bool
  ) throws {
    for unwrapper in bench.unwrappers {
      for cipher in CipherName.allCases {
        let sealed = try bench.seal(Victim.plaintext, bench.settings(cipher, scope))
        let error = bench.refusal(sealed.with(part, replacement), with: [unwrapper])
        #expect((error == nil) == opens)
      }
    }
  }

  @Test func strictNeedsAName() throws {
    let text = Shape.all.first { !$0.isNamed }?.text ?? ""
    #expect(throws: EnvelopeError(.unnamedUnit, "")) { try bench.seal(text) }
  }

  /// Without the commitment one envelope could show two readers two contents.
  @Test func twoKeysInOneEnvelopeAreRefused() throws {
    let liar = LyingWrapper(honest: KEKWrapper(bench.boxKEK, name: nil))
    let settings = SealSettings(SealTarget(recipients: [bench.wrappers[0], liar]), now: .first)
    let sealed = try bench.seal(Victim.plaintext, settings)
    #expect(bench.refusal(sealed, with: [bench.unwrappers[0]]) == nil)
    #expect(bench.refusal(sealed, with: [bench.unwrappers[1]])?.code == .commitmentMismatch)
  }

  /// Layout is not sealed: a token can be put where its text would read as something else.
  @Test(arguments: [
    ("a, injected", "{a: @}"), ("a], {b", "{a: @}"), ("|\n    two\n    lines", "{a: @}"),
    ("|\n    two\n    lines", "\n      a: @"), ("x}", "{a: @}"), ("one\n    two", "{a: @}"),
  ])
  func reformattingCannotInject(value: String, layout: String) throws {
    let text = Shape.secret("", "stringData:\n  a: \(value)\n").text
    let sealed = try bench.seal(text)
    let token = try Bench.tokens(sealed)[0]
    let moved = sealed.with(
      "stringData:\n  a: \(token)", "stringData: " + layout.with("@", token))
    let error = bench.refusal(moved)
    #expect(error == nil || error?.code == .notReversible, "\(error?.message ?? "")")
    if error == nil {
      let opened = try bench.open(moved)
      let entries = try ManifestSealer.read(opened.bytes.span).units[0].entries
      #expect(entries.map(\.name) == ["stringData/a"])
    }
  }
}

/// What somebody who has the key can make, and no reader may take.
@Suite struct ForgeryTests {
  @Test(arguments: Forgery.all.indices, CipherName.allCases)
  func isRefused(index: Int, cipher: CipherName) throws {
    let bench = try Bench()
    let forgery = Forgery.all[index]
    let sealed = try bench.seal(Forgery.plaintext, bench.settings(cipher))
    #expect(try Forge(bench, sealed).resealed() == sealed)
    let error = bench.refusal(try forgery.make(Forge(bench, sealed)))
    #expect(error?.code == forgery.code, "\(forgery.name): \(error?.message ?? "opens")")
    #expect(error?.position != nil)
  }
}
