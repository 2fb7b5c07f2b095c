internal import CryptoCore
public import Envelope
public import SOPSFormat

/// Opens the sealed Secrets of manifests.
public struct OpenTask: ManifestTask {
  private let unwrappers: [any KeyUnwrapper]
  private let hasDemoKey: Bool
  private let trustedSigners: [SignatureVerifier]
  private let keys: SOPSKeySource
  private let style: SOPSOutputStyle
  private let rules = SOPSRules()

  /// - Parameters:
  ///   - ring: what opens them.
  ///   - trustedSigners: whose signatures they must have; empty requires none.
  ///   - style: how the plaintext of SOPS files is written.
  public init(
    _ ring: KeyRing, trustedSigners: [SignatureVerifier] = [],
    style: SOPSOutputStyle = .preserved
  ) {
    keys = ring.sops
    self.style = style
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

  public func run(
    _ file: SOPSFile, source: Span<UInt8>, item: InputItem, outputPath: String?
  ) throws(WorkspaceError) -> ManifestOutput {
    guard trustedSigners.isEmpty else { throw SOPSText.unsigned(item.path) }
    let opened = try keys.open(file, path: item.path)
    let layout = style == .preserved ? .standard : rules.layout(for: item.path)
    return try opened.plaintext(style, layout: layout, path: item.path)
  }
}
