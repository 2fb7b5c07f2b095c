internal import CryptoCore
internal import YAMLSource

/// An encrypted file, read and taken apart.
///
/// Not for several threads at once: each worker reads its own.
public final class SOPSFile {
  /// How the file is laid out.
  public let store: SOPSStore
  /// What the file says about itself.
  public let metadata: SOPSMetadata
  /// Whether the MAC must hold before anything comes out; false only to save what is left of a
  /// damaged file, since values may then have been added, removed, moved and replaced by older ones.
  public var checksMAC = true
  /// The file without its metadata.
  let tree: Tree
  /// What reading and decrypting it uses.
  let storage: SOPSStorage
  private let source: Source

  private struct Source: ~Copyable {
    let bytes: WipedBuffer

    borrowing func lend<Result: ~Copyable, Failure: Error>(
      _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
      try body(bytes.bytes)
    }
  }

  /// Reads an encrypted file.
  ///
  /// - Parameter storage: Kept for all files of a worker.
  /// - Throws: `.noMetadata` when it is not encrypted; `.syntax`, `.malformedMetadata`,
  ///   `.conflictingRules`, `.malformedRule`, `.noKeys`, `.duplicateKey`, ...
  public static func read(
    _ text: Span<UInt8>, store: SOPSStore, storage: SOPSStorage = SOPSStorage()
  ) throws(SOPSError) -> SOPSFile {
    if store == .binary, let file = BinaryFile(text) {
      guard text.count <= SOPSStore.limits.byteCount else { throw SOPSStore.tooLarge }
      var tree = try file.tree(of: text)
      let metadata = try MetadataPlace.take(from: &tree, of: store, known: storage.selection)
      return SOPSFile(store, metadata, tree, WipedBuffer(copying: file.frame.bytes), storage)
    }
    var tree = try store.tree(of: text, storage)
    let metadata = try MetadataPlace.take(from: &tree, of: store, known: storage.selection)
    return SOPSFile(store, metadata, tree, WipedBuffer(copying: text), storage)
  }

  private init(
    _ store: SOPSStore, _ metadata: SOPSMetadata, _ tree: Tree, _ source: consuming WipedBuffer,
    _ storage: SOPSStorage
  ) {
    storage.selection = metadata.selection
    self.storage = storage
    self.store = store
    self.metadata = metadata
    self.tree = tree
    self.source = Source(bytes: source)
  }

  /// Lends the encrypted text, of a large binary file without its value.
  func withSource<Result: ~Copyable, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try source.lend(body)
  }
}
