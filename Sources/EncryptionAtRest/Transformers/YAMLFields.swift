internal import CryptoCore
internal import YAMLSource

/// Fields of a small YAML or JSON text, with the place of what is wrong.
struct YAMLFields: ~Copyable {
  private let text: WipedBuffer
  private let tree: SourceTree

  /// Reads a text.
  ///
  /// - Throws: `.malformedKeys`.
  init(_ bytes: Span<UInt8>) throws(StorageError) {
    do throws(SourceError) { tree = try SourceTree.parse(bytes) } catch {
      throw StorageError(
        .malformedKeys, error.message, line: error.position.line, column: error.position.column)
    }
    text = WipedBuffer(copying: bytes)
  }

  /// The first document.
  ///
  /// - Throws: `.malformedKeys` when there is none.
  func root() throws(StorageError) -> NodeID {
    for document in tree.documents {
      if let root = document.root { return root }
    }
    throw StorageError(.malformedKeys, "there is nothing in it")
  }

  private func resolved(_ id: NodeID) -> NodeID { tree.target(of: id) ?? id }

  /// A mapping's value under a key; nil when there is none.
  func value(_ key: StaticString, of id: NodeID) -> NodeID? {
    for pair in tree.pairs(of: resolved(id)) where tree.hasValue(pair.key, key) {
      return resolved(pair.value)
    }
    return nil
  }

  /// The keys and values of a mapping.
  func pairs(of id: NodeID?) throws(StorageError) -> [(key: String, value: NodeID)] {
    guard let id else { return [] }
    guard case .mapping = tree[resolved(id)].kind else { throw error("not a mapping", at: id) }
    var pairs: [(key: String, value: NodeID)] = []
    for pair in tree.pairs(of: resolved(id)) {
      pairs.append((try string(pair.key), resolved(pair.value)))
    }
    return pairs
  }

  /// The items of a list; none where it is left out.
  func items(of id: NodeID?) throws(StorageError) -> [NodeID] {
    guard let id else { return [] }
    guard case .sequence = tree[resolved(id)].kind else { throw error("not a list", at: id) }
    return tree.items(of: resolved(id)).map { resolved($0) }
  }

  /// A scalar that is no secret.
  func string(_ id: NodeID?) throws(StorageError) -> String {
    guard let id else { return "" }
    guard let text = tree.string(of: resolved(id)) else { throw error("not a text", at: id) }
    return text
  }

  /// A scalar's bytes, written in hexadecimal.
  func secret(_ id: NodeID?) throws(StorageError) -> WipedBuffer {
    guard let id else { throw StorageError(.malformedKeys, "a key without its bytes") }
    var result = WipedBuffer()
    let isDecoded = tree.withValue(of: resolved(id)) { Self.decodeHexadecimal($0, &result) }
    guard isDecoded else { throw error("not hexadecimal", at: id) }
    return result
  }

  private static func decodeHexadecimal(
    _ value: Span<UInt8>, _ result: inout WipedBuffer
  ) -> Bool {
    guard value.count.isMultiple(of: 2) else { return false }
    for index in stride(from: 0, to: value.count, by: 2) {
      guard let high = digit(value[index]), let low = digit(value[index + 1]) else { return false }
      result.append(high << 4 | low)
    }
    return true
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }

  /// An error at a node.
  func error(_ message: String, at id: NodeID) -> StorageError {
    let position = tree.position(of: tree[id].range.lowerBound, in: text.bytes)
    return StorageError(
      .malformedKeys, message, line: position.line, column: position.column)
  }
}
