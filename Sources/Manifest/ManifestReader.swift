public import YAMLSource

/// Finds the Secrets of a manifest (docs/format.md, section 2).
public enum ManifestReader {
  /// Every Secret, in the order of the text.
  ///
  /// - Throws: `ManifestError` when a Secret is not one that can be worked on. Other documents are
  ///   not judged.
  public static func units(
    in tree: SourceTree, source: Span<UInt8>
  ) throws(ManifestError) -> [SecretUnit] {
    var units: [SecretUnit] = []
    for (index, document) in tree.documents.enumerated() {
      guard let root = document.root else { continue }
      let header = header(of: root, in: tree)
      if header.kind == "Secret", header.apiVersion == "v1" {
        units.append(
          try UnitReader(tree: tree, root: root, document: index, header: header)
            .read(source))
      } else if header.apiVersion == "v1", header.kind == "List" || header.kind == "SecretList" {
        for item in items(of: root, in: tree) {
          var itemHeader = Self.header(of: item, in: tree)
          if header.kind == "SecretList", itemHeader.kind.isEmpty, itemHeader.apiVersion.isEmpty {
            itemHeader = DocumentKind(apiVersion: "v1", kind: "Secret")
          }
          guard itemHeader.kind == "Secret", itemHeader.apiVersion == "v1" else { continue }
          units.append(
            try UnitReader(tree: tree, root: item, document: index, header: itemHeader)
              .read(source))
        }
      }
    }
    return units
  }

  /// The kind of every document.
  public static func kinds(in tree: SourceTree) -> [DocumentKind] {
    tree.documents.compactMap { document in document.root.map { header(of: $0, in: tree) } }
  }

  private static func header(of root: NodeID, in tree: SourceTree) -> DocumentKind {
    var apiVersion = ""
    var kind = ""
    for pair in tree.pairs(of: root) {
      if tree.hasValue(pair.key, "apiVersion") {
        apiVersion = tree.string(of: pair.value) ?? ""
      } else if tree.hasValue(pair.key, "kind") {
        kind = tree.string(of: pair.value) ?? ""
      }
    }
    return DocumentKind(apiVersion: apiVersion, kind: kind)
  }

  private static func items(of root: NodeID, in tree: SourceTree) -> [NodeID] {
    for pair in tree.pairs(of: root) where tree.hasValue(pair.key, "items") {
      return tree.items(of: pair.value)
    }
    return []
  }
}
