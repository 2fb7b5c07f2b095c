internal import CryptoCore
internal import Envelope
internal import Manifest
internal import YAMLSource

/// A sealed manifest's plaintext, read as a tree with its Secrets.
struct OpenedManifest: ~Copyable {
  let text: WipedBuffer
  let tree: SourceTree
  /// The Secrets that were sealed.
  let units: [SecretUnit]

  /// Opens a file and reads it.
  init(
    _ file: borrowing SealedFile, mustBeSealed: Bool = true, trustedSigners: [SignatureVerifier]
  ) throws(WorkspaceError) {
    let output = try file.open(mustBeSealed: mustBeSealed, trustedSigners: trustedSigners)
    // All of a SOPS file was encrypted together.
    let wereSealed = file.sops == nil ? output.units.map { $0.action == .opened } : nil
    let fields = output.fields
    self = try OpenedManifest(
      text: output.takeText(), wereSealed: wereSealed, fields: fields, path: file.path)
  }

  private init(
    text: consuming WipedBuffer, wereSealed: [Bool]?, fields: FieldChoice, path: String
  ) throws(WorkspaceError) {
    let (tree, units) = try OpenedManifest.read(text, fields: fields, path: path)
    self.text = text
    self.tree = tree
    self.units = wereSealed.map { zip(units, $0).filter(\.1).map(\.0) } ?? units
  }

  private static func read(
    _ text: borrowing WipedBuffer, fields: FieldChoice, path: String
  ) throws(WorkspaceError) -> (SourceTree, [SecretUnit]) {
    let tree: SourceTree
    do { tree = try SourceTree.parse(text.bytes) } catch {
      throw WorkspaceError(.malformed, error.message, path: path, position: error.position)
    }
    do {
      return (tree, try ManifestReader.units(in: tree, source: text.bytes, fields: fields))
    } catch {
      throw WorkspaceError(error, path: path)
    }
  }
}

extension WorkspaceError {
  /// What is wrong with a manifest.
  init(_ error: ManifestError, path: String) {
    self.init(.malformed, error.message, path: path, position: error.position)
  }
}
