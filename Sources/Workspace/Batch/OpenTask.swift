internal import CryptoCore
public import Envelope

/// Opens the sealed Secrets of manifests.
public struct OpenTask: ManifestTask {
  private let unwrappers: [any KeyUnwrapper]
  private let hasDemoKey: Bool
  private let trustedSigners: [SignatureVerifier]

  /// - Parameters:
  ///   - ring: what opens them.
  ///   - trustedSigners: whose signatures they must have; empty requires none.
  public init(_ ring: KeyRing, trustedSigners: [SignatureVerifier] = []) {
    unwrappers = ring.unwrappers
    hasDemoKey = ring.hasDemoKey
    self.trustedSigners = trustedSigners
  }

  public func warning(
    for item: InputItem, outputPath: String?, output: borrowing ManifestOutput
  ) -> String? {
    guard hasDemoKey, output.isChanged, !DemoKeys.areFine(for: item.path) else { return nil }
    return DemoKeys.warning
  }

  public func run(
    _ source: Span<UInt8>, item: InputItem, outputPath: String?, sealer: inout ManifestSealer
  ) throws(WorkspaceError) -> ManifestOutput {
    do throws(EnvelopeError) {
      return try sealer.open(source, unwrappers: unwrappers, trustedSigners: trustedSigners)
    } catch {
      throw WorkspaceError(error, path: item.path)
    }
  }
}
