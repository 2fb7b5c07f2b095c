import CryptoCore
import Envelope
import Manifest
import TestSupport
import Testing
import YAMLSource

/// Manifests that nobody thought of: found in plaintext, and not when they are sealed.
///
/// A failure names its seed: run it again with `SEALWAX_SEED`.
@Suite struct RandomTests {
  @Test func plaintextIsFoundAndSealedIsNot() throws {
    let key = try KeyEncryptionKey.generate(.aes256GCM)
    var sealer = try ManifestSealer()
    let settings = SealSettings(
      SealTarget(recipients: [KEKWrapper(key, name: nil)]), now: .first)
    var (plaintextCount, sealedCount, total) = (0, 0, 0)
    for seed in SeededGenerator.seeds(1_000) {
      total += 1
      let text = RandomManifest.bytes(seed: seed)
      guard let hasValues = try? Self.hasValues(text) else { continue }
      let found = scanned(text)
      let isFound = found.contains { $0.hasPrefix("plaintext-secret") }
      #expect(isFound == hasValues, "seed \(seed): \(found)")
      if hasValues { plaintextCount += 1 }
      guard let sealed = try? sealer.seal(text.span, settings: settings) else { continue }
      let output = sealed.text.bytes
      let after = scanned(output.indices.map { output[$0] })
      #expect(after == [], "seed \(seed)")
      sealedCount += 1
    }
    #expect(total == 1 || (plaintextCount > total / 3 && sealedCount > total / 3))
  }

  /// Whether any Secret has a value that is not empty.
  private static func hasValues(_ text: [UInt8]) throws -> Bool {
    let tree = try SourceTree.parse(text.span)
    let units = try ManifestReader.units(in: tree, source: text.span)
    return units.flatMap(\.entries).contains { entry in
      guard let node = entry.node else { return false }
      let value = tree.string(of: tree.target(of: node) ?? node) ?? ""
      let isPlain = tree[tree.target(of: node) ?? node].kind == .scalar(.plain)
      return !value.allSatisfy(\.isWhitespace) && !(isPlain && ["null", "~"].contains(value))
    }
  }
}
