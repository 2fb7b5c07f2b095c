public import CryptoCore

/// How a decrypted file is written.
public enum SOPSOutputStyle: Sendable, Equatable {
  /// As SOPS writes it: YAML and INI laid out anew.
  case sops
  /// As another store, as SOPS writes it; all but YAML get the first document.
  case converted(SOPSStore)
  /// The encrypted text with nothing but its values replaced and its metadata taken out.
  case preserved
}

/// A decrypted file.
public struct SOPSPlaintext: ~Copyable {
  /// The text.
  public let text: WipedBuffer
  /// What its reader should know.
  public let notices: [SOPSNotice]
  /// How many values and comments were encrypted.
  public let openedCount: Int

  /// Gives the text to the caller.
  public consuming func takeText() -> WipedBuffer { text }
}

extension SOPSFile {
  /// Decrypts the file; nothing comes out of one whose MAC does not hold, unless `checksMAC` says so.
  ///
  /// - Parameter layout: How far in things stand, unless the text is preserved.
  /// - Throws: `.plaintextBesideCiphertext`, `.malformedValue`, `.unsupportedType`,
  ///   `.valueNotAuthentic`, all with the position; `.missingMAC`, `.macNotAuthentic`,
  ///   `.macMismatch`; `.unsupportedDocument` when the store cannot hold what was decrypted.
  public func decrypt(
    _ key: borrowing SOPSDataKey, style: SOPSOutputStyle = .sops,
    layout: SOPSLayout = .standard
  ) throws(SOPSError) -> SOPSPlaintext {
    let opened = try open(key, nonces: nil)
    let text: WipedBuffer
    switch style {
    case .sops: text = try store.plainText(of: opened.tree, layout)
    case .converted(let other): text = try other.plainText(of: opened.tree, layout)
    case .preserved: text = try preservedText(of: opened.tree, layout)
    }
    return SOPSPlaintext(text: text, notices: opened.notices, openedCount: opened.openedCount)
  }

  /// The decrypted text with the metadata at their place, as SOPS shows it in an editor.
  ///
  /// - Throws: As `decrypt`.
  public func plaintextWithMetadata(
    _ key: borrowing SOPSDataKey, layout: SOPSLayout = .standard
  ) throws(SOPSError) -> WipedBuffer {
    var tree = try open(key, nonces: nil).tree
    MetadataPlace.put(metadata, into: &tree, of: store)
    return try store.text(of: tree, layout)
  }

  /// Decrypts the tree and checks the MAC.
  func open(
    _ key: borrowing SOPSDataKey, nonces: NonceMemory?
  ) throws(SOPSError) -> TreeDecryption.Result {
    let opened = try decrypted(key, nonces: nonces, acceptsPlaintext: false)
    if checksMAC {
      try checkMAC(opened.mac, key)
      if let problem = versionProblem { throw problem }
    }
    return opened
  }

  /// Decrypts the tree, whatever its MAC says.
  func decrypted(
    _ key: borrowing SOPSDataKey, nonces: NonceMemory?, acceptsPlaintext: Bool
  ) throws(SOPSError) -> TreeDecryption.Result {
    do {
      return try TreeDecryption.decrypt(
        tree, metadata, key, store: store, storage: storage, nonces: nonces,
        acceptsPlaintext: acceptsPlaintext)
    } catch {
      throw withSource { error.error.at(LinePosition.of(error.offset, in: $0)) }
    }
  }

  private func checkMAC(
    _ computed: borrowing WipedBuffer, _ key: borrowing SOPSDataKey
  ) throws(SOPSError) {
    if let problem = macProblem { throw problem }
    guard let stored = try storedMAC(key) else {
      throw SOPSError(
        .macNotAuthentic,
        "the MAC does not open: it, or the date of the last change, was altered")
    }
    guard ConstantTime.equal(stored.bytes, computed.bytes) else {
      throw SOPSError(
        .macMismatch,
        "the MAC is not of these values: some were added, removed, moved or altered")
    }
  }

  /// Whether the file has this MAC.
  func hasMAC(_ computed: borrowing WipedBuffer, _ key: borrowing SOPSDataKey) -> Bool {
    do {
      try checkMAC(computed, key)
      return true
    } catch { return false }
  }

  /// The MAC as it was encrypted; nil when it does not open.
  private func storedMAC(_ key: borrowing SOPSDataKey) throws(SOPSError) -> WipedBuffer? {
    let text = Array(metadata.encryptedMAC.utf8)
    let date = metadata.lastModified.bytes(withFraction: false)
    var stored = WipedBuffer(capacity: SHA512.digestByteCount * 2)
    do {
      _ = try storage.cipher.open(text.span, key, context: date.span, appendingTo: &stored)
    } catch {
      guard error.code != .cryptoFailure else { throw error }
      return nil
    }
    return stored
  }
}
