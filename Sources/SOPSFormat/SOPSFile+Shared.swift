internal import CryptoCore

extension SOPSFile {
  /// How many encrypted values have a ciphertext that another file has, too.
  public func sharedValueCount(with other: SOPSFile) -> Int {
    var known: Set<String> = []
    other.forEachCiphertext { known.insert($0) }
    var count = 0
    forEachCiphertext { if known.contains($0) { count += 1 } }
    return count
  }

  private func forEachCiphertext(_ body: (String) -> Void) {
    func walk(_ entries: [TreeEntry]) {
      for entry in entries {
        switch entry.content {
        case .mapping(let inner), .list(let inner): walk(inner)
        case .scalar, .comment:
          if tree.text.lend(entry.text, { EncryptedValue.isLikely($0) }) {
            body(tree.text.string(entry.text))
          }
        case .null: break
        }
      }
    }
    for document in tree.documents { walk(document) }
  }
}
