internal import CryptoCore

/// The leaves of a B+ tree from the last to the first.
struct LeafCursor: Sendable {
  /// The pages still to be visited on every level; the next one is last.
  private var levels: [[UInt64]]

  /// A tree of more levels is damaged: every level of bbolt's multiplies the number of leaves.
  static let maximumDepth = 48

  /// A tree with this root.
  init(root: UInt64) { levels = [[root]] }

  /// Appends the next leaf to a buffer; nil at the end.
  ///
  /// - Throws: As `PageReader.read`; `.damagedPage` for a tree that is too deep.
  mutating func next(
    _ reader: inout PageReader, appendingTo buffer: inout WipedBuffer
  ) throws(SnapshotError) -> BoltPage? {
    while let last = levels.indices.last {
      guard let number = levels[last].popLast() else {
        levels.removeLast()
        continue
      }
      let start = buffer.count
      let page = try reader.read(number, appendingTo: &buffer)
      if page.kind == .leaf { return page }
      guard levels.count < Self.maximumDepth else {
        throw .damaged(number, "the tree is deeper than \(Self.maximumDepth) levels")
      }
      levels.append(try page.children(buffer.bytes))
      buffer.truncate(to: start)
    }
    return nil
  }
}
