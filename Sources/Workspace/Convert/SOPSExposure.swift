internal import Manifest
internal import YAMLSource

/// What SOPS had encrypted and other forms leave readable: all but the values of Secrets, and but
/// the fields that are sealed of other objects.
struct SOPSExposure {
  private let tree: SourceTree
  private let plaintext: SourceTree
  /// Where the values of Secrets stand.
  private var values: [Range<Int>] = []
  /// What is sealed of other objects.
  private var fields: Set<NodeID> = []

  /// Where the first such value or comment stands; nil when there is none.
  ///
  /// The names, labels and annotations of Secrets do not count, nor what they are.
  ///
  /// - Parameter sealed: Which fields of other objects are sealed.
  static func first(
    in source: Span<UInt8>, opened: Span<UInt8>, sealed: FieldChoice
  ) -> SourcePosition? {
    guard let tree = try? SourceTree.parse(source), let plaintext = try? SourceTree.parse(opened)
    else { return .start }
    var exposure = SOPSExposure(tree: tree, plaintext: plaintext)
    for unit in (try? ManifestReader.units(in: tree, source: source, fields: sealed)) ?? []
    where !unit.isSecret {
      exposure.fields.formUnion(unit.entries.compactMap(\.node))
      exposure.values += unit.entries.filter { $0.kind == .comment }.map {
        $0.contentRange.lowerBound - 1..<$0.contentRange.upperBound
      }
    }
    return exposure.first(source).map { tree.position(of: $0, in: source) }
  }

  private init(tree: SourceTree, plaintext: SourceTree) {
    self.tree = tree
    self.plaintext = plaintext
  }

  private static let fieldsOfSecrets: Set<String> = [
    "apiVersion", "kind", "type", "immutable", "metadata", "data", "stringData", "sops",
  ]
  private static let fieldsOfLists: Set<String> = ["apiVersion", "kind", "metadata", "sops"]

  private mutating func first(_ source: Span<UInt8>) -> Int? {
    let roots = plaintext.documents.map(\.root)
    for (index, document) in tree.documents.enumerated() {
      guard let root = document.root else { continue }
      let opened = roots.indices.contains(index) ? roots[index] : nil
      if let found = first(in: root, opened) { return found }
    }
    return tree.comments.first { comment in
      isEncrypted(comment, source) && !values.contains { $0.contains(comment.lowerBound) }
    }?.lowerBound
  }

  /// - Parameter opened: The same object in the plaintext.
  private mutating func first(in object: NodeID, _ opened: NodeID?) -> Int? {
    let kind = opened.flatMap { text("kind", of: $0) } ?? ""
    let isOfCore = opened.flatMap { text("apiVersion", of: $0) } == "v1"
    let isList = isOfCore && kind.hasSuffix("List")
    guard isOfCore, isList || kind == "Secret" else { return encrypted(in: object, but: ["sops"]) }
    if let found = encrypted(
      in: object, but: isList ? Self.fieldsOfLists.union(["items"]) : Self.fieldsOfSecrets)
    {
      return found
    }
    guard isList else {
      for key in ["data", "stringData"] {
        guard let pair = tree.field(key, of: object) else { continue }
        values.append(tree[pair.key].range.upperBound..<tree[pair.value].range.upperBound)
      }
      return nil
    }
    let items = tree.field("items", of: object).map { tree.items(of: $0.value) } ?? []
    let openedItems =
      opened.flatMap { plaintext.field("items", of: $0) }.map {
        plaintext.items(of: $0.value)
      } ?? []
    for (index, item) in items.enumerated() {
      let same = openedItems.indices.contains(index) ? openedItems[index] : nil
      if let found = first(in: item, same) { return found }
    }
    return nil
  }

  private func text(_ key: String, of object: NodeID) -> String? {
    plaintext.field(key, of: object).flatMap { plaintext.fieldText($0.value) }
  }

  /// The first encrypted value in an object, some of its fields aside.
  private func encrypted(in object: NodeID, but fields: Set<String>) -> Int? {
    guard case .mapping = tree[object].kind else { return encrypted(in: object) }
    for pair in tree.pairs(of: object) where !fields.contains(tree.string(of: pair.key) ?? "") {
      if let found = encrypted(in: pair.value) { return found }
    }
    return nil
  }

  private func encrypted(in node: NodeID) -> Int? {
    var open = [node]
    while let next = open.popLast() {
      let isEncrypted = tree.withValue(of: next) { text in Self.isMarked(text) }
      if isEncrypted, !fields.contains(next) { return tree[next].range.lowerBound }
      open += tree.children(of: next).reversed()
    }
    return nil
  }

  private static func isMarked(_ text: Span<UInt8>) -> Bool {
    let mark = Array("ENC[AES256_GCM,".utf8)
    guard text.count >= mark.count else { return false }
    for index in mark.indices where text[index] != mark[index] { return false }
    return true
  }

  private func isEncrypted(_ comment: Range<Int>, _ source: Span<UInt8>) -> Bool {
    let text = source.extracting(
      min(comment.lowerBound + 1, comment.upperBound)..<comment.upperBound)
    return Self.isMarked(text)
  }
}
