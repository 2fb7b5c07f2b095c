internal import CryptoCore
public import Envelope

/// Gives the sealed Secrets of manifests other recipients or new data keys.
public struct RewriteTask: ManifestTask {
  private let change: SealChange
  private let settings: SettingsSource
  private let unwrappers: [any KeyUnwrapper]

  /// - Parameters:
  ///   - settings: whom to seal for; a file that it knows nothing of keeps its recipients when it is
  ///     rotated.
  ///   - unwrappers: what opens the Secrets.
  public init(_ change: SealChange, settings: SettingsSource, unwrappers: [any KeyUnwrapper]) {
    self.change = change
    self.settings = settings
    self.unwrappers = unwrappers
  }

  public func run(
    _ source: Span<UInt8>, item: InputItem, outputPath: String?, sealer: inout ManifestSealer
  ) throws(WorkspaceError) -> ManifestOutput {
    let chosen = try settings.settings(for: item.path)
    if case .rewrap = change, chosen.settings.target == nil {
      throw WorkspaceError(
        .configuration, "nothing says whom to seal for", path: item.path,
        hints: [chosen.hint ?? "name recipients, or write a policy with 'sealwax init'"])
    }
    do throws(EnvelopeError) {
      return try sealer.rewrite(
        source, change, settings: chosen.settings, unwrappers: unwrappers)
    } catch { throw WorkspaceError(error, path: item.path) }
  }

  public func warning(
    for item: InputItem, outputPath: String?, output: borrowing ManifestOutput
  ) -> String? {
    if let warning = DemoKeys.warning(for: output.units, path: item.path) { return warning }
    guard case .rewrap = change, output.units.contains(where: { !$0.removedRecipients.isEmpty })
    else { return nil }
    return "who is no recipient any more may have kept the data keys: 'sealwax rotate' makes new "
      + "ones, and what they have read has to be changed at its source"
  }
}
