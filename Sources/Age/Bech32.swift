public import CryptoCore
/// Bech32 (BIP 173) without a length limit, as age uses it.
public enum Bech32 {
  public static func encode(_ data: Span<UInt8>, humanReadablePart: String, isUpperCase: Bool, appendingTo output: inout WipedBuffer) {}
  public static func decode(_ text: Span<UInt8>, humanReadablePart: String, appendingTo output: inout WipedBuffer) throws(AgeError) {}
}
public struct AgeError: Error, Equatable, Sendable {
  public struct Code: Hashable, Sendable { let value: Int
    public static let noMatch = Code(value: 1) }
  public let code: Code
}
public protocol Recipient: Sendable {}
public protocol Identity: Sendable {}
public enum AgeFile {
  public static func encrypt(_ plaintext: Span<UInt8>, to recipients: [any Recipient], appendingTo output: inout WipedBuffer) throws(AgeError) {}
  public static func decrypt(_ file: Span<UInt8>, identities: [any Identity], appendingTo output: inout WipedBuffer) throws(AgeError) {}
}
public enum RecipientParser { public static func parse(_ text: String) throws(AgeError) -> any Recipient { throw AgeError(code: .noMatch) } }
