internal import CryptoCore

/// A value or a comment of a file, and where it stands.
public struct SOPSFileEntry: Sendable {
  /// The number of its document, from 0.
  public let document: Int
  /// The way to a value; of a comment, the way to the mapping or list that it stands in.
  public let path: [SOPSPathStep]
  /// Whether it is a comment.
  public let isComment: Bool
  /// Whether it is encrypted.
  public let isEncrypted: Bool
  /// Whether it is a value that the file's rule says must be encrypted, and it is not.
  public let isBare: Bool
}

extension SOPSFile {
  /// How many values and comments of a file are gone through; more take aliases, which multiply them.
  public static let maximumEntryCount = 400_000

  /// Lends every value and comment as it stands in the file, in its order; empty ones are left out.
  ///
  /// - Throws: `.unsupportedDocument` when there are more than `maximumEntryCount`.
  public func forEachEntry(
    _ body: (_ entry: SOPSFileEntry, _ text: Span<UInt8>) -> Void
  ) throws(SOPSError) {
    var walk = EntryWalk(tree, metadata.selection.selector)
    try walk.run { entry, encrypted, _ in tree.text.lend(encrypted.text) { body(entry, $0) } }
  }

  /// The same with what each stands for, whatever the MAC says: each value is authentic at its place.
  ///
  /// - Throws: As `forEachEntry`; `.malformedValue`, `.unsupportedType`, `.valueNotAuthentic`.
  public func forEachEntry(
    _ key: borrowing SOPSDataKey,
    _ body: (_ entry: SOPSFileEntry, _ text: Span<UInt8>, _ value: Span<UInt8>) -> Void
  ) throws(SOPSError) {
    let opened = try decrypted(key, nonces: nil, acceptsPlaintext: true)
    let plain = opened.tree
    var walk = EntryWalk(tree, metadata.selection.selector, plain)
    try walk.run { entry, encrypted, opened in
      tree.text.lend(encrypted.text) { text in
        plain.text.lend(opened.text) { value in body(entry, text, value) }
      }
    }
  }

  /// The keys at the top of a document.
  public func topKeys(ofDocument document: Int) -> Set<String> {
    guard tree.documents.indices.contains(document) else { return [] }
    return Set(tree.documents[document].compactMap(\.key))
  }

  /// A text that the file's rule leaves readable; nil where there is none.
  ///
  /// - Parameter path: Keys from the top of a document.
  public func readableText(at path: [String], document: Int) -> String? {
    guard tree.documents.indices.contains(document) else { return nil }
    var entries = tree.documents[document]
    for (depth, key) in path.enumerated() {
      guard let entry = entries.first(where: { $0.key.isExactly(key) }) else { return nil }
      switch entry.content {
      case .mapping(let inner): entries = inner
      case .scalar(.string) where depth + 1 == path.count:
        let isEncrypted = tree.text.lend(entry.text) { EncryptedValue.isLikely($0) }
        return isEncrypted ? nil : tree.text.string(entry.text)
      default: return nil
      }
    }
    return nil
  }
}

/// Goes through a tree, and one of the same shape beside it.
private struct EntryWalk {
  private let tree: Tree
  private let selector: Selector
  private let beside: Tree
  private var path: [SOPSPathStep] = []
  private var count = 0

  typealias Body = (_ entry: SOPSFileEntry, _ encrypted: TreeEntry, _ beside: TreeEntry) -> Void

  init(_ tree: Tree, _ selector: Selector, _ beside: Tree? = nil) {
    self.tree = tree
    self.selector = selector
    self.beside = beside ?? tree
  }

  mutating func run(_ body: Body) throws(SOPSError) {
    for (number, pair) in zip(tree.documents, beside.documents).enumerated() {
      let state = selector.inside(Selector.State())
      try walk(pair.0, pair.1, number, state, body)
    }
  }

  private mutating func walk(
    _ entries: [TreeEntry], _ others: [TreeEntry], _ document: Int, _ outer: Selector.State,
    _ body: Body
  ) throws(SOPSError) {
    var index = 0
    var state = selector.inside(outer)
    for (entry, other) in zip(entries, others) {
      var below = state
      if entry.isComment {
        _ = selector.encrypts(comment: entry.text, in: tree.text, &state)
      } else {
        if let key = entry.key { below = selector.below(key, state) }
        path.append(entry.key.map { .key($0) } ?? .index(index))
        index += 1
      }
      switch (entry.content, other.content) {
      case (.mapping(let inner), .mapping(let opened)), (.list(let inner), .list(let opened)):
        try walk(inner, opened, document, below, body)
      case (.null, _), (.mapping, _), (.list, _): break
      case (.scalar, _), (.comment, _):
        let isDue = !entry.isComment && selector.encrypts(below)
        try lend(entry, other, document, isDue: isDue, body)
      }
      guard !entry.isComment else { continue }
      path.removeLast()
      state = selector.behindValue(state)
    }
  }

  private mutating func lend(
    _ entry: TreeEntry, _ other: TreeEntry, _ document: Int, isDue: Bool, _ body: Body
  ) throws(SOPSError) {
    guard !entry.text.isEmpty else { return }
    count += 1
    guard count <= SOPSFile.maximumEntryCount else {
      throw SOPSError(.unsupportedDocument, "there are too many values in it")
    }
    let isEncrypted = tree.text.lend(entry.text) { EncryptedValue.isLikely($0) }
    body(
      SOPSFileEntry(
        document: document, path: path, isComment: entry.isComment, isEncrypted: isEncrypted,
        isBare: isDue && !isEncrypted),
      entry, other)
  }
}
