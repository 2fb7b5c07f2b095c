internal import Envelope
internal import Platform

/// Files of key-encryption keys that nobody named, and that would open what could not be opened.
enum KEKsAtHand {
  /// What to do when no identity opens a manifest that lies under a key whose file is there: among
  /// those that the policy names, or in `Keys` beside it.
  ///
  /// - Parameter path: The manifest's; `-` for standard input.
  static func hint(_ source: Span<UInt8>, path: String) -> String? {
    guard let units = try? ManifestInspector.inspect(source) else { return nil }
    let recipients = units.flatMap { $0.envelope?.recipients ?? [] }.map(\.recipient)
    let ids = Set(recipients.filter { $0.kind == .kek }.map(\.text))
    guard !ids.isEmpty else { return nil }
    for file in files(for: path) {
      guard Files.exists(file), let key = try? KeyFiles.keyEncryptionKey(file), ids.contains(key.id)
      else { continue }
      let shown = escapedForTerminal(PathFromHere.shown(file))
      return "its key-encryption key is at hand: --identity \(shown)"
    }
    return nil
  }

  private static func files(for path: String) -> [String] {
    let policies = PolicyFinder()
    let policy =
      path == "-"
      ? try? policies.policy(inOrAbove: ".") : try? policies.policy(forFile: path)
    guard let policy else { return files(inKeysOf: ".") }
    return policy.withAround.flatMap { policy in
      (policy.keks.compactMap(\.file) + policy.rules.flatMap(\.kekFiles).map(\.text))
        .map { RecipientLoader.kekFile($0, of: policy) } + files(inKeysOf: policy.folder)
    }
  }

  private static func files(inKeysOf folder: String) -> [String] {
    var files: [String] = []
    try? FileTree.walk(PathParts.join(folder, RecipientLoader.folderName)) { item in
      if case .file(let path) = item, path.hasSuffix(".kek") { files.append(path) }
      return true
    }
    return files.sorted()
  }
}

extension WorkspaceError {
  /// Why a manifest could not be opened, with the file of a key that would.
  init(_ error: EnvelopeError, path: String, source: Span<UInt8>) {
    self.init(error, path: path)
    if error.code == .noIdentity, !error.isAboutPrevious,
      let hint = KEKsAtHand.hint(source, path: path)
    {
      hints = [hint]
    }
  }
}
