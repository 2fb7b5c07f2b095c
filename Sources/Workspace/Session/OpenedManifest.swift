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

  /// Reads what `SealedFile.open` gave.
  init(_ output: consuming ManifestOutput, path: String) throws(WorkspaceError) {
    let wereSealed = output.units.map { $0.action == .opened }
    let fields = output.fields
    self = try OpenedManifest(
      text: output.takeText(), wereSealed: wereSealed, fields: fields, path: path)
  }

  private init(
    text: consuming WipedBuffer, wereSealed: [Bool], fields: FieldChoice, path: String
  ) throws(WorkspaceError) {
    let (tree, units) = try OpenedManifest.read(text, fields: fields, path: path)
    self.text = text
    self.tree = tree
    self.units = zip(units, wereSealed).filter(\.1).map(\.0)
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
