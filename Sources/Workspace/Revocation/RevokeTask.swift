internal import CryptoCore
public import Envelope
public import SOPSFormat

/// Gives what somebody could open new data keys that they do not get.
public struct RevokeTask: ManifestTask {
  private let revoked: RevokedKeys
  private let settings: SettingsSource
  private let unwrappers: [any KeyUnwrapper]

  /// - Parameters:
  ///   - exposure: What they could open.
  ///   - settings: Whom to seal for; a file that it knows nothing of keeps its other recipients.
  ///   - unwrappers: What opens the Secrets.
  public init(
    _ exposure: Exposure, settings: SettingsSource, unwrappers: [any KeyUnwrapper]
  ) {
    revoked = RevokedKeys(recipients: exposure.named.keys, commitments: exposure.commitments)
    self.settings = settings
    self.unwrappers = unwrappers
  }

  public func run(
    _ source: Span<UInt8>, item: InputItem, outputPath: String?, sealer: inout ManifestSealer
  ) throws(WorkspaceError) -> ManifestOutput {
    // An example that the policy leaves alone is not sealed, or is nobody's.
    let chosen = try settings.settings(for: item.path)
    do throws(EnvelopeError) {
      return try sealer.rewrite(
        source, .revoke(revoked), settings: chosen.settings, unwrappers: unwrappers)
    } catch { throw WorkspaceError(error, path: item.path) }
  }

  /// SOPS files have recipients of their own, which a policy does not change.
  public func run(
    _ file: SOPSFile, source: Span<UInt8>, item: InputItem, outputPath: String?
  ) throws(WorkspaceError) -> ManifestOutput {
    let entries = file.metadata.keyGroups.flatMap(\.entries)
    let theirs = entries.first { entry in
      revoked.recipients.contains { $0.hasSuffix(" " + entry.recipient) }
    }
    guard let theirs else { return SOPSText.untouched(file, source) }
    throw WorkspaceError(
      .configuration, "a SOPS file that \(theirs.label) can open", path: item.path,
      hints: ["take the recipient out of .sops.yaml, then run 'sealwax rotate' on the file"])
  }

  public func warning(
    for item: InputItem, outputPath: String?, output: borrowing ManifestOutput
  ) -> String? {
    DemoKeys.warning(for: output.units, path: item.path)
  }
}
