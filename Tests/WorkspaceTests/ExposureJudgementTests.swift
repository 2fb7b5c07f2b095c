import CryptoCore
import Envelope
import Manifest
import Testing

@testable import Workspace

/// Which of the values that somebody could read are still in force: histories of sealed Secrets.
struct ExposureJudgementTests {
  /// One version of the repository in short, `SECRET.KEY=VALUE` each; `+` in front of it makes a new
  /// data key, `!` a version that is not sealed.
  typealias Version = String

  /// Versions from the oldest to what is there now; what is said of each key, the latest value
  /// first; what the reader's key opens is the first data key of each Secret.
  static let cases: [(versions: [Version], opens: Bool, states: [String])] = [
    (["a.p=long-value"], true, ["a p unchanged"]),
    // Rotated: the same value under a new key is still in force, if one can look.
    (["a.p=long-value", "+a.p=long-value"], true, ["a p unchanged"]),
    (["a.p=long-value", "+a.p=long-value"], false, ["a p unknown"]),
    (["a.p=long-value", "+a.p=other-value"], true, ["a p changed"]),
    (["a.p=long-value", "+a.p=other-value"], false, ["a p unknown"]),
    // Changed under the key that was read: what is there now was read too.
    (["a.p=long-value", "a.p=other-value"], true, ["a p unchanged,changed"]),
    (["a.p=long-value", "a.p=other-value"], false, ["a p unchanged,changed"]),
    (["a.p=one-value a.q=two-value", "+a.q=two-value"], true, ["a p gone", "a q unchanged"]),
    // Moved to another key or Secret, it is in use there; a short one may be by chance.
    (["a.p=long-value", "+a.q=long-value"], true, ["a p unchanged (Secret a stringData/q)"]),
    (["a.p=long-value", "+b.q=long-value"], true, ["a p unchanged (Secret b stringData/q)"]),
    (["a.p=short", "+a.q=short"], true, ["a p gone"]),
    (["a.p=", "+a.p=x"], true, []),
    // Back and forth.
    (["a.p=one-value", "a.p=two-value", "+a.p=one-value"], true, ["a p changed,unchanged"]),
    // Everybody could read what was never sealed.
    (["!a.p=long-value", "+a.p=long-value"], true, ["a p unchanged!"]),
    (["!a.p=long-value", "+a.p=other-value"], true, ["a p changed!"]),
    (["!a.p=long-value", "+a.p=long-value"], false, ["a p unknown!"]),
  ]

  @Test(arguments: cases.indices) func states(_ index: Int) throws {
    let (versions, opens, states) = Self.cases[index]
    let kek = try KeyEncryptionKey.generate(.aes256GCM)
    var index = ExposureIndex()
    var spans: [String: HistorySpan] = [:]
    var reader = SecretReader(
      unwrappers: opens ? [KEKUnwrapper(kek)] : [], HistoryKeys(.empty), try ValueFingerprinter())
    var exposed: Set<Int> = []
    var current: Set<Int> = []
    var earlier = ""
    for (number, version) in versions.enumerated() {
      let text = try Self.text(version, after: earlier, for: kek)
      earlier = text
      let bytes = Array(text.utf8)
      let facts = try #require(
        try reader.facts(
          in: bytes.span, path: "s.yaml", isKnown: { _ in false }, isKnownFile: { _ in false }))
      let object = "object\(number)"
      index.add(facts, object: object, withPlaintext: true)
      let mark = try #require(CommitMark("\(String(repeating: "a", count: 40)) \(1_000 + number)"))
      spans[object, default: HistorySpan()].add(
        mark, versions.count - number, path: "s.yaml", isBrought: true)
      if number == 0 || !version.hasPrefix("+") {
        exposed.formUnion(index.values.compactMap(\.key.dataKey))
      }
      if number == versions.count - 1 {
        current = Set(index.add(facts, object: nil, withPlaintext: true))
      }
    }
    let judgement = ExposureJudgement(
      index, spans: spans, current: current, exposedKeys: exposed, isIgnored: { _ in false })
    let found = judgement.entries(isWanted: { _ in true }).map { entry in
      let values = entry.values.map { value in
        value.state.rawValue + (value.isPlaintext ? "!" : "")
          + (value.usedElsewhere.isEmpty ? "" : " (\(value.usedElsewhere.joined(separator: ", ")))")
      }
      return "\(entry.unit.name) \(entry.name.split(separator: "/").last ?? "") "
        + values.joined(separator: ",")
    }
    #expect(found == states)
    // A file that the policy lets be plaintext exposes nothing by it.
    let ignoring = ExposureJudgement(
      index, spans: spans, current: current, exposedKeys: [], isIgnored: { $0 == "s.yaml" })
    #expect(ignoring.entries(isWanted: { _ in true }).isEmpty)
    #expect(judgement.entries(isWanted: { $0 == "stringData/none" }).isEmpty)
  }

  private static func text(
    _ version: Version, after earlier: String, for kek: KeyEncryptionKey
  ) throws -> String {
    var units: [(name: String, lines: String)] = []
    for word in version.drop(while: { "+!".contains($0) }).split(separator: " ") {
      let parts = word.split(maxSplits: 2, omittingEmptySubsequences: false) { ".=".contains($0) }
      let line = "  \(parts[1]): \"\(parts[2])\"\n"
      if let known = units.firstIndex(where: { $0.name == parts[0] }) {
        units[known].lines += line
      } else {
        units.append((String(parts[0]), line))
      }
    }
    let plain = units.map {
      "apiVersion: v1\nkind: Secret\nmetadata:\n  name: \($0.name)\nstringData:\n\($0.lines)"
    }.joined(separator: "---\n")
    guard !version.hasPrefix("!") else { return plain }
    var sealer = try ManifestSealer()
    let settings = SealSettings(
      SealTarget(recipients: [KEKWrapper(kek, name: nil)]), now: .first)
    let (source, before) = (Array(plain.utf8), Array(earlier.utf8))
    let isNew = version.hasPrefix("+") || !earlier.contains("SEALWAX1")
    let output =
      isNew
      ? try sealer.seal(source.span, settings: settings)
      : try sealer.seal(
        source.span, settings: settings, previous: before.span, unwrappers: [KEKUnwrapper(kek)])
    return String(decoding: [UInt8](copying: output.text.bytes), as: UTF8.self)
  }
}
