public import CryptoCore

extension SOPSFile {
  /// The encrypted text with fingerprints in the place of encrypted values, without its metadata: for
  /// people who read what changed.
  ///
  /// - Parameters:
  ///   - key: The data key: fingerprints are those of values (`value:`); without it those of
  ///     ciphertext (`token:`).
  ///   - fingerprint: Makes one of a text at a place.
  /// - Throws: What `decrypt` throws, when there is a key.
  public func fingerprinted(
    _ key: borrowing SOPSDataKey, fingerprint: (_ text: Span<UInt8>, _ place: [String]) -> String
  ) throws(SOPSError) -> WipedBuffer {
    let opened = try open(key, nonces: nil)
    return try shown(values: opened.tree, mark: "value:", fingerprint)
  }

  /// The same without a key.
  ///
  /// - Throws: `.unsupportedDocument` when the store cannot hold what comes out.
  public func fingerprinted(
    fingerprint: (_ text: Span<UInt8>, _ place: [String]) -> String
  ) throws(SOPSError) -> WipedBuffer {
    try shown(values: tree, mark: "token:", fingerprint)
  }

  private func shown(
    values: Tree, mark: String, _ fingerprint: (_ text: Span<UInt8>, _ place: [String]) -> String
  ) throws(SOPSError) -> WipedBuffer {
    var result = Tree(text: TreeText())
    var copies: [String: Int] = [:]
    func shown(_ old: TreeEntry, _ value: TreeEntry, _ path: [String]) -> TreeEntry {
      var entry = value
      switch (old.content, value.content) {
      case (.mapping(let before), .mapping(let after)):
        entry.content = .mapping(shown(before, after, path))
      case (.list(let before), .list(let after)):
        entry.content = .list(shown(before, after, path))
      default:
        guard tree.text.lend(old.text, { EncryptedValue.isLikely($0) }) else {
          entry.text = values.text.lend(value.text) { result.text.add($0) }
          return entry
        }
        var text = values.text.lend(value.text) { fingerprint($0, path) }
        // Equal items of a list are told apart by their number.
        let number = copies[text, default: 0]
        copies[text] = number + 1
        if number > 0 {
          text = values.text.lend(value.text) { fingerprint($0, path + ["\(number)"]) }
        }
        entry.text = result.text.add(Array((mark + text).utf8))
        if case .scalar = entry.content { entry.content = .scalar(.string) }
      }
      return entry
    }
    func shown(_ before: [TreeEntry], _ after: [TreeEntry], _ path: [String]) -> [TreeEntry] {
      zip(before, after).map { old, new in
        shown(old, new, path + [old.key ?? (old.isComment ? "#" : "-")])
      }
    }
    for (index, pair) in zip(tree.documents, values.documents).enumerated() {
      result.documents.append(shown(pair.0, pair.1, ["\(index)"]))
    }
    return try preservedText(of: result, .standard)
  }
}
