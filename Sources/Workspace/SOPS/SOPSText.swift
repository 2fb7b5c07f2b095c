internal import CryptoCore
internal import Envelope
internal import Manifest
internal import Platform
internal import SOPSFormat
internal import YAMLSource

/// SOPS files among the files that a command works on.
enum SOPSText {
  /// The file, if it is one of SOPS: a quick look first, so that others cost nothing.
  ///
  /// - Parameters:
  ///   - path: its name, which says of which kind it is; nil when it has none.
  ///   - storage: kept for all files of a worker.
  ///   - refusesUnreadable: whether one that cannot be read at all is an error, too; else it passes
  ///     for none.
  /// - Throws: `.malformed` when it is one, and damaged.
  static func read(
    _ text: Span<UInt8>, path: String?, storage: SOPSStorage = SOPSStorage(),
    refusesUnreadable: Bool = false
  ) throws(WorkspaceError) -> SOPSFile? {
    guard SOPSFile.mayBe(text) else { return nil }
    let store = store(of: text, path: path)
    do throws(SOPSError) {
      let file = try SOPSFile.read(text, store: store, storage: storage)
      guard SealedTraces.areIn(text), mayBeSealed(text) else { return file }
    } catch {
      // Not of SOPS, or no file that anybody could read: what else it is, others say.
      guard error.code != .noMetadata else { return nil }
      let failure = WorkspaceError(error, path: path)
      guard error.code == .syntax else { throw failure }
      guard refusesUnreadable, SOPSFile.valueOfDamaged(text, store: store) != nil else {
        return nil
      }
      throw failure.explained(by: text)
    }
    // Else metadata of SOPS, which anybody can add, would keep a seal from being looked at.
    throw WorkspaceError(
      .malformed, "it has the marks of a sealed manifest and of a SOPS file: only one can be right",
      path: path, hints: ["restore the file from git"])
  }

  /// Whether there is a token or the name of an envelope in a text, comments aside, or nobody can tell.
  private static func mayBeSealed(_ text: Span<UInt8>) -> Bool {
    guard let tree = try? SourceTree.parse(text) else { return true }
    return tree.nodes.contains { node in
      guard case .scalar = tree[node].kind else { return false }
      return tree.withValue(of: node) {
        $0.starts(with: "SEALWAX1") || $0.isSame(as: "sealwax.dev/envelope")
      }
    }
  }

  /// The kind of a file: by its name, else by what is in it.
  static func store(of text: Span<UInt8>, path: String?) -> SOPSStore {
    guard let path, path != "-" else { return SOPSStore(guessing: text) }
    return SOPSStore(path: path)
  }

  /// What a SOPS file is known by in reports: its values have one MAC, whatever documents they are in.
  static let identity = UnitIdentity(apiVersion: "", kind: "SOPS", namespace: "", name: "file")

  /// Whom a file says it is encrypted for.
  static func recipients(of file: SOPSFile) -> [RecipientDescription] {
    file.metadata.keyGroups.flatMap(\.entries).map { description($0.backend, $0.recipient) }
  }

  /// Whom these encrypt for.
  static func recipients(of groups: [[any SOPSKeyWrapper]]) -> [RecipientDescription] {
    groups.flatMap(\.self).map { description($0.backend, $0.recipient) }
  }

  private static func description(
    _ backend: SOPSBackend, _ recipient: String
  ) -> RecipientDescription {
    backend == .age
      ? RecipientDescription(kind: .age, text: recipient, name: nil)
      : RecipientDescription(kind: .other, text: "\(backend) \(recipient)", name: nil)
  }

  /// What to know of a file for which nothing but itself says whom it is for.
  static func ownRecipientsWarning(_ path: String) -> String {
    "\(escapedForTerminal(path)) keeps the recipients that it names itself, which "
      + "nothing authenticates: look at them with 'sealwax status', or name them in .sops.yaml"
  }

  /// The error for a signature that is required of a file that cannot have one.
  static func unsigned(_ path: String?) -> WorkspaceError {
    WorkspaceError(
      .malformed, "a signature is required, and SOPS files have none", path: path,
      hints: ["'sealwax encrypt --format sealwax --sign-with KEY' makes files that can be signed"])
  }
}
