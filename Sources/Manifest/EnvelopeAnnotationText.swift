internal import CryptoCore

/// The annotation with an envelope as it is written into a manifest.
struct EnvelopeAnnotationText {
  /// The deepest indentation that a comment behind it may force on the block.
  private static let maximumIndentation = 128

  private let text: String

  /// - Parameter text: The envelope's lines, separated by LF; printable ASCII.
  init(_ text: String) { self.text = text }

  /// A literal block; a line in double quotes when no block can stand in front of what follows.
  ///
  /// Without the line break behind its last line, with `lineBreak` between the others.
  func lines(indentation: Int, before following: FollowingLines, lineBreak: String) -> String {
    let outer = String(repeating: " ", count: indentation)
    let innerCount = max(indentation + 2, following.indentation)
    guard !following.hasTab, innerCount <= max(indentation + 2, Self.maximumIndentation) else {
      return "\(outer)\(EnvelopeAnnotation.name): \(quoted)"
    }
    return "\(outer)\(EnvelopeAnnotation.name): |-"
      + blockLines(indentation: innerCount, lineBreak: lineBreak)
  }

  /// The lines of a literal block, with a line break in front of each.
  func blockLines(indentation: Int, lineBreak: String) -> String {
    let lineStart = Array("\(lineBreak)\(String(repeating: " ", count: indentation))".utf8)
    let source = text.utf8.span
    var bytes: [UInt8] = []
    bytes.reserveCapacity(source.count + 16 * lineStart.count)
    var start = 0
    while true {
      let end = source.firstIndex(of: 0x0a, from: start) ?? source.count
      bytes += lineStart
      bytes.append(copying: source.extracting(start..<end))
      guard end < source.count else { break }
      start = end + 1
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Key and value for a flow mapping, as YAML and JSON both read them.
  func entry(_ colon: String) -> String { "\"\(EnvelopeAnnotation.name)\"\(colon)\(quoted)" }

  /// The text in double quotes, as YAML and JSON both read it.
  var quoted: String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
