internal import CryptoCore
internal import Platform

/// A text on its way to standard output, shared between threads and never changed.
final class HeldText: Sendable {
  let text: WipedBuffer

  init(_ text: consuming WipedBuffer) { self.text = text }

  /// Whether it begins with the marker of a YAML document.
  var beginsWithMarker: Bool { HeldText.beginsWithMarker(text) }

  private static func beginsWithMarker(_ text: borrowing WipedBuffer) -> Bool {
    let bytes = text.bytes
    return bytes.count >= 3 && bytes[0] == 0x2d && bytes[1] == 0x2d && bytes[2] == 0x2d
  }

  /// Appends it to another text.
  func append(to output: inout WipedBuffer) { HeldText.append(text, to: &output) }

  private static func append(_ text: borrowing WipedBuffer, to output: inout WipedBuffer) {
    output.append(text.bytes)
  }
}

/// The results of a batch that go to standard output: all of them, or nothing.
struct StandardOutputText: ~Copyable {
  private var text = WipedBuffer()
  private var hasFailed = false
  private var isTooLarge = false
  private var manifestCount = 0

  /// The most that is held for standard output, in bytes.
  static let maximumByteCount = 256 << 20

  /// Makes sure that nothing is written.
  mutating func fail() { hasFailed = true }

  /// Appends a manifest; several become the documents of one YAML stream.
  mutating func append(_ manifest: HeldText) {
    guard !isTooLarge, !hasFailed else { return }
    guard text.count + manifest.text.count <= StandardOutputText.maximumByteCount else {
      isTooLarge = true
      text.removeAll()
      return
    }
    if manifestCount > 0 {
      if text.bytes.last != 0x0a { text.append(0x0a) }
      if !manifest.beginsWithMarker { text.append("---\n") }
    }
    manifestCount += 1
    manifest.append(to: &text)
  }

  /// Writes everything, unless something failed.
  func write() throws(WorkspaceError) {
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
