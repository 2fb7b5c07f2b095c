internal import CryptoCore
public import Envelope
internal import Manifest
internal import Platform
internal import SOPSFormat
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

  /// Sets a value, adding its key where it is new, and encrypts the file again.
  ///
  /// - Parameters:
  ///   - place: as `ValuePlace` has it.
  ///   - isJSON: whether the value is JSON, for SOPS files that are no Secrets; else it is a text.
  /// - Throws: as `SealedFile`, and `.malformed` when the value cannot stand there.
  public func set(
    _ value: Span<UInt8>, at place: String, in file: borrowing SealedFile, isJSON: Bool = false
  ) throws(WorkspaceError) -> [UnitOutcome] {
    try file.check(place: place, isJSON: isJSON)
    switch try file.place(place) {
    case .entry(let path):
      let manifest = try OpenedManifest(file, trustedSigners: settings.trustedSigners)
      let unit = try selector.select(from: manifest.units, path: file.path)
      var edits = SpliceEdits()
      guard !unit.isSecret || path.field != nil else { throw EntryPath.malformed }
      if let field = path.field { try check(value, for: path.key, in: field, of: unit, file.path) }
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
    case .steps(let steps):
      let copy = WipedBuffer(copying: value)
      return try finish(file) { (writer, sops, key) throws(SOPSError) in
        isJSON
          ? try writer.set(steps, to: copy.bytes, in: sops, key)
          : try writer.set(steps, toText: copy.bytes, in: sops, key)
      }
    }
  }

  /// Refuses a value of a Secret that Kubernetes would not look at, and one that would pass for sealed.
  private func check(
    _ value: Span<UInt8>, for key: String, in field: SecretField, of unit: SecretUnit,
    _ path: String
  ) throws(WorkspaceError) {
    guard unit.isSecret else { return }
    if field == .data, unit.entries.contains(where: { $0.path == ["stringData", key] }) {
      let place = "stringData.\(escapedForTerminal(key))"
      throw WorkspaceError(
        .malformed, "\(place) is there too, and is what Kubernetes takes", path: path,
        unit: unit.identity.printableLabel, hints: ["set \(place), or unset it first"])
    }
    if field == .stringData, TokenScanner.isToken(value) {
      throw WorkspaceError(
        .malformed,
        "a value that looks like a sealed one (SEALWAX1...) cannot stand under stringData",
        path: path, unit: unit.identity.printableLabel, hints: ["set it under data"])
    }
  }

  /// Removes a value and its key, and encrypts the file again.
  ///
  /// - Throws: as `SealedFile`, and `.noInput` when it is not there.
  public func unset(
    _ place: String, in file: borrowing SealedFile
  ) throws(WorkspaceError) -> [UnitOutcome] {
    switch try file.place(place) {
    case .entry(let path):
      let manifest = try OpenedManifest(file, trustedSigners: settings.trustedSigners)
      let unit = try selector.select(from: manifest.units, path: file.path)
      var edits = SpliceEdits()
      guard unit.isSecret else {
        throw WorkspaceError(
          .usage, "it is no Secret, of which alone an entry can be taken out", path: file.path,
          unit: unit.label, hints: ["take it out with 'sealwax edit'"])
      }
      guard let field = path.field else { throw EntryPath.malformed }
      do {
        try EntryEditor.unset(
          path.key, in: field, of: unit, tree: manifest.tree, source: manifest.text.bytes,
          edits: &edits)
      } catch { throw ValueEditing.failure(error, file.path) }
      return try finish(edits, manifest, file)
    case .steps(let steps):
      return try finish(file) { (writer, sops, key) throws(SOPSError) in
        try writer.unset(steps, in: sops, key)
      }
    }
  }

  private func finish(
    _ file: borrowing SealedFile,
    _ change: (inout SOPSWriter, SOPSFile, borrowing SOPSDataKey) throws(SOPSError) -> WipedBuffer
  ) throws(WorkspaceError) -> [UnitOutcome] {
    let output = try file.change(settings: settings, change)
    try file.checkNothingNewIsPlain(in: output)
    try file.write(output.text.bytes)
    return output.units
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
    try file.checkNothingNewIsPlain(in: sealed)
    try file.write(sealed.text.bytes)
    return sealed.units
  }
}
