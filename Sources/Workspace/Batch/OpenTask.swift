internal import CryptoCore
public import Envelope

/// Opens the sealed Secrets of manifests.
public struct OpenTask: ManifestTask {
  private let unwrappers: [any KeyUnwrapper]

  /// - Parameter unwrappers: what opens them.
  public init(unwrappers: [any KeyUnwrapper]) { self.unwrappers = unwrappers }

  public func run(
    _ source: Span<UInt8>, item: InputItem, outputPath: String?, sealer: inout ManifestSealer
  ) throws(WorkspaceError) -> ManifestOutput {
    do throws(EnvelopeError) {
      return try sealer.open(source, unwrappers: unwrappers)
    } catch {
      throw WorkspaceError(error, path: item.path)
    }
  }
}
