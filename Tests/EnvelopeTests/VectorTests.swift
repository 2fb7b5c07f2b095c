import CryptoCore
import Foundation
import Manifest
import TestSupport
import Testing

@testable import Envelope

/// The published vectors; Tests/Python opens the same ones with the independent decoder.
@Suite struct VectorTests {
  private static let valid = (try? Vector.names("valid")) ?? []
  private static let refused = (try? Vector.names("refused")) ?? []

  @Test func areAllThere() {
    #expect(Self.valid.count >= 65 && Self.refused.count >= 70)
  }

  @Test(arguments: valid)
  func opens(name: String) throws {
    let (vector, texts) = try Vector.read("valid", name)
    let bench = try VectorKeys.read()
    let sealed = try #require(texts["sealed"])
    let plain = try #require(texts["plain"])
    let trusted = vector.requiresSignature == true ? [bench.signer.verifier] : []
    for key in vector.keys {
      let opened = try bench.open(sealed, with: bench.unwrappers([key]), trusting: trusted)
      #expect(opened.bytes == plain.bytes, "with \(key)")
    }
    #expect(try bench.derive(sealed) == vector.units)
    let statuses = try ManifestInspector.inspect(sealed.bytes.span, trustedSigners: trusted)
    #expect(statuses.allSatisfy { $0.problems.isEmpty })
    // Sealing what it opens to, with it as the earlier version, gives the same bytes.
    var settings = SealSettings(nil, now: .first)
    settings.trustedSigners = trusted
    guard !name.hasPrefix("edited-") else { return }
    #expect(try bench.reseal(plain, previous: sealed, settings).text.bytes == sealed.bytes)
  }

  @Test(arguments: refused)
  func isRefused(name: String) throws {
    let (vector, texts) = try Vector.read("refused", name)
    let bench = try VectorKeys.read()
    let error = bench.refusal(
      try #require(texts["sealed"]), with: bench.unwrappers(vector.keys),
      trusting: vector.requiresSignature == true ? [bench.signer.verifier] : [])
    #expect(error?.code.description == vector.refused, "\(error?.message ?? "opens")")
  }

  /// Writes the vectors anew: `SEALWAX_WRITE_VECTORS=1 swift test --filter VectorTests/writes`.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["SEALWAX_WRITE_VECTORS"] != nil))
  func writes() throws {
    for kind in ["valid", "refused"] {
      try? FileManager.default.removeItem(at: Vector.folder.appending(path: kind))
    }
    try VectorWriter().write()
  }
}
