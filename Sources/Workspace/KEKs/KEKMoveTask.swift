internal import CryptoCore
public import Envelope
internal import Platform
public import SOPSFormat

/// Moves Secrets from under one key-encryption key to the recipients that the policy says; their data
/// keys stay.
public struct KEKMoveTask: ManifestTask {
  private let key: String
  private let label: String
  private let settings: SettingsSource
  private let unwrappers: [any KeyUnwrapper]

  /// - Parameters:
  ///   - settings: whom to seal for.
  ///   - ring: what opens the Secrets, beside the old key itself.
  public init(_ rotation: KEKRotation, settings: SettingsSource, ring: KeyRing) {
    key = "\(RecipientKind.kek.rawValue) \(rotation.old)"
    label = rotation.label
    self.settings = settings
    unwrappers = (rotation.oldKey.map { [KEKUnwrapper($0)] } ?? []) + ring.unwrappers
  }

  public func run(
    _ source: Span<UInt8>, item: InputItem, outputPath: String?, sealer: inout ManifestSealer
  ) throws(WorkspaceError) -> ManifestOutput {
    guard SealedTraces.areIn(source) else { return .untouched(source) }
    do throws(EnvelopeError) {
      let units = try ManifestInspector.inspect(source)
      guard units.contains(where: isConcerned) else { return .untouched(source) }
    } catch { throw WorkspaceError(error, path: item.path) }
    let chosen = try settings.settings(for: item.path)
    guard let target = chosen.settings.target else {
      throw WorkspaceError(
        .configuration, "nothing says whom to seal for", path: item.path,
        hints: chosen.hint.map { [$0] } ?? [])
    }
    guard !target.recipients.contains(where: { $0.recipient.key == key }) else {
      throw WorkspaceError(
        .configuration, "by the policy it still is for \(label)", path: item.path)
    }
    do throws(EnvelopeError) {
      return try sealer.rewrite(
        source, .rewrap, settings: chosen.settings, unwrappers: unwrappers)
    } catch { throw WorkspaceError(error, path: item.path) }
  }

  private func isConcerned(_ unit: UnitStatus) -> Bool {
    unit.envelope?.recipients.contains { $0.recipient.key == key } ?? false
  }

  /// SOPS files have no such keys.
  public func run(
    _ file: SOPSFile, source: Span<UInt8>, item: InputItem, outputPath: String?
  ) throws(WorkspaceError) -> ManifestOutput { SOPSText.untouched(file, source) }

  public func warning(
    for item: InputItem, outputPath: String?, output: borrowing ManifestOutput
  ) -> String? {
    DemoKeys.warning(for: output.units, path: item.path)
      ?? settings.reminder(item, outputPath: outputPath, output)
  }
}
