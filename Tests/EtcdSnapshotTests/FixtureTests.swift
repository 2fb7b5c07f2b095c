import CryptoCore
import EncryptionAtRest
import EtcdSnapshot
import Foundation
import TestSupport
import Testing

/// The census against what the makers of the databases wrote down about them.
@Suite struct FixtureTests {
  @Test(arguments: EtcdFixture.all) func census(_ fixture: EtcdFixture) throws {
    let expected = try fixture.expected()
    let (report, objects) = try fixture.list(fixture.options())
    try checkDatabase(report, expected)
    let live = objects.filter(\.isLive)
    let byKey = Dictionary(uniqueKeysWithValues: live.map { ($0.key, $0) })
    let allKeys = try #require(expected["all_keys"] as? [[String: Any]])
    #expect(live.count == allKeys.count)
    for entry in allKeys {
      let key = try #require(entry["key"] as? String)
      let object = try #require(byKey[key], "\(key)")
      #expect(object.prefix == entry["prefix"] as? String, "\(key)")
      #expect(Int(object.revision.main) == entry["mod_revision"] as? Int, "\(key)")
      #expect(object.byteCount == entry["stored_bytes"] as? Int, "\(key)")
    }
    let entries = try #require(expected["objects"] as? [[String: Any]])
    #expect(entries.count > 16)
    for entry in entries {
      let key = try #require(entry["key"] as? String)
      try checkObject(try #require(byKey[key], "\(key)"), entry)
    }
    try checkHistory(objects, expected)
  }

  private func checkDatabase(_ report: CensusReport, _ expected: [String: Any]) throws {
    let db = try #require(expected["db"] as? [String: Any])
    #expect(report.byteCount == db["bytes"] as? Int)
    #expect(report.pageSize == db["page_size"] as? Int)
    #expect(report.liveCount == db["live_keys"] as? Int)
    #expect(report.tombstoneCount == db["tombstones"] as? Int)
    #expect(Int(report.revision) == db["max_rev"] as? Int)
    #expect(Int(report.oldestRevision) == db["min_rev"] as? Int)
    #expect(
      report.liveCount + report.supersededCount + report.tombstoneCount == db["revisions"] as? Int)
    #expect(report.digest == .verified)
    #expect(report.metaProblem == nil)
    let buckets = Dictionary(uniqueKeysWithValues: report.buckets)
    #expect(buckets == db["buckets"] as? [String: Int])
    let meta = try #require(db["meta"] as? [String: String])
    #expect(report.storageVersion == meta["storageVersion"])
    #expect(report.consistentIndex.map(String.init) == meta["consistent_index"])
    #expect(report.compactedRevision.map(String.init) == meta["finishedCompactRev"])
  }

  private func checkObject(_ object: StoredObject, _ entry: [String: Any]) throws {
    let name = object.key
    #expect(Int(object.createRevision) == entry["create_revision"] as? Int, "\(name)")
    #expect(Int(object.version) == entry["version"] as? Int, "\(name)")
    let stored = try #require(object.storedDigest, "\(name)")
    #expect(hexadecimal(stored.bytes) == entry["stored_sha256"] as? String, "\(name)")
    let plaintext = try #require(object.plaintextDigest, "\(name): it did not open")
    #expect(hexadecimal(plaintext.bytes) == entry["plaintext_sha256"] as? String, "\(name)")
    #expect(object.encoding?.rawValue == entry["plaintext_encoding"] as? String, "\(name)")
    #expect(object.path.namespace == entry["namespace"] as? String, "\(name)")
    guard entry["stored"] as? String == "encrypted" else { return }
    // The makers wrote false down for all plaintext, be its resource covered or not.
    #expect((object.verdict == .stale) == (entry["needs_rewrite"] as? Bool), "\(name)")
    #expect(object.verdict == .stale || object.verdict == .current, "\(name)")
  }

  private func checkHistory(_ objects: [StoredObject], _ expected: [String: Any]) throws {
    let entries = try #require(expected["old_revisions"] as? [[String: Any]])
    let found = objects.filter { !$0.isLive }.filter { object in
      entries.contains { $0["key"] as? String == object.key }
    }
    #expect(found.count == entries.count)
    for entry in entries {
      let revision = try #require(entry["rev"] as? Int)
      let object = try #require(found.first { Int($0.revision.main) == revision })
      #expect(object.key == entry["key"] as? String)
      #expect(object.isTombstone == entry["tombstone"] as? Bool)
      #expect(object.prefix == entry["prefix"] as? String ?? "")
    }
  }

