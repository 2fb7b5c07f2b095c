public import CryptoCore
public final class HybridIdentity: Sendable {
  public static func generate() throws(AgeError) -> HybridIdentity { throw AgeError(.unsupported, "x") }
  public var recipientText: String { "" }
  public func serialize(appendingTo output: inout WipedBuffer) {}
}
