internal import CryptoCore
internal import Platform
internal import YAMLSource

/// Refuses files with values that SOPS encrypted and without SOPS's metadata.
///
/// A bad merge or a hand has taken these away. Opened as it is, the ciphertext would pass for the
/// values; sealed, nobody would get them back.
enum LostSOPSMetadata {
  private static let mark: StaticString = "ENC[AES256_GCM,data:"

  /// Looks at a text that is no SOPS file.
  ///
  /// - Throws: `.malformed`, at the first value that is as SOPS encrypts them, as a whole.
  static func refuse(_ source: Span<UInt8>, path: String) throws(WorkspaceError) {
    // Its bracket is rare, and letters are not.
    guard source.contains(text: "[AES256_GCM,data:"), let tree = try? SourceTree.parse(source)
    else { return }
    for id in tree.nodes {
      let node = tree[id]
      guard case .scalar = node.kind, isEncrypted(source.extracting(node.contentRange)) else {
        continue
      }
      throw WorkspaceError(
        .malformed,
        "this value was encrypted by SOPS, and SOPS's metadata (the key 'sops') are not in the file",
        path: path, position: tree.position(of: node.contentRange.lowerBound, in: source),
        hints: ["bring them back, from git for instance: nobody can open the values without them"])
    }
  }

  private static func isEncrypted(_ scalar: Span<UInt8>) -> Bool {
    var text = scalar
    if text.count > 1, text[0] == 0x22 || text[0] == 0x27 {
      text = text.extracting(1..<(text.count - 1))
    }
    return text.starts(with: mark) && text[text.count - 1] == UInt8(ascii: "]")
  }
}
