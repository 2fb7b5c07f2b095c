internal import CryptoCore
public import Envelope
public import SOPSFormat

/// Gives what somebody could open new data keys that they do not get.
public struct RevokeTask: ManifestTask {
  private let revoked: RevokedKeys
  private let links: Set<TokenDigest>
  private let keys: SOPSKeySource
  private let settings: SettingsSource
  private let sopsSettings: SettingsSource
  private let unwrappers: [any KeyUnwrapper]

  /// - Parameters:
  ///   - exposure: What they could open.
  ///   - settings: Whom to seal for; a file that it knows nothing of keeps its other recipients.
  ///   - ring: What opens the Secrets.
  public init(_ exposure: Exposure, settings: SettingsSource, ring: KeyRing) {
    revoked = RevokedKeys(recipients: exposure.named.keys, commitments: exposure.commitments)
    links = exposure.links
    self.settings = settings
    // Files of SOPS have no signatures, and are not to fail for want of them.
    var choices = settings.choices
    choices.signer = nil
    sopsSettings = SettingsSource(choices, policies: settings.policies)
    unwrappers = ring.unwrappers
    keys = ring.sops
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

  /// For whom rules say, else for the file's other recipients.
  public func run(
    _ file: SOPSFile, source: Span<UInt8>, item: InputItem, outputPath: String?
  ) throws(WorkspaceError) -> ManifestOutput {
    guard try isTheirs(file, item.path) else { return SOPSText.untouched(file, source) }
    let target: SOPSTarget
    if let wanted = try sopsSettings.sopsTarget(for: item.path, keys: keys) {
      target = wanted
    } else {
      target = try keys.target(of: file, path: item.path)
    }
    let groups = target.keyGroups.map { group in
      group.filter { wrapper in
        let recipient = SOPSRecipientKey.description(wrapper.backend, wrapper.recipient)
        return !revoked.recipients.contains(recipient.key)
      }
    }
    guard groups.allSatisfy({ !$0.isEmpty }) else {
      throw WorkspaceError(
        .configuration,
        groups.count > 1
          ? "one of its key groups would have no recipient left"
          : "there would be nobody left who can open it", path: item.path,
        hints: ["name another recipient in .sops.yaml, and run this again"])
    }
    let opened = try keys.open(file, path: item.path)
    let new = SOPSSettings(
      keyGroups: groups, shamirThreshold: target.shamirThreshold,
      selection: file.metadata.selection, isMACOnlyEncrypted: file.metadata.isMACOnlyEncrypted)
    return try opened.changed(
      .rotated, layout: settings.sopsLayout(for: item.path), path: item.path
    ) { (writer, key) throws(SOPSError) in
      try writer.rotate(file, key, settings: new)
    }
  }

  /// Whether they could open it, or what shares its data key with something that they could open.
  private func isTheirs(_ file: SOPSFile, _ path: String) throws(WorkspaceError) -> Bool {
    do throws(SOPSError) {
      let version = try SOPSVersion(file)
      return version.opening.groups.contains { group in
        group.contains { revoked.recipients.contains($0.key) }
      } || version.links.contains(where: links.contains)
    } catch { throw WorkspaceError(error, path: path) }
  }

  public func warning(
    for item: InputItem, outputPath: String?, output: borrowing ManifestOutput
  ) -> String? {
    if let warning = DemoKeys.warning(for: output.units, path: item.path)
      ?? settings.reminder(item, outputPath: outputPath, output)
    {
      return warning
    }
    guard output.isChanged, output.units.first?.identity == SOPSText.identity,
      !settings.namesSOPSRecipients(of: item.path)
    else { return nil }
    return SOPSText.ownRecipientsWarning(item.path)
  }
}
