import EncryptionAtRest
import EtcdSnapshot
import Foundation
import TestSupport
import Testing

/// Snapshots of a running etcd, of the version that Debian has.
@Suite(.serialized) struct LiveEtcdTests {
  /// A server with a data folder of its own, gone with the value.
  private final class Server {
    let folder: URL
    private let process = Process()
    private let endpoint: String

    /// Nil when etcd is not installed; in CI it has to be.
    init?() throws {
      let isThere = (try? Shell.run("command -v etcd etcdctl")) != nil
      if !isThere {
        try #require(ProcessInfo.processInfo.environment["CI"] == nil, "etcd is not installed")
        print("note: no etcd; scripts/setup installs it")
        return nil
      }
      folder = FileManager.default.temporaryDirectory.appending(path: "etcd-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let port = Int.random(in: 20_000..<30_000)
      endpoint = "http://127.0.0.1:\(port)"
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = [
        "etcd", "--data-dir", folder.appending(path: "data").path, "--unsafe-no-fsync",
        "--listen-client-urls", endpoint, "--advertise-client-urls", endpoint,
        "--listen-peer-urls", "http://127.0.0.1:\(port + 10_000)",
        "--initial-advertise-peer-urls", "http://127.0.0.1:\(port + 10_000)",
        "--initial-cluster", "default=http://127.0.0.1:\(port + 10_000)",
      ]
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      try control("for i in $(seq 100); do etcdctl endpoint health && break; sleep 0.1; done")
    }

    deinit {
      process.terminate()
      process.waitUntilExit()
      try? FileManager.default.removeItem(at: folder)
    }

    @discardableResult
    func control(_ command: String) throws -> String {
      try Shell.run("export ETCDCTL_API=3 ETCDCTL_ENDPOINTS='\(endpoint)'; \(command)")
    }

    func census(_ name: String, raw: Bool = false) throws -> CensusReport {
      var path = folder.appending(path: name).path
      if raw {
        path = folder.appending(path: "data/member/snap/db").path
      } else {
        try control("etcdctl snapshot save '\(path)'")
      }
      return try Census.take(of: try SnapshotFile(path), CensusOptions())
    }

    func stop() {
      process.terminate()
      process.waitUntilExit()
    }
  }

  @Test func writesDeletesCompactionAndDefragmentation() throws {
    guard let server = try Server() else { return }
    let empty = try server.census("empty.db")
    #expect(empty.liveCount == 0)
    #expect(empty.digest == .verified)
    try server.control(
      """
      for i in $(seq 40); do etcdctl put /registry/secrets/n/s$i -- "k8s:enc:aescbc:v1:old:$i" > /dev/null; done
      for i in $(seq 40); do etcdctl put /registry/secrets/n/s$i '{"kind":"Secret","n":"'$i'"}' > /dev/null; done
      for i in $(seq 30); do etcdctl put /registry/secrets/n/s$i -- "k8s:enc:secretbox:v1:new:$i" > /dev/null; done
      for i in $(seq 5); do etcdctl del /registry/secrets/n/s$i > /dev/null; done
      etcdctl put /registry/secrets/n/s1 -- "k8s:enc:secretbox:v1:new:again" > /dev/null
      lease=$(etcdctl lease grant 3600 | awk '{print $2}')
      etcdctl put --lease=$lease /registry/leases/kube-node-lease/a '{"kind":"Lease"}' > /dev/null
      """)
    let written = try server.census("written.db")
    #expect(written.liveCount == 37)
    #expect(written.tombstoneCount == 5)
    // Of 111 values of Secrets 36 are live.
    #expect(written.supersededCount == 75)
    #expect(Int(written.revision) == 1 + 40 + 40 + 30 + 5 + 1 + 1)
    #expect(written.plaintextCount(of: "secrets") == 10)
    #expect(written.buckets.first { $0.name == "lease" }?.keyCount == 1)
    #expect(written.storageVersion == nil)
    let revision = written.revision
    try server.control("etcdctl compact --physical \(revision)")
    let compacted = try server.census("compacted.db")
    #expect(compacted.liveCount == 37)
    #expect(compacted.supersededCount == 0)
    #expect(compacted.compactedRevision == revision)
    #expect(compacted.remnants.plaintextByResource["secrets"] ?? 0 >= 30)
    try server.control("etcdctl defrag")
    let defragmented = try server.census("defragmented.db")
    #expect(defragmented.liveCount == 37)
    #expect(defragmented.supersededCount == 0)
    #expect(defragmented.remnants.plaintextByResource["secrets"] ?? 0 <= 10)
    server.stop()
    let raw = try server.census("", raw: true)
    #expect(raw.digest == .absent)
    #expect(raw.liveCount == 37)
  }

  /// Two changes in one transaction share a revision's first number.
  @Test func transactionsAndLargeValues() throws {
    guard let server = try Server() else { return }
    try server.control(
      """
      printf '\\nput /registry/configmaps/n/a 1\\nput /registry/configmaps/n/b 2\\ndel /registry/configmaps/n/c\\n\\n\\n' \
        | etcdctl txn > /dev/null
      head -c 700000 /dev/urandom | base64 -w0 | etcdctl put /registry/configmaps/n/large > /dev/null
      printf '\\ndel /registry/configmaps/n/a\\nput /registry/configmaps/n/d 3\\n\\n\\n' | etcdctl txn > /dev/null
      """)
    let report = try server.census("s.db")
    #expect(report.liveCount == 3)
    #expect(report.tombstoneCount == 1)
    #expect(report.supersededCount == 1)
    #expect(report.revision == 4)
    let group = try #require(report.groups.first { $0.resource == "configmaps" })
    #expect(group.liveByteCount > 930_000)
  }
}
