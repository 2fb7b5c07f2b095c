internal import Envelope
internal import Platform
internal import SOPSFormat

/// The formats in which files are encrypted.
public enum FileFormat: String, Sendable, CaseIterable {
  /// Sealed manifests.
  case sealwax
  /// SOPS's files.
  case sops
}

extension SettingsSource {
  /// In which format a file is encrypted: as the command line says; else as the nearest folder says
  /// that has a rule for it, where `.sealwax.yaml` comes before `.sops.yaml`.
  func format(for path: String) throws(WorkspaceError) -> FileFormat {
    if let format = choices.format { return format }
    guard let path = name(of: path), let place = try sopsRules.place(of: path) else {
      return .sealwax
    }
    guard let own = try policies.place(of: path),
      own.policy.ignores(own.relativePath) || own.policy.rule(for: own.relativePath) != nil
    else { return .sops }
    return own.policy.folder.utf8.count >= place.configuration.folder.utf8.count ? .sealwax : .sops
  }

  /// How far in things stand in what is written.
  func sopsLayout(for path: String) -> SOPSLayout {
    name(of: path).map { sopsRules.layout(for: $0) } ?? .standard
  }

  /// Whom and how a file is encrypted for; nil when nothing says it.
  ///
  /// - Throws: `.configuration`, `.usage` for what SOPS files cannot be.
  func sopsTarget(for path: String, keys: SOPSKeySource) throws(WorkspaceError) -> SOPSTarget? {
    try refuseWhatSOPSLacks()
    let place = try name(of: path).flatMap { path throws(WorkspaceError) in
      try sopsRules.place(of: path)
    }
    let rule = place?.rule
    var target = SOPSTarget(keyGroups: [])
    if !choices.recipients.isEmpty {
      target = SOPSTarget(keyGroups: [try choices.recipients.map(Self.ageWrapper)])
    } else if let place, try format(for: path) == .sops {
      target = SOPSTarget(
        keyGroups: try wrappers(place, keys), shamirThreshold: place.rule.shamirThreshold)
      try check(target, for: path, by: place)
    } else if let own = try settings(for: path).settings.target {
      target = SOPSTarget(keyGroups: [try own.recipients.map(Self.ageWrapper)])
    } else {
      return nil
    }
    target.selection = rule?.selection ?? .standard
    target.isMACOnlyEncrypted = rule?.isMACOnlyEncrypted ?? false
    target.namesPath = rule?.pathPattern != nil
    return target
  }

  /// Whether anything but a file itself says whom it is encrypted for.
  func namesSOPSRecipients(of path: String) -> Bool {
    if !choices.recipients.isEmpty { return true }
    guard let path = name(of: path) else { return false }
    if (try? sopsRules.place(of: path)) != nil { return true }
    return (try? settings(for: path))?.settings.target != nil
  }

  private func refuseWhatSOPSLacks() throws(WorkspaceError) {
    let option: String? =
      choices.scope != nil
      ? "--scope" : choices.signer != nil ? "--sign-with" : choices.cipher != nil ? "--cipher" : nil
    if let option {
      throw WorkspaceError(
        .usage, "SOPS files have nothing that \(option) could say",
        hints: ["'sealwax encrypt --format sealwax' seals instead"])
    }
  }

  private func wrappers(
    _ place: SOPSRules.Place, _ keys: SOPSKeySource
  ) throws(WorkspaceError) -> [[any SOPSKeyWrapper]] {
    do {
      return try keys.keys().settings(place.rule).keyGroups
    } catch { throw WorkspaceError(configuration: error, path: place.configuration.path) }
  }

  /// Refuses rules that get around what the policies above a file require and forbid.
  private func check(
    _ target: SOPSTarget, for path: String, by place: SOPSRules.Place
  ) throws(WorkspaceError) {
    guard let path = name(of: path), let own = try policies.place(of: path),
      !own.policy.ignores(own.relativePath)
    else { return }
    let named = SOPSText.recipients(of: target.keyGroups).filter { $0.kind == .age }
    try RecipientLoader.check(named, by: own.policy, at: nil)
    let keys = Set(named.map(\.key))
    for policy in own.policy.withAround {
      for wrapper in try RecipientLoader.wrappers(policy.required, of: policy)
      where !keys.contains(wrapper.recipient.key) {
        throw WorkspaceError(
          .configuration,
          "its rule does not name \(escapedForTerminal(wrapper.recipient.label)), for whom "
            + "everything has to be encrypted", path: place.configuration.path,
          hints: ["\(escapedForTerminal(policy.path)) names them under 'required'"])
      }
    }
  }

  private static func ageWrapper(
    _ wrapper: any KeyWrapper
  ) throws(WorkspaceError) -> any SOPSKeyWrapper {
    guard wrapper.recipient.kind == .age else {
      throw WorkspaceError(
        .configuration,
        "a key-encryption key of sealwax opens no SOPS file: "
          + escapedForTerminal(wrapper.recipient.label),
        hints: ["name age recipients, or put the rule into .sops.yaml"])
    }
    do {
      return try SOPSAgeWrapper(
        AgeRecipientText.decode(wrapper.recipient.text), interaction: TerminalInteraction())
    } catch { throw WorkspaceError(error, path: nil) }
  }
}
