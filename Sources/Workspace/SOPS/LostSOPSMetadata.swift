internal import SOPSFormat

/// Refuses files with values that SOPS encrypted and without SOPS's metadata.
///
/// Opened as it is, the ciphertext would pass for the values; sealed, nobody would get them back.
enum LostSOPSMetadata {
  /// Looks at a text that is no SOPS file.
  ///
  /// - Throws: `.malformed`, at the first value that is as SOPS encrypts them, as a whole.
  static func refuse(_ source: Span<UInt8>, path: String) throws(WorkspaceError) {
    // Whatever its name: only what is YAML or JSON is taken for a manifest.
    guard let position = SOPSFile.lostValue(in: source, store: .yaml) else { return }
    throw WorkspaceError(
      .malformed,
      "this value was encrypted by SOPS, and SOPS's metadata (the key 'sops') are not in the file",
      path: path, position: position,
      hints: ["bring them back, from git for instance: nobody can open the values without them"])
  }
}
