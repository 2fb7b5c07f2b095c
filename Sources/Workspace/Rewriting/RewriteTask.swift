internal import CryptoCore
public import Envelope
internal import Platform
public import SOPSFormat

/// Gives the sealed Secrets of manifests other recipients or new data keys.
public struct RewriteTask: ManifestTask {
  private let change: SealChange
  private let settings: SettingsSource
  private let unwrappers: [any KeyUnwrapper]
  private let keys: SOPSKeySource
  /// Whom the identities at hand open for, as far as it is known.
  private let own: Set<String>

  /// - Parameters:
  ///   - settings: whom to seal for; a file that it knows nothing of keeps its recipients when it is
  ///     rotated.
  ///   - ring: what opens the Secrets.
  public init(_ change: SealChange, settings: SettingsSource, ring: KeyRing) {
    self.change = change
    self.settings = settings
    unwrappers = ring.unwrappers
    keys = ring.sops
    own = Set(ring.keys.compactMap(\.recipient))
  }

  public func run(
    _ source: Span<UInt8>, item: InputItem, outputPath: String?, sealer: inout ManifestSealer
  ) throws(WorkspaceError) -> ManifestOutput {
    let chosen = try settings.settings(for: item.path)
    if case .rewrap = change, chosen.settings.target == nil {
      // There is nothing to do, whoever it might be for.
      if !item.isNamed, !SealedTraces.areIn(source) { return .untouched(source) }
      throw WorkspaceError(
        .configuration, "nothing says whom to seal for", path: item.path,
        hints: [chosen.hint ?? "name recipients, or write a policy with 'sealwax init'"])
    }
    let output: ManifestOutput
    do throws(EnvelopeError) {
      output = try sealer.rewrite(
        source, change, settings: chosen.settings, unwrappers: unwrappers)
    } catch { throw WorkspaceError(error, path: item.path, source: source) }
    try settings.retired.check(output.units, path: settings.name(of: item.path) ?? item.path)
    return output
  }

  public func warning(
    for item: InputItem, outputPath: String?, output: borrowing ManifestOutput
  ) -> String? {
    if let warning = DemoKeys.warning(for: output.units, path: item.path)
      ?? settings.reminder(item, outputPath: outputPath, output)
    {
      return warning
    }
    if case .rotate = change, output.isChanged, let unit = output.units.first,
      unit.identity == SOPSText.identity, !settings.namesSOPSRecipients(of: item.path)
    {
      return SOPSText.ownRecipientsWarning(item.path)
    }
    guard case .rewrap = change, output.units.contains(where: { !$0.removedRecipients.isEmpty })
    else { return nil }
    let isLost = output.units.contains { unit in
      isOwn(unit.removedRecipients) && !isOwn(unit.recipients)
    }
    return (isLost ? "no identity at hand opens it any more; " : "")
      + "who is no recipient any more may have kept the data keys: 'sealwax rotate' makes new "
      + "ones, and what they have read has to be changed at its source"
  }

  private func isOwn(_ recipients: [RecipientDescription]) -> Bool {
    recipients.contains { own.contains(AgeRecipientText.decode($0.text)) }
  }

  public func run(
    _ file: SOPSFile, source: Span<UInt8>, item: InputItem, outputPath: String?
  ) throws(WorkspaceError) -> ManifestOutput {
    guard try settings.trustedSigners(for: item.path).isEmpty else {
      throw SOPSText.unsigned(item.path)
    }
    let target = try settings.sopsTarget(for: item.path, keys: keys)
    let layout = settings.sopsLayout(for: item.path)
    switch change {
    case .rewrap:
      guard let target else {
        throw WorkspaceError(
          .configuration, "nothing says whom to encrypt for", path: item.path,
          hints: ["name recipients with --recipient, or a rule for it in .sops.yaml"])
      }
      guard !target.hasRecipients(of: file) else { return SOPSText.untouched(file, source) }
      let opened = try keys.open(file, path: item.path)
      return try opened.changed(.rewrapped, layout: layout, path: item.path) {
        (writer, key) throws(SOPSError) in
        try writer.updateKeys(
          of: file, key, keyGroups: target.keyGroups, shamirThreshold: target.shamirThreshold)
      }
    case .rotate(let before, let after):
      let opened = try keys.open(file, path: item.path)
      if let before, try opened.isChanged(since: before, until: after, path: item.path) {
        return SOPSText.untouched(file, source)
      }
      let wanted: SOPSTarget
      if let target { wanted = target } else { wanted = try keys.target(of: file, path: item.path) }
      let settings = SOPSSettings(
        keyGroups: wanted.keyGroups, shamirThreshold: wanted.shamirThreshold,
        selection: file.metadata.selection, isMACOnlyEncrypted: file.metadata.isMACOnlyEncrypted)
      return try opened.changed(.rotated, layout: layout, path: item.path) {
        (writer, key) throws(SOPSError) in
        try writer.rotate(file, key, settings: settings)
      }
    case .revoke: return SOPSText.untouched(file, source)
    }
  }
}
