import CryptoCore
import Foundation
import Manifest
import TestSupport
import Testing

@testable import Envelope

/// SplitMix64: the same numbers for the same seed, so that a failure can be repeated.
private struct Random: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }

  mutating func pick(_ texts: [String]) -> String { texts.randomElement(using: &self) ?? "" }

  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}

/// Manifests put together from pieces at random.
private struct RandomManifest {
  var random: Random
  private var anchors: [String] = []

  init(seed: UInt64) { random = Random(seed: seed) }

  mutating func text() -> String {
    var text = random.pick(["", "", "---\n", "# first\n---\n", "\u{feff}"])
    let count = Int.random(in: 1...3, using: &random)
    for index in 0..<count {
      if index > 0 { text += random.pick(["---\n", "---\n# between\n", "...\n---\n"]) }
      text += random.chance(15) ? "kind: ConfigMap\ndata: {a: b}\n" : secret(index)
    }
    if random.chance(20) { text = text.replacingOccurrences(of: "\n", with: "\r\n") }
    if random.chance(20), text.hasSuffix("\n") { text = String(text.dropLast()) }
    return text
  }

  private mutating func secret(_ index: Int) -> String {
    anchors = []
    var metadata = "metadata:\n  name: s\(index)\n"
    metadata += random.pick([
      "", "  namespace: n\n", "  labels:\n    a: b\n", "  annotations:\n    a: b\n",
      "  annotations: {}\n", "  annotations:\n", "  # about it\n", "\n",
    ])
    if random.chance(10) { metadata = "metadata: {name: s\(index)}\n" }
    var parts = ["apiVersion: v1\n", "kind: Secret\n", metadata]
    if random.chance(70) { parts.append(mapping("data")) }
    if random.chance(70) { parts.append(mapping("stringData")) }
    if random.chance(50) { parts.append(random.pick(["type: Opaque\n", "type: \"tls\" # x\n"])) }
    if random.chance(30) { parts.append(random.pick(["# loose\n", "\n", "\n\n# two\n"])) }
    // Anchors must stand in front of their aliases, so the mappings keep their order.
    if anchors.isEmpty { parts.shuffle(using: &random) }
    return parts.joined()
  }

  private mutating func mapping(_ name: String) -> String {
    if random.chance(10) { return "\(name): {}\n" }
    if random.chance(10) { return "\(name): {a: b, 'c': \"d\", e: f} # flow\n" }
    let indentation = String(repeating: " ", count: Int.random(in: 1...4, using: &random))
    var text = name + ":" + random.pick(["\n", "\n", " # of it\n", "\n\n"])
    for index in 0..<Int.random(in: 1...6, using: &random) {
      if random.chance(15) { text += "\(indentation)# comment \(random.next() % 3)\n" }
      if random.chance(8) { text += "\n" }
      text += entry("\(name.prefix(1))\(index)", indentation)
    }
    if random.chance(15) { text += "\(indentation)# at the end\n" }
    return text
  }

  private mutating func entry(_ key: String, _ indentation: String) -> String {
    let key = indentation + random.pick([key, key, "'\(key)'", "\"\(key)\""])
    if !anchors.isEmpty, random.chance(15) { return "\(key): *\(random.pick(anchors))\n" }
    var properties = ""
    if random.chance(10) {
      anchors.append("x\(anchors.count)\(key.utf8.count)")
      properties += " &\(anchors[anchors.count - 1])"
    }
    if random.chance(8) { properties += " !!str" }
    let deeper = indentation + random.pick(["  ", " ", "    "])
    switch Int.random(in: 0..<10, using: &random) {
    case 0: return "\(key):\(properties)\n"
    case 1:
      let header = random.pick(["|", "|-", "|+", ">", ">-", ">+", "| # why", "|-  # x"])
      let lines = random.pick(["one\n", "one\n@ two\n", "one\n\n@two\n", "one\n@\n"])
      let body = (deeper + lines).replacingOccurrences(of: "@", with: deeper)
      return "\(key):\(properties) \(header)\n\(body)" + random.pick(["", "", "\n"])
    case 2: return "\(key):\(properties) one\n\(deeper)two\n"
    case 3: return "\(key):\(properties) \"one\n\(deeper)two\"\n"
    default:
      let value = random.pick([
        "YQ==", "c2VjcmV0", "'quoted # text'", "\"a\\tb\\u00e9\"", "plain text", "12", "null",
        "~", "''", "a#b", "p:q", "-x", "ünï", "\"\"", "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2Vj",
      ])
      return "\(key):\(properties) \(value)\(random.pick(["", "", " ", " # note", "  #"]))\n"
    }
  }
}

