internal import CryptoCore
public import Envelope

/// Accepts what was changed in sealed manifests.
public struct ResealTask: ManifestTask {
  private let settings: SettingsSource
  private let unwrappers: [any KeyUnwrapper]

  /// - Parameters:
  ///   - settings: whom to seal for.
  ///   - unwrappers: what opens the Secrets.
  public init(settings: SettingsSource, unwrappers: [any KeyUnwrapper]) {
    self.settings = settings
    self.unwrappers = unwrappers
  }

  public func run(
    _ source: Span<UInt8>, item: InputItem, outputPath: String?, sealer: inout ManifestSealer
  ) throws(WorkspaceError) -> ManifestOutput {
    let chosen = try settings.settings(for: item.path)
    do throws(EnvelopeError) {
      return try sealer.reseal(source, settings: chosen.settings, unwrappers: unwrappers)
    } catch {
      var failure = WorkspaceError(error, path: item.path)
      if error.code == .noRecipients, let hint = chosen.hint { failure.hints = [hint] }
      throw failure
    }
  }

  public func warning(
    for item: InputItem, outputPath: String?, output: borrowing ManifestOutput
  ) -> String? {
    DemoKeys.warning(for: output.units, path: item.path)
  }
}
