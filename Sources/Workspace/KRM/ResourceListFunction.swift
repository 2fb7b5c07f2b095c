public import CryptoCore
internal import Envelope
internal import Findings
internal import Manifest
internal import Platform
internal import YAMLSource

/// Opens sealed Secrets as a KRM function: those among the objects that come in, and those of the
/// files that its configuration names.
public struct ResourceListFunction: Sendable {
  private let ring: KeyRing
  private let signers: RequiredSigners

  /// - Parameters:
  ///   - ring: what opens them.
  ///   - signers: whose signatures they must have.
  public init(_ ring: KeyRing, signers: RequiredSigners) {
    self.ring = ring
    self.signers = signers
  }

  /// The answer to a `ResourceList`.
  ///
  /// - Throws: `.malformed` when it is none, and as `ManifestSealer.open`; nothing is opened then.
  public func run(_ source: Span<UInt8>) throws(WorkspaceError) -> WipedBuffer {
    let tree = try Self.parse(source, path: "-")
    let input = try ResourceListInput(tree, source: source)
    var sealer: ManifestSealer
    do { sealer = try ManifestSealer() } catch { throw WorkspaceError(error, path: nil) }
    var output = WipedBuffer()
    output.append(utf8: "apiVersion: \(input.apiVersion)\nkind: ResourceList\n")
    if let node = input.functionConfig {
      output.append("functionConfig:\n  ")
      ItemText(node, of: tree, source: source).append(to: &output)
    }
    var items = Items()
    for node in input.items {
      let item = ItemText(node, of: tree, source: source)
      items.append(try open(item, &sealer))
    }
    for path in input.configuration.files {
      try FunctionConfiguration.check(path)
      try generate(path, &sealer, &items)
    }
    try items.append(to: &output)
    return output
  }

  /// What says that nothing came of it; no object is in it.
  public static func failure(_ error: WorkspaceError) -> String {
    var result: [(String, JSONValue)] = [
      ("message", .string(error.message)), ("severity", .string("error")),
    ]
    if let path = error.path, path != "-" {
      result.append(("file", .object([("path", .string(path))])))
    }
    return JSONValue.object([
      ("apiVersion", .string(ResourceListInput.versions[0])), ("kind", .string("ResourceList")),
      ("items", .array([])), ("results", .array([.object(result)])),
    ]).text() + "\n"
  }

  private func open(
    _ item: borrowing ItemText, _ sealer: inout ManifestSealer
  ) throws(WorkspaceError) -> ItemText {
    let bytes = item.bytes.bytes
    guard SecretTraces.areIn(bytes) || SealedTraces.areIn(bytes) else {
      return ItemText(WipedBuffer(copying: bytes))
    }
    let trusted = try signers.signers(for: "-")
    let opened: ManifestOutput
    do throws(EnvelopeError) {
      opened = try sealer.open(
        bytes, unwrappers: ring.unwrappers, trustedSigners: trusted)
    } catch {
      let failure = WorkspaceError(error, path: "-")
      guard error.code == .staleSeal || error.code == .notReversible else { throw failure }
      throw failure.hinting(
        "kustomize may have changed it: a name, a namespace or its layout; name the file in a "
          + "generator instead (docs/ci.md)")
    }
    try signers.retired.check(opened.units, path: "-")
    return ItemText(opened.takeText())
  }

  /// Opens a file and takes its objects.
  private func generate(
    _ path: String, _ sealer: inout ManifestSealer, _ items: inout Items
  ) throws(WorkspaceError) {
    let file = try ManifestFile.read(path)
    let trusted = try signers.signers(for: path)
    let opened: ManifestOutput
    do {
      opened = try sealer.open(
        file.text.bytes, unwrappers: ring.unwrappers, trustedSigners: trusted)
    } catch { throw WorkspaceError(error, path: path) }
    try signers.retired.check(opened.units, path: path)
    guard opened.isKubernetes else {
      throw WorkspaceError(
        .malformed, "not a Kubernetes manifest: no document has apiVersion and kind", path: path)
    }
    let text = opened.takeText()
    let tree = try Self.parse(text.bytes, path: path)
    for document in tree.documents {
      guard let root = document.root, !tree.pairs(of: root).isEmpty else { continue }
      let fields = ResourceListInput.fields(of: root, in: tree)
      let kind = fields["kind"].flatMap { tree.string(of: $0) } ?? ""
      if kind.hasSuffix("List"), let list = fields["items"] {
        for item in tree.items(of: list) {
          items.append(ItemText(item, of: tree, source: text.bytes))
        }
      } else {
        items.append(ItemText(root, of: tree, source: text.bytes))
      }
    }
  }

  static func parse(_ text: Span<UInt8>, path: String) throws(WorkspaceError) -> SourceTree {
    do { return try SourceTree.parse(text) } catch {
      throw WorkspaceError(.malformed, error.message, path: path, position: error.position)
    }
  }
}

/// The objects of an answer.
private struct Items: ~Copyable {
  private var texts: [HeldText] = []

  mutating func append(_ item: consuming ItemText) {
    texts.append(HeldText(WipedBuffer(copying: item.bytes.bytes)))
  }

  /// Appends them as the field `items`.
  ///
  /// - Throws: `.malformed` when one would not be read as what it is.
  func append(to output: inout WipedBuffer) throws(WorkspaceError) {
    guard !texts.isEmpty else { return output.append("items: []\n") }
    output.append("items:\n")
    for text in texts {
      output.append("- ")
      var bytes = WipedBuffer()
      text.append(to: &bytes)
      ItemText(bytes).append(to: &output)
    }
    try check(output)
  }

  private func check(_ output: borrowing WipedBuffer) throws(WorkspaceError) {
    let tree = try ResourceListFunction.parse(output.bytes, path: "-")
    let root = tree.documents.first?.root
    let list = root.flatMap { ResourceListInput.fields(of: $0, in: tree)["items"] }
    let nodes = list.map { tree.items(of: $0) } ?? []
    var isSame = nodes.count == texts.count
    for (text, node) in zip(texts, nodes) where isSame {
      var bytes = WipedBuffer()
      text.append(to: &bytes)
      let item = try ResourceListFunction.parse(bytes.bytes, path: "-")
      guard let root = item.documents.first?.root else { break }
      isSame = ItemText.isSame(root, of: item, node, of: tree)
    }
    guard isSame else {
      throw WorkspaceError(
        .malformed, "an object would not be the same in a list; write it in block style",
        path: "-")
    }
  }
}
