internal import SOPSFormat

/// Refuses files with values that SOPS encrypted and without SOPS's metadata.
///
/// Opened as it is, the ciphertext would pass for the values; sealed, nobody would get them back.
enum LostSOPSMetadata {
  /// Looks at a text that is no SOPS file.
  ///
  /// - Throws: `.malformed`, at the first value that is as SOPS encrypts them, as a whole.
  static func refuse(_ source: Span<UInt8>, path: String) throws(WorkspaceError) {
    let store = store(of: path)
    guard let position = SOPSFile.lostValue(in: source, store: store) else { return }
    // They are there, and what else is wrong with the file, others say.
    if store != .yaml, SOPSStore(guessing: source) == store { return }
    throw WorkspaceError(
      .malformed,
      "this value was encrypted by SOPS, and SOPS's metadata (\(store.metadataName)) are not in "
        + "the file",
      path: path, position: position,
      hints: ["bring them back, from git for instance: nobody can open the values without them"])
  }

  /// Whatever its name: only what is YAML or JSON is taken for a manifest.
  private static func store(of path: String) -> SOPSStore {
    switch SOPSStore(path: path) {
    case .dotenv: .dotenv
    case .ini: .ini
    case .yaml, .json, .binary: .yaml
    }
  }
}
