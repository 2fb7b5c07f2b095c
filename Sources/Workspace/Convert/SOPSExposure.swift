internal import Manifest
internal import YAMLSource

/// What SOPS had encrypted and other forms leave readable: all but the values of Secrets.
struct SOPSExposure {
  private let tree: SourceTree
  private let plaintext: SourceTree
  /// The documents of the plaintext that are Secrets, or hold some.
  private let secrets: Set<Int>

  /// Where the first such value or comment stands; nil when there is none.
  ///
  /// The names, labels and annotations of Secrets do not count, nor what they are.
  static func first(in source: Span<UInt8>, opened: Span<UInt8>) -> SourcePosition? {
    guard let tree = try? SourceTree.parse(source), let plaintext = try? SourceTree.parse(opened),
      let units = try? ManifestReader.units(in: plaintext, source: opened)
    else { return .start }
    let exposure = SOPSExposure(
      tree: tree, plaintext: plaintext, secrets: Set(units.map(\.document)))
    return exposure.first(source).map { tree.position(of: $0, in: source) }
  }

  private static let fieldsOfSecrets: Set<String> = [
    "apiVersion", "kind", "type", "immutable", "metadata", "data", "stringData", "sops",
  ]

  private func first(_ source: Span<UInt8>) -> Int? {
    for (index, document) in tree.documents.enumerated() {
      guard let root = document.root else { continue }
      let isSecret = secrets.contains(index) && !isList(index)
      for pair in tree.pairs(of: root) {
        let key = tree.string(of: pair.key) ?? ""
        if key == "sops" || (isSecret && Self.fieldsOfSecrets.contains(key)) { continue }
        if let found = encrypted(in: pair.value) { return found }
      }
      guard tree.pairs(of: root).isEmpty else { continue }
      if let found = encrypted(in: root) { return found }
    }
    return tree.comments.first { isEncrypted($0, source) && !isInData($0) }?.lowerBound
  }

  private func isList(_ document: Int) -> Bool {
    guard plaintext.documents.indices.contains(document),
      let root = plaintext.documents[document].root
    else { return false }
    return plaintext.field("items", of: root) != nil
  }

  private func encrypted(in node: NodeID) -> Int? {
    var open = [node]
    while let next = open.popLast() {
      let isEncrypted = tree.withValue(of: next) { text in Self.isMarked(text) }
      if isEncrypted { return tree[next].range.lowerBound }
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

  /// Whether a comment stands among a Secret's values, where it is sealed or left out.
  private func isInData(_ comment: Range<Int>) -> Bool {
    tree.documents.enumerated().contains { index, document in
      guard secrets.contains(index), let root = document.root else { return false }
      return ["data", "stringData"].contains { key in
        guard let pair = tree.field(key, of: root) else { return false }
        let range = tree[pair.value].range
        return tree[pair.key].range.upperBound <= comment.lowerBound
          && comment.lowerBound < range.upperBound
      }
    }
  }
}
