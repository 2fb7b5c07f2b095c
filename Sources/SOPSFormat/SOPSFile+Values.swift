public import CryptoCore

/// The values at the top of a file, as environment variables have them.
public struct SOPSVariables: ~Copyable {
  /// The values, one behind the other.
  public let bytes: WipedBuffer
  /// Names, and where in the bytes their values are; in the file's order.
  public let entries: [(name: String, value: Range<Int>)]
}

extension SOPSFile {
  /// A part of the decrypted file: a text as it is, a mapping as a file of the store, anything else as
  /// the store writes it alone.
  ///
  /// - Parameters:
  ///   - path: The way, in the first document of YAML.
  ///   - output: The store; the file's own when nil.
  /// - Throws: What `decrypt` throws; `.noSuchPath`; `.unsupportedDocument` when the store cannot
  ///   hold the part.
  public func extract(
    _ path: [SOPSPathStep], _ key: borrowing SOPSDataKey, as output: SOPSStore? = nil,
    layout: SOPSLayout = .standard
  ) throws(SOPSError) -> WipedBuffer {
    var tree = try open(key, nonces: nil).tree
    let entry = try TreeEdit.entry(at: path[...], in: tree.documents.first ?? [])
    let output = output ?? store
    switch (entry.content, output) {
    case (.scalar(.string), _), (.scalar(.bytes), _):
      return tree.text.lend(entry.text) { WipedBuffer(copying: $0) }
    case (.mapping(let entries), _):
      tree.documents[0] = entries
      return try output.plainText(of: tree, layout)
    case (_, .yaml): return YAMLEmitter.emit(value: entry, of: tree.text)
    case (_, .json):
      return try JSONEmitter.emit(value: entry, of: tree.text, indent: layout.jsonIndent)
    default:
      throw SOPSError(
        .unsupportedDocument, "a file of this kind cannot hold the value alone: choose YAML or JSON"
      )
    }
  }

  /// The values at the top of the first document.
  ///
  /// - Throws: What `decrypt` throws; `.unsupportedDocument` for a mapping or a list, and for a name
  ///   with `=`.
  public func variables(_ key: borrowing SOPSDataKey) throws(SOPSError) -> SOPSVariables {
    let tree = try open(key, nonces: nil).tree
    var bytes = WipedBuffer()
    var entries: [(name: String, value: Range<Int>)] = []
    for entry in tree.documents.first ?? [] {
      guard let name = entry.key else { continue }
      let start = bytes.count
      switch entry.content {
      case .comment: continue
      case .null: bytes.append(FlatText.null)
      case .scalar(let type):
        tree.text.lend(entry.text) { FlatText.appendValue($0, type, to: &bytes) }
      case .mapping, .list:
        throw SOPSError(
          .unsupportedDocument,
          "'\(Printable.text(name))' is a mapping or a list, which no variable can hold")
      }
      guard !name.utf8.contains(UInt8(ascii: "=")), !name.isEmpty else {
        throw SOPSError(
          .unsupportedDocument, "'\(Printable.text(name))' cannot be the name of a variable")
      }
      entries.append((name, start..<bytes.count))
    }
    return SOPSVariables(bytes: bytes, entries: entries)
  }

  /// Whether there is this very value at a path already.
  ///
  /// - Parameter json: The value in JSON, which the caller wipes.
  /// - Throws: What `decrypt` throws; `.syntax` when the value is not JSON.
  public func holds(
    _ json: Span<UInt8>, at path: [SOPSPathStep], _ key: borrowing SOPSDataKey
  ) throws(SOPSError) -> Bool {
    let tree = try open(key, nonces: nil).tree
    let value = try TreeEdit.value(json: json, tree.text)
    guard let found = try? TreeEdit.entry(at: path[...], in: tree.documents.first ?? []) else {
      return false
    }
    let mine = Tree(documents: [[found]], text: tree.text)
    var theirs = value
    theirs.key = found.key
    return mine.holdsSame(as: Tree(documents: [[theirs]], text: tree.text))
  }
}
