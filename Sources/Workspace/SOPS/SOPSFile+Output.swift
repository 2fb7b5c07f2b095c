internal import CryptoCore
internal import Envelope
internal import SOPSFormat

extension SOPSOpened {
  /// The plaintext.
  ///
  /// - Parameter layout: how far in things stand, unless the text is preserved.
  func plaintext(
    _ style: SOPSOutputStyle, layout: SOPSLayout = .standard, path: String
  ) throws(WorkspaceError) -> ManifestOutput {
    do throws(SOPSError) {
      let plain = try withKey { (key) throws(SOPSError) in
        try file.decrypt(key, style: style, layout: layout)
      }
      let unit = UnitOutcome(
        file: SOPSText.identity, .opened, entryCount: plain.openedCount,
        recipients: SOPSText.recipients(of: file))
      var output = ManifestOutput(file: plain.takeText(), unit, isChanged: true)
      output.isDocument = file.store == .yaml || file.store == .json
      return output
    } catch { throw WorkspaceError(error, path: path) }
  }

  /// What a change of the file came to.
  ///
  /// - Parameter change: makes the new text.
  func changed(
    _ action: UnitOutcome.Action, layout: SOPSLayout, path: String,
    _ change: (inout SOPSWriter, borrowing SOPSDataKey) throws(SOPSError) -> WipedBuffer
  ) throws(WorkspaceError) -> ManifestOutput {
    do throws(SOPSError) {
      var writer = SOPSWriter(date: .now, layout: layout)
      let text = try withKey { (key) throws(SOPSError) in try change(&writer, key) }
      return try SOPSText.written(text, action, before: file)
    } catch { throw WorkspaceError(error, path: path) }
  }
}

extension SOPSText {
  /// What was written, compared with what was there before.
  static func written(
    _ text: consuming WipedBuffer, _ action: UnitOutcome.Action, before: SOPSFile,
    accepted: String? = nil
  ) throws(SOPSError) -> ManifestOutput {
    let after = try read(text, store: before.store)
    let unit = UnitOutcome(
      file: identity, action, entryCount: after.inspect().encryptedCount,
      keptCount: after.sharedValueCount(with: before), recipients: recipients(of: after),
      previous: recipients(of: before), accepted: accepted)
    return ManifestOutput(file: text, unit, isChanged: true)
  }

  private static func read(
    _ text: borrowing WipedBuffer, store: SOPSStore
  ) throws(SOPSError) -> SOPSFile {
    try SOPSFile.read(text.bytes, store: store)
  }

  /// A file that is left as it is.
  static func untouched(_ file: SOPSFile, _ source: Span<UInt8>) -> ManifestOutput {
    let unit = UnitOutcome(
      file: identity, .alreadySealed, entryCount: file.inspect().encryptedCount,
      recipients: recipients(of: file))
    return ManifestOutput(file: WipedBuffer(copying: source), unit, isChanged: false)
  }
}
