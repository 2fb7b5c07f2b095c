internal import CryptoCore
public import Envelope
public import SOPSFormat
internal import YAMLSource

/// Accepts what was changed in sealed manifests.
public struct ResealTask: ManifestTask {
  private let settings: SettingsSource
  private let unwrappers: [any KeyUnwrapper]
  private let keys: SOPSKeySource

  /// - Parameters:
  ///   - settings: whom to seal for.
  ///   - ring: what opens the Secrets.
  public init(settings: SettingsSource, ring: KeyRing) {
    self.settings = settings
    unwrappers = ring.unwrappers
    keys = ring.sops
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

  /// Of a SOPS file nobody can tell what was changed: the values are taken as they stand.
  public func run(
    _ file: SOPSFile, source: Span<UInt8>, item: InputItem, outputPath: String?
  ) throws(WorkspaceError) -> ManifestOutput {
    guard settings.choices.trustedSigners.isEmpty else { throw SOPSText.unsigned(item.path) }
    let opened = try keys.open(file, path: item.path)
    do throws(SOPSError) {
      var writer = SOPSWriter(date: .now, layout: settings.sopsLayout(for: item.path))
      let resealed = try opened.withKey { (key) throws(SOPSError) in
        try writer.reseal(file, key)
      }
      guard !resealed.wasInOrder else { return SOPSText.untouched(file, source) }
      let output = try SOPSText.written(
        WipedBuffer(copying: resealed.text.bytes), .resealed, before: file,
        accepted: Self.summary(resealed.accepted))
      return output
    } catch { throw WorkspaceError(error, path: item.path) }
  }

  private static func summary(_ positions: [SourcePosition]) -> String {
    let places = positions.prefix(8).map { "\($0.line):\($0.column)" }.joined(separator: ", ")
    return "all values as they stand, since a MAC does not say what was changed"
      + (places.isEmpty ? "" : "; plaintext at \(places)") + (positions.count > 8 ? ", ..." : "")
  }
}
