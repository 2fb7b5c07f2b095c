internal import CryptoCore
internal import Envelope
internal import Platform
internal import YAMLSource

/// A text on its way to standard output, shared between threads and never changed.
final class HeldText: Sendable {
  let text: WipedBuffer
  /// Whether it can be a document among others.
  let isDocument: Bool

  init(_ output: consuming ManifestOutput) {
    isDocument = output.isDocument
    text = output.takeText()
  }

  /// A document.
  init(_ text: consuming WipedBuffer) {
    isDocument = true
    self.text = text
  }

  /// How a text begins, behind comments and empty lines.
  enum Beginning {
    case documentMarker
    case directive
    case other
  }

  var beginning: Beginning { HeldText.beginning(of: text) }

  private static func beginning(of text: borrowing WipedBuffer) -> Beginning {
    let bytes = text.bytes
    var start = byteOrderMarkCount(of: bytes)
    while start < bytes.count {
      switch bytes[start] {
      case UInt8(ascii: "#"), 0x0a, 0x0d:
        while start < bytes.count, bytes[start] != 0x0a { start += 1 }
        start += 1
      case UInt8(ascii: "%"): return .directive
      case UInt8(ascii: "-"):
        let isMarker =
          start + 2 < bytes.count && bytes[start + 1] == 0x2d && bytes[start + 2] == 0x2d
        return isMarker ? .documentMarker : .other
      default: return .other
      }
    }
    return .other
  }

  /// Whether a line break behind the text would become a part of its last value: the text ends
  /// within a block scalar.
  var endsInBlockScalar: Bool { HeldText.endsInBlockScalar(text) }

  private static func endsInBlockScalar(_ text: borrowing WipedBuffer) -> Bool {
    guard let tree = try? SourceTree.parse(text.bytes), var node = tree.documents.last?.root else {
      return false
    }
    while let last = tree.pairs(of: node).last?.value ?? tree.items(of: node).last { node = last }
    return tree[node].kind == .scalar(.literal) || tree[node].kind == .scalar(.folded)
  }

  /// Appends it to another text; behind others without its byte order mark, which only counts at the
  /// beginning.
  func append(to output: inout WipedBuffer) { HeldText.append(text, to: &output) }

  private static func append(_ text: borrowing WipedBuffer, to output: inout WipedBuffer) {
    let bytes = text.bytes
    output.append(output.count > 0 ? bytes.extracting(byteOrderMarkCount(of: bytes)...) : bytes)
  }

  private static func byteOrderMarkCount(of text: Span<UInt8>) -> Int {
    text.count >= 3 && text[0] == 0xef && text[1] == 0xbb && text[2] == 0xbf ? 3 : 0
  }
}

/// The results of a batch that go to standard output: all of them, or nothing.
struct StandardOutputText: ~Copyable {
  private var text = WipedBuffer()
  private var hasFailed = false
  private var isTooLarge = false
  private var last: (text: HeldText, path: String)?
  private var failure: WorkspaceError?

  /// The most that is held for standard output, in bytes.
  static let maximumByteCount = 256 << 20

  /// Makes sure that nothing is written.
  mutating func fail() { hasFailed = true }

  /// Appends a manifest; several become the documents of one YAML stream.
  mutating func append(_ manifest: HeldText, path: String) {
    guard !isTooLarge, !hasFailed, failure == nil else { return }
    guard text.count + manifest.text.count <= StandardOutputText.maximumByteCount else {
      isTooLarge = true
      text.removeAll()
      return
    }
    separate(from: manifest, path)
    last = (manifest, path)
    manifest.append(to: &text)
  }

  private mutating func separate(from next: HeldText, _ path: String) {
    guard let last, text.count > 0 else { return }
    guard last.text.isDocument, next.isDocument else {
      failure = WorkspaceError(
        .usage, "only YAML and JSON can be several documents of one stream",
        path: last.text.isDocument ? path : last.path,
        hints: ["write to a folder with --output-dir, or give the files one by one"])
      return
    }
    if text.bytes.last != 0x0a {
      guard !last.text.endsInBlockScalar else {
        failure = WorkspaceError(
          .malformed,
          "its last value ends without a line break, which it would get in one stream with others",
          path: last.path,
          hints: ["write to a folder with --output-dir, or give the files one by one"])
        return
      }
      text.append(0x0a)
    }
    switch next.beginning {
    case .documentMarker: break
    case .directive: text.append("...\n")
    case .other: text.append("---\n")
    }
  }

  /// Gives everything away; nil when something failed.
  consuming func takeText() throws(WorkspaceError) -> WipedBuffer? {
    if let failure { throw failure }
    guard !hasFailed else { return nil }
    guard !isTooLarge else {
      throw WorkspaceError(
        .malformed, "that is more than fits into one stream (256 MiB)",
        hints: ["take fewer files at a time"])
    }
    return text
  }

  /// Writes everything, unless something failed.
  func write() throws(WorkspaceError) {
    if let failure { throw failure }
    guard !hasFailed else { return }
    guard !isTooLarge else {
      throw WorkspaceError(
        .malformed, "that is more than standard output is used for (256 MiB)",
        hints: ["write to a folder with --output-dir"])
    }
    do { try Files.writeStandardOutput(text.bytes) } catch { throw WorkspaceError(writing: error) }
  }
}

extension Span where Element == UInt8 {
  /// The last byte, or nil.
  fileprivate var last: UInt8? { isEmpty ? nil : self[count - 1] }
}
