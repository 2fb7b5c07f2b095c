internal import CryptoCore
internal import YAMLSource

/// A YAML or JSON text with its tree, kept for as long as somebody has a node of it.
///
/// It may hold keys and tokens, and is wiped with its last node.
final class ConfigText: Sendable {
  let file: String
  let tree: SourceTree
  private let text: WipedBuffer

  init(_ bytes: Span<UInt8>, file: String) throws(ControlPlaneError) {
    var limits = SourceLimits()
    limits.aliasCount = Self.maximumAliasCount
    do throws(SourceError) { tree = try SourceTree.parse(bytes, limits: limits) } catch {
      throw ControlPlaneError(
        .syntax, error.message,
        at: Place(file: file, line: error.position.line, column: error.position.column))
    }
    text = WipedBuffer(copying: bytes)
    self.file = file
  }

  /// Aliases within aliased lists multiply what readers have to go through.
  private static let maximumAliasCount = 200

  func place(of id: NodeID) -> Place {
    let position = Self.position(tree[id].range.lowerBound, tree, text)
    return Place(file: file, line: position.line, column: position.column)
  }

  private static func position(
    _ offset: Int, _ tree: SourceTree, _ text: borrowing WipedBuffer
  ) -> SourcePosition {
    tree.position(of: offset, in: text.bytes)
  }
}
