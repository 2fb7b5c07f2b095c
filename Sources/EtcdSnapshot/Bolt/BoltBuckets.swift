internal import CryptoCore

/// The leaf of a bucket that lies within another page.
final class InlineLeaf: Sendable {
  /// The leaf, header included.
  let bytes: WipedBuffer
  /// The page it lies in.
  let number: UInt64

  init(_ bytes: consuming WipedBuffer, number: UInt64) {
    self.bytes = bytes
    self.number = number
  }
}

/// The buckets of a database.
struct BoltBuckets {
  /// A bucket at the top.
  struct Bucket {
    let name: String
    /// How many keys it has; nil for the one that the caller walks itself.
    let keyCount: Int?
    /// The values of a bucket whose values are wanted, by key.
    let values: [String: [UInt8]]
  }

  private(set) var buckets: [Bucket] = []
  /// The root of the bucket that the caller walks itself; nil when it is missing.
  private(set) var ownRoot: UInt64?
  /// The leaf of that bucket where it is so small that it lies within its parent's page.
  private(set) var ownLeaf: InlineLeaf?

  private static let headerByteCount = 16
  /// etcd has about ten.
  private static let maximumCount = 1024
  /// The most and the longest values that are kept of a bucket.
  private static let maximumValues = 64

  /// Walks every bucket but `own`, so that their pages are known to be in use.
  ///
  /// - Parameter wanted: The bucket whose values are kept.
  /// - Throws: `.damagedPage`, ...
  init(_ reader: inout PageReader, own: String, wanted: String) throws(SnapshotError) {
    var buffer = WipedBuffer()
    var cursor = LeafCursor(root: reader.file.meta.root)
    var pending: [(name: String, root: UInt64)] = []
    while let page = try cursor.next(&reader, appendingTo: &buffer) {
      for element in try page.elements(buffer.bytes) where element.isBucket {
        let bytes = buffer.bytes
        let name = String(decoding: Self.copy(bytes, element.key), as: UTF8.self)
        let root = try Self.root(bytes, element.value, page.number)
        guard buckets.count + pending.count < Self.maximumCount else {
          throw .damaged(page.number, "more than \(Self.maximumCount) buckets")
        }
        if root == 0, name == own, ownRoot == nil, ownLeaf == nil {
          _ = try Self.inline(bytes, element, page.number, name)
          let content = bytes.extracting(
            element.value.lowerBound + Self.headerByteCount..<element.value.upperBound)
          ownLeaf = InlineLeaf(WipedBuffer(copying: content), number: page.number)
          buckets.append(Bucket(name: name, keyCount: nil, values: [:]))
        } else if root == 0 {
          buckets.append(try Self.inline(bytes, element, page.number, name))
        } else if name == own, ownRoot == nil, ownLeaf == nil {
          ownRoot = root
          buckets.append(Bucket(name: name, keyCount: nil, values: [:]))
        } else {
          pending.append((name, root))
        }
      }
      buffer.truncate(to: 0)
    }
    for bucket in pending {
      buckets.append(
        try Self.walk(bucket.name, bucket.root, &reader, isWanted: bucket.name == wanted))
    }
    buckets.sort { $0.name < $1.name }
  }

  private static func walk(
    _ name: String, _ root: UInt64, _ reader: inout PageReader, isWanted: Bool
  ) throws(SnapshotError) -> Bucket {
    var count = 0
    var values: [String: [UInt8]] = [:]
    var roots = [root]
    while let root = roots.popLast() {
      var buffer = WipedBuffer()
      var cursor = LeafCursor(root: root)
      while let page = try cursor.next(&reader, appendingTo: &buffer) {
        for element in try page.elements(buffer.bytes) {
          let bytes = buffer.bytes
          count += 1
          if element.isBucket {
            let nested = try Self.root(bytes, element.value, page.number)
            if nested != 0 { roots.append(nested) }
          } else if isWanted {
            keep(bytes, element, &values)
          }
        }
        buffer.truncate(to: 0)
      }
    }
    return Bucket(name: name, keyCount: count, values: values)
  }

  /// A small bucket that lies within its parent's page.
  private static func inline(
    _ bytes: Span<UInt8>, _ element: BoltPage.Element, _ number: UInt64, _ name: String
  ) throws(SnapshotError) -> Bucket {
    let range = element.value.lowerBound + headerByteCount..<element.value.upperBound
    let page = try BoltPage(bytes, in: range, number: number)
    guard page.kind == .leaf else { throw .damaged(number, "a bucket within it is no leaf") }
    var values: [String: [UInt8]] = [:]
    for inner in try page.elements(bytes) {
      guard !inner.isBucket else { throw .damaged(number, "a bucket within it has buckets") }
      keep(bytes, inner, &values)
    }
    return Bucket(name: name, keyCount: page.count, values: values)
  }

  private static func keep(
    _ bytes: Span<UInt8>, _ element: BoltPage.Element, _ values: inout [String: [UInt8]]
  ) {
    guard values.count < maximumValues, element.value.count <= 64, element.key.count <= 64 else {
      return
    }
    let name = String(decoding: copy(bytes, element.key), as: UTF8.self)
    values[name] = copy(bytes, element.value)
  }

  private static func root(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ number: UInt64
  ) throws(SnapshotError) -> UInt64 {
    guard range.count >= headerByteCount else {
      throw .damaged(number, "a bucket without a header")
    }
    return bytes.littleEndian64(at: range.lowerBound)
  }

  private static func copy(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
    range.map { bytes[$0] }
  }
}
