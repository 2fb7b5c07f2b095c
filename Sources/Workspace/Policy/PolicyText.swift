internal import CryptoCore
internal import Platform
internal import YAMLSource

/// The text of a policy, for programs that change it byte by byte.
enum PolicyText {
  /// - Throws: `.configuration` when it is no YAML.
  static func parse(
    _ source: Span<UInt8>, _ path: String
  ) throws(WorkspaceError) -> SourceTree {
    do { return try SourceTree.parse(source) } catch {
      throw WorkspaceError(.configuration, error.message, path: path, position: error.position)
    }
  }

  /// Whether a list is written in brackets.
  static func isFlow(_ list: NodeID, _ tree: SourceTree, _ source: Span<UInt8>) -> Bool {
    let start = tree[list].contentRange.lowerBound
    return start < source.count && source[start] == UInt8(ascii: "[")
  }

  /// Where the line of a node begins, and what stands in front of the node.
  static func line(
    of node: NodeID, _ tree: SourceTree, _ source: Span<UInt8>
  ) -> (start: Int, text: String)? {
    let place = tree[node].range.lowerBound
    var start = place
    while start > 0, source[start - 1] != 0x0a { start -= 1 }
    return (
      start, String(decoding: [UInt8](copying: source.extracting(start..<place)), as: UTF8.self)
    )
  }

  /// The text with other bytes in the place of some.
  static func replaced(
    _ source: Span<UInt8>, _ range: Range<Int>, with text: String
  ) -> [UInt8] {
    [UInt8](copying: source.extracting(..<range.lowerBound)) + Array(text.utf8)
      + [UInt8](copying: source.extracting(range.upperBound...))
  }
}
