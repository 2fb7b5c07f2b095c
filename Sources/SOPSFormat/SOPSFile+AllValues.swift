public import CryptoCore

/// The values of a decrypted file, one by one.
public struct SOPSValues: ~Copyable {
  /// The bytes of all values, as SOPS encrypts them: numbers and the like as texts.
  public private(set) var bytes = WipedBuffer()
  /// Where each value stands in the file, and in `bytes`; nulls are left out.
  public private(set) var values: [(path: [SOPSPathStep], range: Range<Int>)] = []

  fileprivate init() {}

  fileprivate mutating func add(_ entries: [TreeEntry], of text: TreeText, at path: [SOPSPathStep])
  {
    var index = 0
    for entry in entries where !entry.isComment {
      let place = path + [entry.key.map { .key($0) } ?? .index(index)]
      index += 1
      switch entry.content {
      case .comment, .null: break
      case .mapping(let inner), .list(let inner): add(inner, of: text, at: place)
      case .scalar:
        let start = bytes.count
        text.lend(entry.text) { bytes.append($0) }
        values.append((place, start..<bytes.count))
      }
    }
  }
}

extension SOPSFile {
  /// Decrypts the file and gives its values, those of all documents, in order.
  ///
  /// - Throws: As `decrypt`.
  public func values(_ key: borrowing SOPSDataKey) throws(SOPSError) -> SOPSValues {
    let opened = try open(key, nonces: nil)
    var values = SOPSValues()
    for document in opened.tree.documents { values.add(document, of: opened.tree.text, at: []) }
    return values
  }
}
