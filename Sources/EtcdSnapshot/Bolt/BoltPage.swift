/// A page of a B+ tree: its header and elements (go.etcd.io/bbolt, `page`).
///
/// Offsets are in the span that the page was read from, and every one is checked.
struct BoltPage: Sendable {
  /// The kinds of page that a tree is made of.
  enum Kind: Sendable {
    case branch, leaf
  }

  /// What stands in a leaf.
  struct Element: Sendable {
    /// Whether the value is a bucket.
    let isBucket: Bool
    let key: Range<Int>
    let value: Range<Int>
  }

  /// The page's number, for messages; that of the page around it for a bucket within a page.
  let number: UInt64
  let kind: Kind
  /// How many elements it has.
  let count: Int
  /// Where it is, header and overflow pages included.
  let range: Range<Int>

  private static let elementByteCount = 16
  private static let branchFlag: UInt16 = 1
  private static let leafFlag: UInt16 = 2
  private static let bucketFlag: UInt32 = 1

  /// Reads the header of a page that takes up `range`.
  ///
  /// - Throws: `.damagedPage`.
  init(_ bytes: Span<UInt8>, in range: Range<Int>, number: UInt64) throws(SnapshotError) {
    guard range.count >= BoltMeta.headerByteCount else {
      throw .damaged(number, "there is no room for its header")
    }
    let flags = bytes.littleEndian16(at: range.lowerBound + 8)
    switch flags {
    case Self.branchFlag: kind = .branch
    case Self.leafFlag: kind = .leaf
    default: throw .damaged(number, "neither a branch nor a leaf where the tree has one")
    }
    count = Int(bytes.littleEndian16(at: range.lowerBound + 10))
    guard BoltMeta.headerByteCount + count * Self.elementByteCount <= range.count else {
      throw .damaged(number, "\(count) elements do not fit into it")
    }
    self.number = number
    self.range = range
  }

  /// The pages below a branch.
  ///
  /// - Throws: `.damagedPage`.
  func children(_ bytes: Span<UInt8>) throws(SnapshotError) -> [UInt64] {
    guard count > 0 else { throw .damaged(number, "a branch without anything below it") }
    var children: [UInt64] = []
    children.reserveCapacity(count)
    var previous: Range<Int>?
    for index in 0..<count {
      let start = range.lowerBound + BoltMeta.headerByteCount + index * Self.elementByteCount
      let position = Int(bytes.littleEndian32(at: start))
      let keyCount = Int(bytes.littleEndian32(at: start + 4))
      let key = start + position..<start + position + keyCount
      guard key.upperBound <= range.upperBound else {
        throw .damaged(number, "element \(index) reaches beyond it")
      }
      try checkOrder(bytes, &previous, key, index)
      children.append(bytes.littleEndian64(at: start + 8))
    }
    return children
  }

  /// An element of a leaf.
  ///
  /// - Throws: `.damagedPage`.
  func element(_ index: Int, _ bytes: Span<UInt8>) throws(SnapshotError) -> Element {
    let start = range.lowerBound + BoltMeta.headerByteCount + index * Self.elementByteCount
    let flags = bytes.littleEndian32(at: start)
    let position = start + Int(bytes.littleEndian32(at: start + 4))
    let keyCount = Int(bytes.littleEndian32(at: start + 8))
    let valueCount = Int(bytes.littleEndian32(at: start + 12))
    guard position + keyCount + valueCount <= range.upperBound, flags <= 1 else {
      throw .damaged(number, "element \(index) reaches beyond it")
    }
    let key = position..<position + keyCount
    return Element(
      isBucket: flags & Self.bucketFlag != 0, key: key,
      value: key.upperBound..<key.upperBound + valueCount)
  }

  /// All elements of a leaf, whose keys must be in order.
  ///
  /// - Throws: `.damagedPage`.
  func elements(_ bytes: Span<UInt8>) throws(SnapshotError) -> [Element] {
    var elements: [Element] = []
    elements.reserveCapacity(count)
    var previous: Range<Int>?
    for index in 0..<count {
      let element = try element(index, bytes)
      try checkOrder(bytes, &previous, element.key, index)
      elements.append(element)
    }
    return elements
  }

  private func checkOrder(
    _ bytes: Span<UInt8>, _ previous: inout Range<Int>?, _ key: Range<Int>, _ index: Int
  ) throws(SnapshotError) {
    if let before = previous, !Self.isOrdered(bytes, before, key) {
      throw .damaged(number, "the key of element \(index) is out of order")
    }
    previous = key
  }

  private static func isOrdered(
    _ bytes: Span<UInt8>, _ left: Range<Int>, _ right: Range<Int>
  ) -> Bool {
    for offset in 0..<min(left.count, right.count) {
      let (first, second) = (bytes[left.lowerBound + offset], bytes[right.lowerBound + offset])
      if first != second { return first < second }
    }
    return left.count < right.count
  }
}
