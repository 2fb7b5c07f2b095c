internal import CryptoCore
internal import GRPC
internal import SOPSFormat

/// The protocol of SOPS's key services (its keyservice/keyservice.proto): two methods, each with a
/// key and the bytes that are to be encrypted or decrypted with it.
enum KeyServiceMessages {
  static let encrypt = "/KeyService/Encrypt"
  static let decrypt = "/KeyService/Decrypt"

  /// A request of either method.
  static func request(_ entry: SOPSKeyEntry, _ content: Span<UInt8>) -> WipedBuffer {
    var message = ProtobufWriter()
    message.append(1, KeyMessage.write(entry))
    message.append(2, content)
    return message.take()
  }

  /// A response of either.
  static func response(_ content: Span<UInt8>) -> WipedBuffer {
    var message = ProtobufWriter()
    message.append(1, content)
    return message.take()
  }

  /// The key of a request, and where its bytes are.
  static func read(
    request message: Span<UInt8>
  ) throws(GRPCStatus) -> (key: KeyMessage, content: Range<Int>) {
    let key: Range<Int>?
    let content: Range<Int>?
    do throws(ProtobufError) {
      let fields = try ProtobufFields(message)
      key = try fields.content(1)
      content = try fields.content(2)
    } catch { throw GRPCStatus(malformed: error) }
    guard let key else { throw GRPCStatus(.notFound, "the request names no key") }
    return (try KeyMessage(message.extracting(key)), content ?? 0..<0)
  }

  /// Where a response's bytes are.
  static func read(response message: Span<UInt8>) throws(ProtobufError) -> Range<Int> {
    try ProtobufFields(message).content(1) ?? 0..<0
  }
}
