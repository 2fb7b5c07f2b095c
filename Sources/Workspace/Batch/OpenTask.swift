internal import CryptoCore
public import Envelope

/// Opens the sealed Secrets of manifests.
public struct OpenTask: ManifestTask {
  private let unwrappers: [any KeyUnwrapper]
  private let hasDemoKey: Bool
  private let signers: RequiredSigners

  /// - Parameters:
  ///   - ring: what opens them.
  ///   - signers: whose signatures they must have.
  public init(_ ring: KeyRing, signers: RequiredSigners) {
    unwrappers = ring.unwrappers
    hasDemoKey = ring.hasDemoKey
    self.signers = signers
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
    let trustedSigners = try signers.signers(for: item.path)
    do throws(EnvelopeError) {
      return try sealer.open(source, unwrappers: unwrappers, trustedSigners: trustedSigners)
    } catch {
      throw WorkspaceError(error, path: item.path)
    }
  }
}
