internal import CryptoCore
internal import Envelope
internal import SOPSFormat

/// An earlier encrypted version of a file that is encrypted from plaintext: what did not change keeps
/// its ciphertext.
struct SOPSEarlierVersion {
  private let opened: SOPSOpened

  /// Opens an earlier version, if it serves: one of the same kind, for exactly the same recipients, by
  /// the same rule.
  ///
  /// With its data key goes what former recipients can read, so others get a new one.
  ///
  /// - Returns: nil when it does not serve, and when no key opens it.
  /// - Throws: `.malformed` when it is damaged.
  init?(
    _ text: Span<UInt8>, path: String?, store: SOPSStore, target: SOPSTarget, keys: SOPSKeySource
  ) throws(WorkspaceError) {
    do throws(WorkspaceError) {
      guard let file = try SOPSText.read(text, path: path), file.store == store,
        target.hasRecipients(of: file), Self.hasRule(file, target)
      else { return nil }
      opened = try keys.open(file, path: path)
    } catch {
      if error.kind == .noIdentity { return nil }
      throw Self.ofPrevious(error)
    }
  }

  private static func ofPrevious(_ error: WorkspaceError) -> WorkspaceError {
    var error = error
    error.isAboutPrevious = true
    return error
  }

  /// What only a file that is opened can have.
  private static let codesOfOpening: Set<SOPSError.Code> = [
    .missingMAC, .macNotAuthentic, .macMismatch, .valueNotAuthentic, .malformedValue,
    .unsupportedType, .plaintextBesideCiphertext,
  ]

  private static func hasRule(_ file: SOPSFile, _ target: SOPSTarget) -> Bool {
    // A binary file is one value: no rule says anything about it.
    file.store == .binary
      || file.metadata.selection == target.selection
        && file.metadata.isMACOnlyEncrypted == target.isMACOnlyEncrypted
  }

  /// Encrypts a plaintext with the earlier version's data key; where nothing changed, the earlier text
  /// comes back.
  ///
  /// - Parameter path: where the plaintext is, for errors.
  func encrypt(
    _ source: Span<UInt8>, earlier text: Span<UInt8>, layout: SOPSLayout, path: String
  ) throws(WorkspaceError) -> ManifestOutput {
    let copy = WipedBuffer(copying: source)
    var writer = SOPSWriter(date: .now, layout: layout)
    let file = opened.file
    do throws(SOPSError) {
      let written = try opened.withKey { (key) throws(SOPSError) in
        try writer.encrypt(copy.bytes, after: file, key)
      }
      if let written { return try SOPSText.written(written, .resealed, before: file) }
    } catch {
      let failure = WorkspaceError(error, path: path)
      throw Self.codesOfOpening.contains(error.code) ? Self.ofPrevious(failure) : failure
    }
    let count = file.inspect().encryptedCount
    let unit = UnitOutcome(
      file: SOPSText.identity, .resealed, entryCount: count, keptCount: count,
      recipients: SOPSText.recipients(of: file))
    return ManifestOutput(file: WipedBuffer(copying: text), unit, isChanged: true)
  }
}
