internal import CryptoCore
public import Envelope
public import SOPSFormat

/// Opens the sealed Secrets of manifests.
public struct OpenTask: ManifestTask {
  private let unwrappers: [any KeyUnwrapper]
  private let hasDemoKey: Bool
  private let signers: RequiredSigners
  private let keys: SOPSKeySource
  private let style: SOPSOutputStyle
  private let rules = SOPSRules()

  /// - Parameters:
  ///   - ring: what opens them.
  ///   - signers: whose signatures they must have.
  ///   - style: how the plaintext of SOPS files is written.
  public init(
    _ ring: KeyRing, signers: RequiredSigners, style: SOPSOutputStyle = .preserved
  ) {
    keys = ring.sops
    self.style = style
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
    let trustedSigners = try signers.signers(for: item)
    let output: ManifestOutput
    do throws(EnvelopeError) {
      output = try sealer.open(source, unwrappers: unwrappers, trustedSigners: trustedSigners)
    } catch { throw WorkspaceError(error, path: item.path, source: source) }
    try signers.retired.check(output.units, path: item.path)
    return output
  }

  public func run(
    _ file: SOPSFile, source: Span<UInt8>, item: InputItem, outputPath: String?
  ) throws(WorkspaceError) -> ManifestOutput {
    guard try signers.signers(for: item).isEmpty else { throw SOPSText.unsigned(item.path) }
    let opened = try keys.open(file, path: item.path)
    let layout = style == .preserved ? .standard : rules.layout(for: item.path)
    return try opened.plaintext(style, layout: layout, path: item.path)
  }
}
