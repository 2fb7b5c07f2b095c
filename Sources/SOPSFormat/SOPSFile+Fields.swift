public import CryptoCore

extension SOPSFile {
  /// The decrypted values as one JSON object, without comments: what SOPS publishes to Vault.
  ///
  /// Of several documents the later one counts where both have a key.
  ///
  /// - Throws: What `decrypt` throws; `.unsupportedValue` for what JSON cannot hold.
  public func fields(_ key: borrowing SOPSDataKey) throws(SOPSError) -> WipedBuffer {
    var tree = try open(key, nonces: nil).tree
    var fields: [TreeEntry] = []
    var places: [[UInt8]: Int] = [:]
    for entry in tree.documents.joined() {
      guard let name = entry.key.map({ Array($0.utf8) }) else { continue }
      if let place = places[name] {
        fields[place] = entry
      } else {
        places[name] = fields.count
        fields.append(entry)
      }
    }
    tree.documents = [fields]
    return try JSONEmitter.emit(tree, indent: nil)
  }
}

/// Plain JSON texts.
public enum JSONValues {
  /// Whether two objects hold the same, in whatever order their keys stand; false when one is none.
  public static func areSame(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    do {
      let (mine, theirs) = (try SOPSStore.json.tree(of: left), try SOPSStore.json.tree(of: right))
      return sorted(mine).holdsSame(as: sorted(theirs))
    } catch { return false }
  }

  private static func sorted(_ tree: Tree) -> Tree {
    var tree = tree
    tree.documents = tree.documents.map { sorted($0) }
    return tree
  }

  private static func sorted(_ entries: [TreeEntry]) -> [TreeEntry] {
    entries.map { withSortedKeys($0) }.sorted { ($0.key ?? "") < ($1.key ?? "") }
  }

  private static func withSortedKeys(_ entry: TreeEntry) -> TreeEntry {
    var entry = entry
    switch entry.content {
    case .mapping(let inner): entry.content = .mapping(sorted(inner))
    case .list(let items): entry.content = .list(items.map { withSortedKeys($0) })
    default: break
    }
    return entry
  }
}
