import CryptoCore
import Manifest
import Testing

@testable import Envelope

/// Sealing and opening gives back the same bytes, whatever the shape, cipher, scope and recipient.
@Suite struct RoundTripTests {
  let bench: Bench

  init() throws { bench = try Bench() }

  @Test(arguments: Shape.all)
  func givesBackTheSameBytes(shape: Shape) throws {
    for cipher in CipherName.allCases {
      for scope in SealScope.allCases where shape.isNamed || scope != .strict {
        let sealed = try bench.seal(shape.text, bench.settings(cipher, scope))
        #expect(try ManifestInspector.inspect(sealed.bytes.span).count == shape.unitCount)
        for unwrapper in bench.unwrappers {
          #expect(try bench.open(sealed, with: [unwrapper]).bytes == shape.text.bytes)
        }
        #expect(try bench.seal(sealed).bytes == sealed.bytes, "sealing a sealed one changes it")
      }
    }
  }

  @Test(arguments: Shape.all.filter { $0.unitCount > 0 && $0.isNamed })
  func showsNoValue(shape: Shape) throws {
    let sealed = try bench.seal(shape.text)
    let bytes = shape.text.bytes
    for unit in try ManifestSealer.read(bytes.span).units {
      for entry in unit.entries where entry.kind != .alias && entry.contentRange.count > 5 {
        let text = String(decoding: bytes[entry.contentRange], as: UTF8.self)
        #expect(!sealed.contains(text), "\(entry.name) is readable in the sealed text")
      }
    }
    for status in try ManifestInspector.inspect(sealed.bytes.span) {
      #expect(status.isSealed && status.problems.isEmpty)
      #expect(status.entries.allSatisfy { $0.state != .plaintext })
    }
  }

  @Test func equalValuesShareNoToken() throws {
    let shape = Shape.secret("", "stringData:\n  a: same\n  b: same\n").text
    for cipher in CipherName.allCases {
      let settings = bench.settings(cipher)
      let tokens =
        try Bench.tokens(bench.seal(shape, settings)) + Bench.tokens(bench.seal(shape, settings))
      #expect(Set(tokens).count == 4)
      #expect(Set(tokens.map { $0.dropFirst(8).prefix(16) }).count == 4, "nonces repeat")
    }
  }

  /// Lengths show to within 32 bytes only.
  @Test(arguments: [(0, 30), (31, 62), (63, 94)])
  func hidesLengths(range: (Int, Int)) throws {
    let lengths = try Set(
      [range.0, (range.0 + range.1) / 2, range.1].map { count in
        let value = String(repeating: "x", count: max(0, count - 2))
        let quoted = count < 2 ? "\"\"" : "\"\(value)\""
        let sealed = try bench.seal(Shape.secret("", "stringData:\n  a: \(quoted)\n").text)
        return try Bench.tokens(sealed)[0].utf8.count
      })
    #expect(lengths.count == 1)
  }

  @Test func sealsForPeopleWhoHaveNoPrivateKey() throws {
    let target = SealTarget(recipients: [bench.wrappers[2]])
    let text = Shape.all[0].text
    let sealed = try bench.seal(text, SealSettings(target, now: .first))
    #expect(bench.refusal(sealed, with: [bench.unwrappers[0]])?.code == .noIdentity)
    #expect(bench.refusal(sealed, with: [])?.code == .noIdentity)
    #expect(try bench.open(sealed, with: bench.unwrappers) == text)
  }
}
