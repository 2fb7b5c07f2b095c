/// Where a store keeps the metadata: takes them out of a tree, and puts them in.
enum MetadataPlace {
  static let key = "sops"
  static let prefix = "sops_"

  /// Takes the metadata out of every document; the first one's count.
  ///
  /// - Parameter known: A rule that may be this file's, too, and need not be made ready again.
  /// - Throws: `.noMetadata`, `.malformedMetadata` and what reading them throws.
  static func take(
    from tree: inout Tree, of store: SOPSStore, known: SOPSSelection? = nil
  ) throws(SOPSError) -> SOPSMetadata {
    var found: [MetadataField]?
    for index in tree.documents.indices {
      let own = tree.documents[index].filter { isMetadata($0, of: store) }
      tree.documents[index].removeAll { isMetadata($0, of: store) }
      tree.metadata += own.map { $0.start..<$0.source.upperBound }
      guard index == 0, !own.isEmpty else { continue }
      found = try fields(of: own, tree.text, store)
    }
    guard let found else {
      throw SOPSError(.noMetadata, "the file has no metadata of SOPS: it is not encrypted")
    }
    return try SOPSMetadata(fields: found, known: known)
  }

  /// Whether an entry of a document's mapping is metadata, or would be taken for it.
  static func isMetadata(_ entry: TreeEntry, of store: SOPSStore) -> Bool {
    guard let name = entry.key else { return false }
    return store == .dotenv ? name.hasPrefix(prefix) : name == key
  }

  private static func fields(
    of entries: [TreeEntry], _ text: TreeText, _ store: SOPSStore
  ) throws(SOPSError) -> [MetadataField] {
    switch store {
    case .dotenv:
      return try FlatMetadata.unflatten(
        entries.map { entry in
          let name = String((entry.key ?? "").dropFirst(prefix.count))
          return MetadataField(name, value(of: entry, text))
        })
    case .yaml, .json, .binary, .ini:
      guard entries.count == 1, let entry = entries.first else {
        throw SOPSError(.malformedMetadata, "the metadata of SOPS are there twice")
      }
      guard case .mapping = entry.content else {
        throw SOPSError(.malformedMetadata, "the metadata of SOPS are not a mapping")
      }
      let fields = value(of: entry, text).fields
      guard store == .ini else { return fields }
      return try FlatMetadata.unflatten(
        fields.map { field in
          guard case .text(let text) = field.value else { return field }
          return MetadataField(field.name, .text(FlatText.unescaped(text)))
        })
    }
  }

  private static func value(of entry: TreeEntry, _ text: TreeText) -> MetadataValue {
    switch entry.content {
    case .comment, .null: return .null
    case .mapping(let entries):
      var fields: [MetadataField] = []
      fields.reserveCapacity(entries.count)
      for entry in entries where !entry.isComment {
        fields.append(MetadataField(entry.key ?? "", value(of: entry, text)))
      }
      return .mapping(fields)
    case .list(let entries):
      return .list(entries.filter { !$0.isComment }.map { value(of: $0, text) })
    case .scalar(let type):
      let string = text.string(entry.text)
      switch type {
      case .integer: return Int(string).map { .integer($0) } ?? .text(string)
      case .boolean: return .boolean(string == "True")
      default: return .text(string)
      }
    }
  }

  /// Puts metadata at the end of every document.
  static func put(_ metadata: SOPSMetadata, into tree: inout Tree, of store: SOPSStore) {
    let entries = entries(for: metadata, tree.text, store)
    for index in tree.documents.indices { tree.documents[index] += entries }
  }

  private static func entries(
    for metadata: SOPSMetadata, _ text: TreeText, _ store: SOPSStore
  ) -> [TreeEntry] {
    let fields = metadata.fields
    switch store {
    case .yaml, .json, .binary:
      return [entry(MetadataField(key, .mapping(fields)), text)]
    case .dotenv:
      return FlatMetadata.flatten(fields).map { field in
        entry(MetadataField(prefix + field.name, field.value), text)
      }
    case .ini:
      // Newlines are written as \n here, which the store itself does not know.
      let flat = FlatMetadata.flatten(fields).map { field in
        guard case .text(let text) = field.value else { return field }
        let escaped = text.split(separator: "\n", omittingEmptySubsequences: false)
          .joined(separator: "\\n")
        return MetadataField(field.name, .text(escaped))
      }
      return [entry(MetadataField(key, .mapping(flat)), text)]
    }
  }

  private static func entry(_ field: MetadataField?, _ value: MetadataValue, _ text: TreeText)
    -> TreeEntry
  {
    var entry = TreeEntry(key: field?.name, content: .null)
    switch value {
    case .null: break
    case .text(let string):
      entry.content = .scalar(.string)
      entry.text = text.add(Array(string.utf8))
    case .integer(let number):
      entry.content = .scalar(.integer)
      entry.text = text.add(Array(String(number).utf8))
    case .boolean(let flag):
      entry.content = .scalar(.boolean)
      entry.text = text.add(Array((flag ? "True" : "False").utf8))
    case .list(let items):
      entry.content = .list(items.map { self.entry(nil, $0, text) })
    case .mapping(let fields):
      entry.content = .mapping(fields.map { self.entry($0, text) })
    }
    return entry
  }

  private static func entry(_ field: MetadataField, _ text: TreeText) -> TreeEntry {
    entry(field, field.value, text)
  }
}
