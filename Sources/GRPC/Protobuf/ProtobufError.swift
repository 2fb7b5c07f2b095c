/// Why bytes are not a message of Protocol Buffers; holds nothing of them.
public struct ProtobufError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong: lower case, no full stop.
  public let description: String

  init(_ description: StaticString) { self.description = "\(description)" }
}
