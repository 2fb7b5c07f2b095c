import EncryptionAtRest
import EtcdSnapshot
import Foundation
import TestSupport
import Testing

/// A database that the real kube-apiserver and etcd wrote, and what is in it.
struct EtcdFixture: CustomStringConvertible, Sendable {
  let name: String

  var description: String { name }

  /// What is unpacked once: Tests/Fixtures/etcd/scenarios.tar.xz.
  static let folder: URL = {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "sealwax-etcd-\(ProcessInfo.processInfo.processIdentifier)")
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let archive = Fixtures.own.appending(path: "etcd/scenarios.tar.xz").path
    _ = try? Shell.run("tar -xJf '\(archive)' -C '\(folder.path)'")
    let large = Fixtures.own.appending(path: "etcd").path
    _ = try? Shell.run(
      "cp '\(large)'/large.* '\(folder.path)/etcd/' && xz -d '\(folder.path)'/etcd/large.*.xz")
    return folder.appending(path: "etcd")
  }()

  /// All with an API server's objects, but the large one.
  static let all = [
    "aescbc", "aesgcm", "configmaps-and-cr", "identity", "kmsv2", "mixed-rotation",
    "rewritten-then-compacted-1-before", "rewritten-then-compacted-2-compacted",
    "rewritten-then-compacted-3-defragged", "secretbox", "wildcard",
  ].map(EtcdFixture.init)

  var path: String { Self.folder.appending(path: "\(name).db").path }

  /// What it holds, as written down by who made it.
  func expected() throws -> [String: Any] {
    let data = try Data(contentsOf: Self.folder.appending(path: "\(name).expect.json"))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  /// The census's options with the configuration, and for a KMS its keys.
  func options() throws -> CensusOptions {
    var options = CensusOptions()
    let text = try Data(contentsOf: Self.folder.appending(path: "\(name).yaml"))
    options.rules = try ProviderRules.read(Array(text).span)
    if let kms = try expected()["kms"] as? [String: Any] {
      let keys = try JSONSerialization.data(withJSONObject: ["keys": kms["kek_aes256_hex"] ?? ""])
      options.kms = try KMSKeys.read(Array(keys).span)
    }
    return options
  }

  func bytes() throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }

  /// The census and every revision with digests.
  func list(_ options: CensusOptions) throws -> (report: CensusReport, objects: [StoredObject]) {
    var options = options
    options.listing = .all
    options.wantsDigests = true
    var objects: [StoredObject] = []
    let report = try Census.take(of: try SnapshotFile(path), options) { object in
      objects.append(object)
      return true
    }
    return (report, objects)
  }
}

/// Other programs.
enum Shell {
  struct Failure: Error { let output: String }

  @discardableResult
  static func run(_ command: String) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", "set -euo pipefail; " + command]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    let output = String(decoding: data, as: UTF8.self)
    guard process.terminationStatus == 0 else { throw Failure(output: output) }
    return output
  }
}

func hexadecimal(_ bytes: Span<UInt8>) -> String {
  var text = ""
  for index in bytes.indices { text += String(format: "%02x", bytes[index]) }
  return text
}
