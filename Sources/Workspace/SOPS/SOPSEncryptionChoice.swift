public import SOPSFormat

/// What a command line says about how a file is to be encrypted; the rules of a `.sops.yaml` say the
/// rest.
public struct SOPSEncryptionChoice: Sendable {
  /// Whom for; the rule's recipients when there are none.
  public var recipients: [SOPSRecipientName] = []
  /// How many key groups are needed; 0 for what the rule says.
  public var shamirThreshold = 0
  /// Which values are encrypted: patterns by their kinds, of which each takes the place of the rule's.
  public var patterns: [SOPSSelection.Kind: String] = [:]
  /// Whether the MAC covers the encrypted values only.
  public var isMACOnlyEncrypted = false

  /// Nothing said.
  public init() {}

  /// The settings for a file.
  ///
  /// - Parameters:
  ///   - path: the file's path, which the rules look at.
  ///   - store: how the plaintext is laid out; what is encrypted of a binary file is no question.
  ///   - configuration: the rules, if there are any.
  /// - Throws: `.configuration` when nobody is named, or no rule is for the file; `.usage` when
  ///   several patterns say what is encrypted.
  public func settings(
    for path: String, store: SOPSStore, configuration: SOPSConfiguration?, keys: SOPSKeys
  ) throws(WorkspaceError) -> SOPSSettings {
    let rule = try configuration?.rule(for: path)
    var settings = try base(rule, keys, configuration)
    do { settings.selection = try selection(rule, store) } catch { throw WorkspaceError(error) }
    settings.isMACOnlyEncrypted =
      store != .binary && (isMACOnlyEncrypted || rule?.isMACOnlyEncrypted == true)
    let threshold = shamirThreshold == 0 ? rule?.shamirThreshold : shamirThreshold
    settings.shamirThreshold =
      settings.keyGroups.count == 1 && (threshold ?? 0) <= 1 ? nil : threshold
    return settings
  }

  /// The settings with the recipients.
  private func base(
    _ rule: SOPSCreationRules.Rule?, _ keys: SOPSKeys, _ configuration: SOPSConfiguration?
  ) throws(WorkspaceError) -> SOPSSettings {
    if recipients.isEmpty, let rule, let configuration {
      do { return try keys.settings(rule) } catch {
        throw WorkspaceError(configuration: error, path: configuration.path)
      }
    }
    do throws(SOPSError) {
      guard !recipients.isEmpty else {
        throw SOPSError(
          .noRecipients, "no recipient is named, and there is no .sops.yaml with creation rules")
      }
      var group: [any SOPSKeyWrapper] = []
      for name in recipients { group.append(try keys.wrapper(for: name)) }
      return SOPSSettings(keyGroups: [group])
    } catch { throw WorkspaceError(error) }
  }

  private func selection(
    _ rule: SOPSCreationRules.Rule?, _ store: SOPSStore
  ) throws(SOPSError) -> SOPSSelection {
    if store == .binary { return .standard }
    var patterns = patterns
    if let selection = rule?.selection, patterns[selection.kind] == nil {
      patterns[selection.kind] = selection.pattern
    }
    guard let (kind, pattern) = patterns.first else { return .standard }
    guard patterns.count == 1 else {
      let names = patterns.keys.map(\.rawValue).sorted().joined(separator: " and ")
      throw SOPSError(
        .conflictingRules, "\(names) say what is encrypted, and only one of them may")
    }
    return try SOPSSelection(kind, pattern)
  }
}
