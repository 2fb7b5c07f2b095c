internal import Platform

/// How a call ended (gRPC's "Status codes and their use"), other than well.
public struct GRPCStatus: Error, Sendable, Equatable, CustomStringConvertible {
  /// The codes that are used here, by their numbers.
  public enum Code: Int, Sendable {
    case cancelled = 1
    case unknown, invalidArgument, deadlineExceeded, notFound, alreadyExists, permissionDenied
    case resourceExhausted, failedPrecondition, aborted, outOfRange, unimplemented, `internal`
    case unavailable, dataLoss, unauthenticated
  }

  /// The code.
  public let code: Code
  /// For people; not escaped.
  public let message: String

  /// Makes a status.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The most of a message that is shown, in Unicode scalars.
  private static let maximumShownCount = 400

  /// The message, or the code's name where there is none; control characters are escaped.
  public var description: String {
    let shown = String(
      String.UnicodeScalarView(message.unicodeScalars.prefix(Self.maximumShownCount)))
    guard !shown.isEmpty else { return "\(code)" }
    // Quotes may stay.
    return shown.split(separator: "'", omittingEmptySubsequences: false)
      .map { escapedForTerminal(String($0)) }.joined(separator: "'")
  }

  // MARK: the header `grpc-message`

  /// The message as a header has it: percent-encoded (gRPC over HTTP/2, "Responses").
  var encodedMessage: String {
    let digits = Array("0123456789ABCDEF")
    var text = ""
    for byte in message.utf8 {
      if (0x20...0x7e).contains(byte), byte != UInt8(ascii: "%") {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += "%" + String(digits[Int(byte >> 4)]) + String(digits[Int(byte & 15)])
      }
    }
    return text
  }

  /// Reads a header; what is not percent-encoded well is taken as it stands.
  static func decodeMessage(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var decoded: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
        let high = digit(bytes[index + 1]), let low = digit(bytes[index + 2])
      {
        decoded.append(high << 4 | low)
        index += 3
      } else {
        decoded.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: decoded, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    Character(Unicode.Scalar(byte)).hexDigitValue.flatMap { UInt8(exactly: $0) }
  }
}
