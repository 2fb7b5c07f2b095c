internal import CryptoCore
public import Envelope
internal import Manifest
internal import YAMLSource

/// Sets and removes single values of a sealed manifest.
public struct ValueEditing: Sendable {
  private let selector: UnitSelector
  private let settings: SealSettings

  /// - Parameters:
  ///   - selector: which Secret is meant.
  ///   - settings: who signs, and whose signatures the file must have; no target.
  public init(_ selector: UnitSelector, settings: SealSettings = SealSettings(nil, now: .now)) {
    self.selector = selector
    self.settings = settings
  }

  /// Sets a value, adding its key where it is new, and seals the file again.
  ///
  /// - Throws: as `SealedFile`, and `.malformed` when the value cannot stand there.
  public func set(
    _ value: Span<UInt8>, at path: EntryPath, in file: borrowing SealedFile
  ) throws(WorkspaceError) -> [UnitOutcome] {
    let manifest = try OpenedManifest(
      try file.open(trustedSigners: settings.trustedSigners), path: file.path)
    let unit = try selector.select(from: manifest.units, path: file.path)
    var edits = SpliceEdits()
    guard !unit.isSecret || path.field != nil else { throw EntryPath.malformed }
    do {
      if unit.isSecret, let field = path.field {
        try EntryEditor.set(
          value, for: path.key, in: field, of: unit, tree: manifest.tree,
          source: manifest.text.bytes, edits: &edits)
      } else {
        try EntryEditor.replace(
          path.description, with: value, of: unit, tree: manifest.tree,
          source: manifest.text.bytes, edits: &edits)
      }
    } catch { throw ValueEditing.failure(error, file.path) }
    return try finish(edits, manifest, file)
  }

  /// Removes a value and its key, and seals the file again.
  ///
  /// - Throws: as `SealedFile`, and `.noInput` when it is not there.
  public func unset(
    _ path: EntryPath, in file: borrowing SealedFile
  ) throws(WorkspaceError) -> [UnitOutcome] {
    let manifest = try OpenedManifest(
      try file.open(trustedSigners: settings.trustedSigners), path: file.path)
    let unit = try selector.select(from: manifest.units, path: file.path)
    var edits = SpliceEdits()
    guard let field = path.field else { throw EntryPath.malformed }
    do {
      try EntryEditor.unset(
        path.key, in: field, of: unit, tree: manifest.tree, source: manifest.text.bytes,
        edits: &edits)
    } catch { throw ValueEditing.failure(error, file.path) }
    return try finish(edits, manifest, file)
  }

  /// Positions are those of the plaintext, which the user does not see: they are left out.
  private static func failure(_ error: ManifestError, _ path: String) -> WorkspaceError {
    WorkspaceError(error.code == .noSuchEntry ? .noInput : .malformed, error.message, path: path)
  }

  private func finish(
    _ edits: borrowing SpliceEdits, _ manifest: borrowing OpenedManifest,
    _ file: borrowing SealedFile
  ) throws(WorkspaceError) -> [UnitOutcome] {
    var text = WipedBuffer(capacity: manifest.text.count + 256)
    do { try edits.apply(to: manifest.text.bytes, appendingTo: &text) } catch {
      throw WorkspaceError(.malformed, error.message, path: file.path)
    }
    let sealed = try file.seal(text.bytes, settings: settings)
    try file.write(sealed.text.bytes)
    return sealed.units
  }
}
