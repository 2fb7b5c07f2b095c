import Foundation
import TestSupport
import TransportSecurity

/// The example control planes, with certificates made by openssl for this run.
struct DemoNodes {
  /// Where they are: `kubeadm/cp-1` to `cp-3`, `k3s`, `rke2`.
  let folder: URL

  /// Made once; certificates are valid from 2026-01-01 to 2027-01-01.
  static let shared = Result { try DemoNodes() }
  static let now = 1_780_272_000  // 2026-06-01

  /// What is said of `kubeadm/cp-1` as it is.
  static let base = Result { try matrix([shared.get().folder.appending(path: "kubeadm/cp-1")]) }

  private init() throws {
    folder = FileManager.default.temporaryDirectory.appending(
      path: "sealwax-demo-\(UUID().uuidString)")
    let process = Process()
    process.executableURL = Fixtures.repository.appending(path: "Examples/control-plane/make-demo")
    process.arguments = [folder.path]
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
  }

  /// A copy of a node that a test may change; removed with the value.
  func copy(of path: String) throws -> NodeCopy {
    let target = FileManager.default.temporaryDirectory.appending(
      path: "sealwax-node-\(UUID().uuidString)")
    try FileManager.default.copyItem(at: folder.appending(path: path), to: target)
    return NodeCopy(folder: target)
  }

  /// Judges nodes.
  static func matrix(_ folders: [URL], now: Int = now) throws -> CoverageMatrix {
    CoverageMatrix(
      try folders.flatMap { try NodeRoot.nodes(in: $0.path) }, objects: [], now: now,
      warning: 30 * 86_400)
  }
}

/// A copy of a node's files.
final class NodeCopy {
  let folder: URL

  init(folder: URL) { self.folder = folder }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func url(_ path: String) -> URL { folder.appending(path: path) }

  func text(_ path: String) throws -> String {
    try String(contentsOf: url(path), encoding: .utf8)
  }

  func write(_ text: String, to path: String) throws {
    let url = url(path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  func remove(_ path: String) throws { try FileManager.default.removeItem(at: url(path)) }

  /// Puts another file of the node in the place of one.
  func replace(_ path: String, with other: String) throws {
    try remove(path)
    try FileManager.default.copyItem(at: url(other), to: url(path))
  }
}
