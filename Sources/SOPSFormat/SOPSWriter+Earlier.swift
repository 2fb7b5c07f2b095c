public import CryptoCore

extension SOPSWriter {
  /// Encrypts a plaintext of which there is an earlier encrypted version, with that one's data key:
  /// values that are as they were at their places keep their ciphertext, and recipients and rule stay.
  ///
  /// - Returns: nil when keys, values and comments are those of the earlier version: it will do.
  /// - Throws: What `SOPSFile.decrypt` and `encrypt` throw.
  public mutating func encrypt(
    _ plaintext: Span<UInt8>, after earlier: SOPSFile, _ key: borrowing SOPSDataKey
  ) throws(SOPSError) -> WipedBuffer? {
    let nonces = try NonceMemory()
    let opened = try earlier.open(key, nonces: nonces)
    let tree = try earlier.store.plainTree(of: plaintext)
    if tree.isSame(as: opened.tree, encryptedAs: earlier.tree) { return nil }
    return try write(tree, earlier.metadata, key, earlier.store, nonces: nonces)
  }
}

extension Tree {
  /// Whether both hold the same keys, values and comments in the same order.
  ///
  /// - Parameter encrypted: The tree that the other was decrypted from, which still knows which
  ///   comments stand behind a value.
  fileprivate func isSame(as other: Tree, encryptedAs encrypted: Tree) -> Bool {
    holdsSame(as: other)
      && zip(documents, zip(other.documents, encrypted.documents)).allSatisfy {
        hasSameComments($0, $1.0, $1.1, other)
      }
  }

  private func hasSameComments(
    _ mine: [TreeEntry], _ theirs: [TreeEntry], _ encrypted: [TreeEntry], _ other: Tree
  ) -> Bool {
    guard mine.count == theirs.count, theirs.count == encrypted.count else { return false }
    for (entry, (before, sealed)) in zip(mine, zip(theirs, encrypted)) {
      switch (entry.content, before.content, sealed.content) {
      case (.mapping(let inner), .mapping(let old), .mapping(let sealed)),
        (.list(let inner), .list(let old), .list(let sealed)):
        guard hasSameComments(inner, old, sealed, other) else { return false }
      case (.comment(let isInline), .comment, let content):
        if case .comment(let wasInline) = content, isInline != wasInline { return false }
        let isSame = text.lend(entry.text) { left in
          other.text.lend(before.text) { right in ConstantTime.equal(left, right) }
        }
        guard isSame else { return false }
      case (.comment, _, _), (_, .comment, _): return false
      default: break
      }
    }
    return true
  }
}