  @Test func large() throws {
    let fixture = EtcdFixture(name: "large")
    let expected = try fixture.expected()
    let (report, objects) = try fixture.list(fixture.options())
    try checkDatabase(report, expected)
    let live = Dictionary(
      uniqueKeysWithValues: objects.filter(\.isLive).map { ($0.key, $0) })
    let table = try String(
      contentsOf: EtcdFixture.folder.appending(path: "large.keys.tsv"), encoding: .utf8)
    var rows = 0
    var mistakes: [String] = []
    for line in table.split(separator: "\n") {
      let row = line.split(separator: "\t").map(String.init)
      try #require(row.count == 8)
      rows += 1
      guard let object = live[row[0]], let stored = object.storedDigest,
        let plaintext = object.plaintextDigest
      else {
        mistakes.append(row[0])
        continue
      }
      let found = [
        object.key, object.prefix.isEmpty ? "-" : object.prefix, "\(object.createRevision)",
        "\(object.revision.main)", "\(object.version)", "\(object.byteCount)",
        hexadecimal(stored.bytes), hexadecimal(plaintext.bytes),
      ]
      if found != row { mistakes.append(row[0]) }
    }
    #expect(rows == 20_000)
    #expect(mistakes.isEmpty, "\(mistakes.prefix(3))")
    #expect(report.plaintextSecrets == expected["plaintext_secret_keys"] as? [String])
    var history: [String: Int] = [:]
    for object in objects where !object.isLive && object.path.resource == .secrets {
      let prefix = object.prefix.isEmpty ? "plaintext" : object.prefix
      history[object.isTombstone ? "tombstone" : prefix, default: 0] += 1
    }
    #expect(history == expected["old_revisions_of_secrets_in_file"] as? [String: Int])
    #expect(report.count(.current) == 11_100)
    #expect(report.count(.stale) == 8863)
    #expect(report.count(.plaintextThoughCovered) == 37)
  }

  @Test func rawDatabase() throws {
    let (snapshot, raw) = (
      EtcdFixture(name: "mixed-rotation"), EtcdFixture(name: "mixed-rotation-raw")
    )
    let (report, objects) = try raw.list(raw.options())
    try #require(report.digest == .absent)
    #expect(report.liveCount == 285)
    #expect(report.supersededCount + report.tombstoneCount == 344 - 285)
    let others = try snapshot.list(snapshot.options()).objects
    let secrets = { (objects: [StoredObject]) in
      Set(
        objects.filter { $0.path.resource == .secrets }.map {
          "\($0.key) \($0.revision.main) \($0.prefix) \($0.storedDigest.hashValue)"
        })
    }
    #expect(secrets(objects) == secrets(others))
    #expect(secrets(objects).count > 60)
  }

  @Test(
    arguments: [
      ("rewritten-then-compacted-1-before", 0, 150),
      ("rewritten-then-compacted-2-compacted", 150, 0),
      ("rewritten-then-compacted-3-defragged", 0, 0),
    ])
  func plaintextLeftBehind(_ name: String, _ inFreePages: Int, _ superseded: Int) throws {
    let report = try Census.take(
      of: try SnapshotFile(EtcdFixture(name: name).path), CensusOptions())
    #expect(report.plaintextCount(of: "secrets") == 0)
    #expect(report.remnants.plaintextByResource["secrets"] ?? 0 == inFreePages)
    #expect(report.remnants.names.count == inFreePages)
    let history = report.groups.filter { $0.resource == "secrets" && $0.provider == .identity }
    #expect(history.reduce(0) { $0 + $1.supersededCount } == superseded)
  }

  @Test func keyUses() throws {
    let fixture = EtcdFixture(name: "mixed-rotation")
    let options = try fixture.options()
    let report = try Census.take(of: try SnapshotFile(fixture.path), options)
    let rules = try #require(options.rules)
    let uses = KeyUse.uses(of: rules, in: report)
    #expect(uses.map(\.name) == ["key3", "key2", "key1"])
    #expect(uses.map(\.liveCount) == [12, 25, 16])
    #expect(uses.map(\.supersededCount) == [0, 3, 14])
    #expect(uses.map(\.isWriting) == [true, false, false])
    #expect(uses.map(\.isNeeded) == [true, true, true])
  }

  /// What a configuration that lost a key, has another under its name, or covers less can read.
  @Test(
    arguments: [
      ("- name: key1\n        secret: EDeW", "- name: lost\n        secret: EDeW", "lost-key", 16),
      ("EDeWzU8mO4tSZ1HdmOLCKMJYaqHwz", "EDeWzU8mO4tSZ1HdmOLCKMJYaqHwA", "failed", 16),
      ("  - secrets\n", "  - configmaps\n", "not-covered", 53),
      ("  - identity: {}\n", "", "plaintext-unreadable", 12),
    ])
  func unreadable(_ old: String, _ new: String, _ verdict: String, _ count: Int) throws {
    let fixture = EtcdFixture(name: "mixed-rotation")
    let text = try String(
      contentsOf: EtcdFixture.folder.appending(path: "mixed-rotation.yaml"), encoding: .utf8)
    let changed = text.replacingOccurrences(of: old, with: new)
    try #require(changed != text)
    var options = CensusOptions()
    options.rules = try ProviderRules.read(Array(changed.utf8).span)
    let report = try Census.take(of: try SnapshotFile(fixture.path), options)
    let wanted = try #require(Verdict.allCases.first { $0.description == verdict })
    #expect(report.count(wanted) == count)
    #expect(report.names[wanted]?.count == count)
  }

  @Test func kmsWithoutKeysIsUnproved() throws {
    let fixture = EtcdFixture(name: "kmsv2")
    var options = try fixture.options()
    options.kms = nil
    let report = try Census.take(of: try SnapshotFile(fixture.path), options)
    #expect(report.count(.unproved) == 33)
    #expect(report.count(.failed) == 0)
    #expect(report.kmsKeys.map(\.keyID) == ["kek-1", "kek-2"])
    #expect(report.kmsKeys.map(\.isCurrent) == [false, true])
  }
}
