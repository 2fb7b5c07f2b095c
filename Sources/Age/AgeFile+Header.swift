internal import CryptoCore

extension AgeFile {
  /// Appends a header with a new file key, which it returns.
  static func makeHeader(
    for recipients: [any Recipient], in arena: SecretArena?,
    appendingTo output: inout WipedBuffer
  ) throws(AgeError) -> FileKey {
    let fileKey: FileKey
    do { fileKey = try FileKey.random(in: arena) } catch { throw AgeError(error) }
    let start = output.count
    var labels: Set<String>?
    var stanzas: [Stanza] = []
    for recipient in recipients {
      let wrapped = try recipient.wrap(fileKey, in: arena)
      if let labels, labels != wrapped.labels { throw incompatible(labels, wrapped.labels) }
      labels = wrapped.labels
      stanzas += wrapped.stanzas
    }
    guard !stanzas.isEmpty else {
      throw AgeError(.noRecipients, "there is no recipient to encrypt for")
    }
    AgeHeader.serialize(stanzas, appendingTo: &output)
    let mac = try AgeHeader.mac(of: output.bytes.extracting(start...), fileKey, in: arena)
    AgeHeader.serialize(mac: mac.bytes, appendingTo: &output)
    guard output.count - start <= AgeHeader.maximumByteCount else {
      throw AgeError(.unsupported, "there are too many recipients for one file")
    }
    return fileKey
  }

  private static func incompatible(_ first: Set<String>, _ second: Set<String>) -> AgeError {
    if first.contains(WrappedFileKey.postQuantumLabel)
      != second.contains(WrappedFileKey.postQuantumLabel)
    {
      return AgeError(
        .incompatibleRecipients,
        "post-quantum and classic recipients cannot share a file: a quantum computer would open it")
    }
    return AgeError(
      .incompatibleRecipients,
      "a passphrase, or another recipient that wants to be alone, cannot share a file with others")
  }

  /// The file key of a header that one of the identities opens and whose MAC holds.
  static func open(
    _ header: AgeHeader, _ authenticated: Span<UInt8>, _ identities: [any Identity],
    in arena: SecretArena?
  ) throws(AgeError) -> FileKey {
    let fileKey = try unwrap(header.stanzas, identities, in: arena)
    let mac = try AgeHeader.mac(of: authenticated, fileKey, in: arena)
    guard ConstantTime.equal(mac.bytes, header.mac.span) else {
      throw AgeError(.headerMAC, "the header was altered: its MAC does not hold")
    }
    return fileKey
  }

  private static func unwrap(
    _ stanzas: [Stanza], _ identities: [any Identity], in arena: SecretArena?
  ) throws(AgeError) -> FileKey {
    // Whoever could add a recipient to a passphrase's file could pass it off as authenticated.
    if stanzas.count > 1, stanzas.contains(where: { $0.type == ScryptRecipient.stanzaType }) {
      throw AgeError(.malformedHeader, "the header has a passphrase beside other recipients")
    }
    var failure: AgeError?
    for identity in identities {
      do {
        if let fileKey = try identity.unwrap(stanzas, in: arena) { return fileKey }
      } catch {
        // A missing plugin or device does not keep the other identities from trying.
        guard error.code == .pluginFailed else { throw error }
        failure = failure ?? error
      }
    }
    throw failure ?? noMatch(stanzas)
  }

  private static func noMatch(_ stanzas: [Stanza]) -> AgeError {
    if stanzas.first?.type == ScryptRecipient.stanzaType {
      return AgeError(.noMatch, "the file is encrypted with a passphrase, and it was none of these")
    }
    return AgeError(.noMatch, "none of the identities belongs to a recipient of the file")
  }
}
