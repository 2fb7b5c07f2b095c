internal import CryptoCore
public import Envelope

/// Opens the sealed Secrets of manifests.
public struct OpenTask: ManifestTask {
  private let unwrappers: [any KeyUnwrapper]
  private let hasDemoKey: Bool

  /// - Parameter ring: what opens them.
  public init(_ ring: KeyRing) {
    self.init(unwrappers: ring.unwrappers, hasDemoKey: ring.hasDemoKey)
  }

  init(unwrappers: [any KeyUnwrapper], hasDemoKey: Bool = false) {
    self.unwrappers = unwrappers
    self.hasDemoKey = hasDemoKey
  }

  public func warning(
    for item: InputItem, outputPath: String?, output: borrowing ManifestOutput
  ) -> String? {
    guard hasDemoKey, output.isChanged, !item.isStandardInput, !DemoKeys.areFine(for: item.path)
    else { return nil }
    return DemoKeys.warning
  }

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
