extension SOPSSettings {
  /// What a creation rule says.
  ///
  /// - Parameter wrapper: Makes a wrapper for a recipient that is not of age; nil when it cannot.
  /// - Throws: `.unsupportedBackend`, `.malformedConfiguration` and what `wrapper` throws, at the
  ///   recipient's position; `.noRecipients` when the rule names nobody.
  public init(
    _ rule: SOPSCreationRules.Rule,
    wrapper: (SOPSCreationRules.Recipient) throws(SOPSError) -> (any SOPSKeyWrapper)? = { _ in nil }
  ) throws(SOPSError) {
    var groups: [[any SOPSKeyWrapper]] = []
    for group in rule.keyGroups {
      var wrappers: [any SOPSKeyWrapper] = []
      for recipient in group { wrappers.append(try Self.wrapper(for: recipient, wrapper)) }
      groups.append(wrappers)
    }
    guard groups.contains(where: { !$0.isEmpty }) else {
      throw SOPSError(.noRecipients, "the creation rule names no recipient", at: rule.position)
    }
    self.init(
      keyGroups: groups, shamirThreshold: rule.shamirThreshold,
      selection: rule.selection ?? .standard, isMACOnlyEncrypted: rule.isMACOnlyEncrypted)
  }

  private static func wrapper(
    for recipient: SOPSCreationRules.Recipient,
    _ other: (SOPSCreationRules.Recipient) throws(SOPSError) -> (any SOPSKeyWrapper)?
  ) throws(SOPSError) -> any SOPSKeyWrapper {
    do throws(SOPSError) {
      if let wrapper = try other(recipient) { return wrapper }
      if recipient.backend == .age { return try SOPSAgeWrapper(recipient.name) }
    } catch { throw error.at(recipient.position) }
    throw SOPSError(
      .unsupportedBackend,
      "cannot encrypt for the recipient '\(Printable.text(recipient.name))' of "
        + "\(recipient.backend)",
      at: recipient.position, backends: [recipient.backend])
  }
}
