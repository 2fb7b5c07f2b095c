internal import CryptoCore
internal import Platform
internal import YAMLSource

/// What a kustomization says to the function: `functionConfig`.
struct FunctionConfiguration {
  static let apiVersion = "sealwax.dev/v1"
  static let kind = "OpenSecrets"

  /// Sealed manifests to generate objects from, relative to the working folder.
  var files: [String] = []

  init() {}

  /// Reads it from a file of its own.
  ///
  /// - Throws: `.malformed` as below, `.noInput`.
  init(file path: String) throws(WorkspaceError) {
    let file: FileSnapshot
    do { file = try Files.read(path, limit: KeyFileText.maximumByteCount) } catch {
      throw WorkspaceError(reading: error).at(path)
    }
    let bytes = file.takeBytes()
    let tree = try ResourceListFunction.parse(bytes.bytes, path: path)
    guard tree.documents.count == 1, let root = tree.documents.first?.root else {
      throw WorkspaceError(.malformed, "the configuration is no single document", path: path)
    }
    do throws(WorkspaceError) { try self.init(root, of: tree, source: bytes.bytes) } catch {
      var error = error
      error.path = path
      throw error
    }
  }

  /// Reads it.
  ///
  /// - Throws: `.malformed` for what it cannot have: a misspelt field would do nothing.
  init(_ node: NodeID, of tree: SourceTree, source: Span<UInt8>) throws(WorkspaceError) {
    let fields = ResourceListInput.fields(of: node, in: tree)
    func text(_ name: String) -> String? { fields[name].flatMap { tree.string(of: $0) } }
    guard text("apiVersion") == Self.apiVersion, text("kind") == Self.kind else {
      throw Self.error(
        "functionConfig is no \(Self.kind) of \(Self.apiVersion)", node, tree, source)
    }
    for name in fields.keys.sorted()
    where !["apiVersion", "kind", "metadata", "spec"].contains(name) {
      throw Self.error("functionConfig has an unknown field", fields[name] ?? node, tree, source)
    }
    guard let spec = fields["spec"] else { return }
    let members = ResourceListInput.fields(of: spec, in: tree)
    for name in members.keys.sorted() where name != "files" {
      throw Self.error(
        "functionConfig.spec has an unknown field", members[name] ?? spec, tree, source)
    }
    guard let list = members["files"] else { return }
    guard case .sequence = tree[list].kind else {
      throw Self.error("functionConfig.spec.files is no list", list, tree, source)
    }
    for item in tree.items(of: list) {
      guard let path = tree.string(of: item), !path.isEmpty else {
        throw Self.error(
          "functionConfig.spec.files has something else than a path", item, tree, source)
      }
      files.append(path)
    }
  }

  /// Refuses files outside of the working folder, as kustomize does: who can write a kustomization
  /// must not be able to read the machine's files.
  static func check(_ path: String) throws(WorkspaceError) {
    let folder = ResolvedPath.folder(".")
    let file = ResolvedPath.file(path)
    let prefix = folder == "/" ? "/" : (folder ?? "") + "/"
    guard folder != nil, let file, file.utf8.starts(with: prefix.utf8) else {
      throw WorkspaceError(
        .usage, "it lies outside of the kustomization's folder", path: path)
    }
  }

  private static func error(
    _ message: String, _ node: NodeID, _ tree: SourceTree, _ source: Span<UInt8>
  ) -> WorkspaceError {
    WorkspaceError(
      .malformed, message, path: "-",
      position: tree.position(of: tree[node].range.lowerBound, in: source))
  }
}
