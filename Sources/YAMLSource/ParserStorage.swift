/// What reading one text after another can use again, for one worker.
///
/// Holds nothing of a text between two of them.
public struct ParserStorage: ~Copyable {
  private var idle: LibYAMLParser?

  /// Larger texts could have made libyaml's queues large; in bytes.
  private static let keptByteCount = 1 << 16

  /// Nothing yet.
  public init() { idle = nil }

  /// A parser over bytes, at least one, that stay where they are as long as it lives; nil when there
  /// is no memory.
  mutating func parser(of bytes: UnsafeBufferPointer<UInt8>) -> LibYAMLParser? {
    unsafe LibYAMLParser.make(bytes, reusing: idle.take())
  }

  /// Takes back a parser that has read its text to the end.
  mutating func keep(_ parser: consuming LibYAMLParser) {
    guard parser.byteCount <= Self.keptByteCount, parser.reset() else { return }
    idle = consume parser
  }
}
