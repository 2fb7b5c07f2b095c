internal import CryptoCore
internal import YAMLSource

extension SOPSStore {
  /// What a text may cost: encrypted binary files are a third larger than what is in them.
  static var limits: SourceLimits {
    var limits = SourceLimits()
    limits.byteCount = 256 << 20
    return limits
  }

  /// The error for a text beyond that.
  static var tooLarge: SOPSError {
    SOPSError(.limitExceeded, "the file is larger than 256 MiB")
  }

  /// Reads a text of the store, encrypted or not; binary files only when they are encrypted.
  ///
  /// - Throws: `.syntax`, `.limitExceeded`, `.duplicateKey`, ...
  func tree(
    of text: Span<UInt8>, _ storage: SOPSStorage = SOPSStorage()
  ) throws(SOPSError) -> Tree {
    guard text.count <= Self.limits.byteCount else { throw Self.tooLarge }
    switch self {
    case .yaml: return try YAMLTreeReader.read(text, limits: Self.limits, &storage.parser)
    case .json, .binary: return try JSONTreeReader.read(text, limits: Self.limits)
    case .dotenv: return try DotenvStore.read(text)
    case .ini: return try INIReader.read(text)
    }
  }

  /// Reads a text that is to be encrypted.
  ///
  /// - Throws: As `tree(of:)`; `.emptyFile` when there is nothing in it, `.unsupportedDocument` when
  ///   SOPS would find nothing, `.reservedKey`.
  func plainTree(of text: Span<UInt8>) throws(SOPSError) -> Tree {
    if self == .binary {
      let store = TreeText()
      let entry = TreeEntry(
        key: SOPSStore.binaryKey, content: .scalar(.string), text: store.add(text))
      return Tree(documents: [[entry]], text: store)
    }
    let tree = try tree(of: text)
    guard !tree.documents.isEmpty else {
      // SOPS tells these two apart, by its exit status.
      guard self != .yaml || text.isEmpty else {
        throw SOPSError(
          .unsupportedDocument,
          "there are only blanks or comments in it, and SOPS encrypts no such file")
      }
      throw SOPSError(.emptyFile, "the file is empty, and SOPS encrypts no such file")
    }
    do { try refuseMetadata(in: tree) } catch {
      let entries = tree.documents.joined()
      let place = entries.first { MetadataPlace.isMetadata($0, of: self) }?.source.lowerBound
      throw error.at(LinePosition.of(place ?? 0, in: text))
    }
    return tree
  }

  /// Refuses a tree with a key where this store keeps metadata.
  ///
  /// - Throws: `.reservedKey`.
  func refuseMetadata(in tree: Tree) throws(SOPSError) {
    for document in tree.documents {
      for entry in document where MetadataPlace.isMetadata(entry, of: self) {
        throw SOPSError(
          .reservedKey,
          "the key '\(Printable.text(entry.key ?? ""))' is reserved for SOPS: "
            + "the file may be encrypted already")
      }
    }
  }

  /// The key that holds what is in a binary file.
  static let binaryKey = "data"

  /// Writes a tree as SOPS does.
  ///
  /// - Throws: `.unsupportedDocument`, `.unsupportedValue` for what the store cannot hold.
  func text(of tree: Tree, _ layout: SOPSLayout) throws(SOPSError) -> WipedBuffer {
    switch self {
    case .yaml: return YAMLEmitter.emit(tree, indent: layout.yamlIndent)
    case .json, .binary: return try JSONEmitter.emit(tree, indent: layout.jsonIndent)
    case .dotenv: return try DotenvStore.emit(tree)
    case .ini: return try INIEmitter.emit(tree)
    }
  }

  /// Writes a tree without encryption as SOPS does.
  func plainText(of tree: Tree, _ layout: SOPSLayout) throws(SOPSError) -> WipedBuffer {
    guard self == .binary else { return try text(of: tree, layout) }
    guard let entry = tree.documents.first?.first(where: { $0.key == SOPSStore.binaryKey }),
      case .scalar = entry.content
    else { throw SOPSError(.unsupportedDocument, "the file has no value 'data'") }
    return tree.text.lend(entry.text) { WipedBuffer(copying: $0) }
  }
}
