internal import CryptoCore

/// Reads pages of trees and remembers which are in use.
struct PageReader: Sendable {
  let file: BoltFile
  private(set) var used: PageMap

  /// The longest page that is read, overflow pages included, in bytes; etcd's values are below
  /// 1.5 MiB unless it is told otherwise.
  static let maximumByteCount = 64 << 20

  init(_ file: BoltFile) {
    self.file = file
    used = PageMap(count: file.pageCount)
    _ = used.insert(0..<2)
  }

  /// Appends a page with its overflow pages to a buffer.
  ///
  /// - Throws: `.damagedPage` for what is no branch or leaf, or was read before; `.tooLarge`,
  ///   `.platform`.
  mutating func read(
    _ number: UInt64, appendingTo buffer: inout WipedBuffer
  ) throws(SnapshotError) -> BoltPage {
    let range = try readRaw(number, appendingTo: &buffer)
    return try BoltPage(buffer.bytes, in: range, number: number)
  }

  /// Reads the list of free pages, which is not needed, to see whether it is whole.
  ///
  /// - Throws: `.damagedPage`, ...
  mutating func checkFreelist() throws(SnapshotError) {
    guard let number = file.meta.freelist else { return }
    var buffer = WipedBuffer()
    _ = try readRaw(number, appendingTo: &buffer)
    let bytes = buffer.bytes
    guard bytes.littleEndian16(at: 8) == 0x10 else {
      throw .damaged(number, "no list of free pages")
    }
    var count = UInt64(bytes.littleEndian16(at: 10))
    var start = BoltMeta.headerByteCount
    if count == 0xffff {
      guard bytes.count >= start + 8 else { throw .damaged(number, "it ends before its count") }
      count = bytes.littleEndian64(at: start)
      start += 8
    }
    guard count <= UInt64((bytes.count - start) / 8) else {
      throw .damaged(number, "\(count) free pages do not fit into it")
    }
    for index in 0..<Int(count) {
      let page = bytes.littleEndian64(at: start + index * 8)
      guard (2..<file.meta.pageLimit).contains(page) else {
        throw .damaged(number, "it lists page \(page), which the file does not have")
      }
    }
  }

  private mutating func readRaw(
    _ number: UInt64, appendingTo buffer: inout WipedBuffer
  ) throws(SnapshotError) -> Range<Int> {
    guard (2..<file.meta.pageLimit).contains(number), let page = Int(exactly: number) else {
      throw .damaged(number, "the tree leads to it, and the file does not have it")
    }
    let size = file.meta.pageSize
    let start = buffer.count
    try file.bytes.read(size, at: page * size, appendingTo: &buffer)
    let (own, overflow) = Self.header(buffer, start)
    guard own == number else { throw .damaged(number, "it calls itself page \(own)") }
    guard overflow < file.pageCount - page else {
      throw .damaged(number, "it reaches beyond the end of the file")
    }
    guard used.insert(page..<page + 1 + overflow) else {
      throw .damaged(number, "the tree leads to it, or into it, twice")
    }
    guard (overflow + 1) * size <= Self.maximumByteCount else {
      throw SnapshotError(
        .tooLarge, "it is longer than \(Self.maximumByteCount >> 20) MiB", page: number)
    }
    if overflow > 0 {
      try file.bytes.read(overflow * size, at: (page + 1) * size, appendingTo: &buffer)
    }
    return start..<buffer.count
  }

  private static func header(
    _ buffer: borrowing WipedBuffer, _ start: Int
  ) -> (number: UInt64, overflow: Int) {
    let bytes = buffer.bytes
    return (bytes.littleEndian64(at: start), Int(bytes.littleEndian32(at: start + 12)))
  }
}
