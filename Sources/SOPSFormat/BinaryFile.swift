internal import CryptoCore

/// An encrypted binary file, of whose large value there is one copy: the JSON around it is read without
/// it.
struct BinaryFile: ~Copyable {
  /// The text with a mark in the place of the value.
  let frame: WipedBuffer
  private let value: Range<Int>
  private static let mark: StaticString = "ENC[]"
  /// What is smaller is read as a whole, in bytes.
  private static let minimumByteCount = 64 << 10

  /// Nil for a text that does not begin with a large encrypted value.
  init?(_ text: Span<UInt8>) {
    guard text.count >= Self.minimumByteCount, let value = Self.value(in: text) else { return nil }
    var frame = WipedBuffer(capacity: text.count - value.count + 64)
    frame.append(text.extracting(..<value.lowerBound))
    frame.append(Self.mark)
    frame.append(text.extracting(value.upperBound...))
    self.frame = frame
    self.value = value
  }

  /// What is in the quotes of the first value: `{"data": "ENC[..."`.
  private static func value(in text: Span<UInt8>) -> Range<Int>? {
    var index = 0
    for part in ["{", "\"data\"", ":"] as [StaticString] {
      while index < text.count, [0x20, 0x09, 0x0a, 0x0d].contains(text[index]) { index += 1 }
      guard text.extracting(index...).starts(with: part) else { return nil }
      index += part.utf8CodeUnitCount
    }
    while index < text.count, [0x20, 0x09, 0x0a, 0x0d].contains(text[index]) { index += 1 }
    guard text.extracting(index...).starts(with: "\"ENC[") else { return nil }
    let start = index + 1
    index = start
    while index < text.count, text[index] != UInt8(ascii: "\"") {
      // Only what stands for itself.
      guard (0x20...0x7e).contains(text[index]), text[index] != UInt8(ascii: "\\") else {
        return nil
      }
      index += 1
    }
    return index < text.count ? start..<index : nil
  }

  /// The tree, with the value of the whole text.
  ///
  /// - Throws: What reading a text throws.
  func tree(of text: Span<UInt8>) throws(SOPSError) -> Tree {
    var tree = try SOPSStore.binary.tree(of: frame.bytes)
    guard var document = tree.documents.first,
      let index = document.firstIndex(where: { $0.key == SOPSStore.binaryKey })
    else { return tree }
    document[index].text = tree.text.add(text.extracting(value))
    tree.documents[0] = document
    return tree
  }
}
