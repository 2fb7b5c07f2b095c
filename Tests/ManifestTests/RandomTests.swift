import Manifest
import TestSupport
import Testing
import YAMLSource

/// Properties of manifests that nobody thought of.
///
/// A failure names its seed: run it again with
/// `SEALWAX_SEED`.
@Suite struct RandomTests {
  /// What is sealed comes back byte for byte.
  @Test func bytesComeBack() throws {
    var (readCount, sealedCount, total) = (0, 0, 0)
    for seed in SeededGenerator.seeds(1_500) {
      total += 1
      let text = RandomManifest.bytes(seed: seed)
      guard let manifest = try? Manifest(text) else { continue }
      readCount += 1
      do {
        let problems = try RoundTrip.problems(manifest, tokenByteCount: Int(seed % 90) + 12)
        #expect(problems == [], "seed \(seed):\n\(String(decoding: text, as: UTF8.self))")
        sealedCount += 1
      } catch let error as ManifestError {
        let refusals: [ManifestError.Code] = [
          .nullAnnotations, .missingMetadata, .unsupportedLayout,
        ]
        #expect(refusals.contains(error.code), "seed \(seed): \(error)")
      }
    }
    #expect(total == 1 || (readCount > total / 2 && sealedCount > total / 2))
  }

  /// What is set is there and nothing else has changed.
  @Test func valuesAreSet() throws {
    for seed in SeededGenerator.seeds(400) {
      let text = RandomManifest.bytes(seed: seed)
      guard let manifest = try? Manifest(text) else { continue }
      var random = SeededGenerator(seed: ~seed)
      for unit in manifest.units.indices {
        for field in SecretField.allCases {
          try EntryChecks.check(manifest, unit, "new", field, RandomText.text(&random), seed: seed)
          let keys = manifest.units[unit].entries.filter { entry in
            entry.kind != .comment && entry.path.first == field.rawValue
          }
          guard !keys.isEmpty else { continue }
          let key = random.pick(keys).path[1]
          try EntryChecks.check(manifest, unit, key, field, RandomText.text(&random), seed: seed)
        }
      }
    }
  }

  /// Manifests as tools write them.
  @Test func corpus() throws {
    var sealedCount = 0
    for file in try Corpus.files() {
      guard let manifest = try? Manifest(file.bytes), !manifest.units.isEmpty else { continue }
      do {
        let problems = try RoundTrip.problems(manifest)
        #expect(problems == [], "\(file.name)")
      } catch is ManifestError { continue }
      sealedCount += manifest.units.count
    }
    #expect(sealedCount > 20)
  }
}