/// What holds for any manifest.
@Suite struct RandomManifestTests {
  /// A fixed run of seeds, or the one that `SEALWAX_SEED` names.
  private static var seeds: [UInt64] {
    let seed = ProcessInfo.processInfo.environment["SEALWAX_SEED"].flatMap(UInt64.init)
    return seed.map { [$0] } ?? (1...150).map { $0 }
  }

  @Test func sealsReversiblyAndQuietly() throws {
    let bench = try Bench()
    var sealedCount = 0
    for seed in Self.seeds {
      var generator = RandomManifest(seed: seed)
      let text = generator.text()
      let settings = bench.settings(
        generator.random.chance(50) ? .aes256GCM : .secretbox,
        SealScope.allCases.randomElement(using: &generator.random) ?? .strict)
      let sealed: String
      do { sealed = try bench.seal(text, settings) } catch let error as EnvelopeError {
        // A piece can make a text that is not YAML or no Secret that can be sealed; never another.
        let isExpected = error.code == .source || error.code == .manifest
        #expect(isExpected && error.position != nil, "seed \(seed): \(error.message)")
        continue
      }
      sealedCount += 1
      let unwrapper = bench.unwrappers[Int(seed % 3)]
      #expect(try bench.open(sealed, with: [unwrapper]).bytes == text.bytes, "seed \(seed)")
      let again = try bench.reseal(text, previous: sealed, settings, with: [unwrapper])
      #expect(again.text.bytes == sealed.bytes, "seed \(seed)")
      try checkOneChange(text, sealed, settings, bench, &generator.random, seed)
    }
    #expect(sealedCount >= Self.seeds.count * 3 / 4)
  }

  /// Changes one single-line value and compares the lines.
  private func checkOneChange(
    _ text: String, _ sealed: String, _ settings: SealSettings, _ bench: Bench,
    _ random: inout Random, _ seed: UInt64
  ) throws {
    let bytes = text.bytes
    let units = try ManifestSealer.read(bytes.span).units
    let candidates = units.flatMap(\.entries).filter { entry in
      entry.kind == .value && entry.insertion == .none && !entry.contentRange.isEmpty
        && !bytes[entry.contentRange].contains(0x0a)
    }
    guard let entry = candidates.randomElement(using: &random) else { return }
    let changed = String(
      decoding: bytes[..<entry.contentRange.lowerBound] + "'changed'".bytes
        + bytes[entry.contentRange.upperBound...], as: UTF8.self)
    guard let after = try? bench.reseal(changed, previous: sealed, settings).text else { return }
    let difference = after.lines.difference(from: sealed.lines)
    #expect(difference.insertions.count <= 2, "seed \(seed): more than a value and the seal")
    #expect(difference.removals.count == difference.insertions.count)
    #expect(try bench.open(after).bytes == changed.bytes, "seed \(seed)")
  }
}

/// Many Secrets in one file take up no more locked memory than a few.
@Suite struct ManySecretsTests {
  @Test func slotsAreGivenBack() throws {
    let bench = try Bench()
    let text = (0..<200).map { index in
      "apiVersion: v1\nkind: Secret\nmetadata: {name: s\(index)}\ndata:\n  a: YQ==\n"
    }.joined(separator: "---\n")
    var sealer = try ManifestSealer()
    let settings = SealSettings(SealTarget(recipients: [bench.wrappers[0]]), now: .first)
    let output = try sealer.seal(text.bytes.span, settings: settings)
    let sealed = String(output.text)
    #expect(sealer.arena.freeSlotCount == sealer.arena.slotCount)
    let opened = try sealer.open(sealed.bytes.span, unwrappers: [bench.unwrappers[0]])
    #expect(String(opened.text) == text)
    #expect(sealer.arena.freeSlotCount == sealer.arena.slotCount)
    let commitments = try (0..<200).map { try Bench.envelope(sealed, unit: $0).commitment }
    #expect(Set(commitments).count == 200, "two Secrets share a key")
  }
}
