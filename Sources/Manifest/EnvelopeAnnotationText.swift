/// The annotation with an envelope as it is written into a manifest.
struct EnvelopeAnnotationText {
  /// The deepest indentation that a comment behind it may force on the block.
  private static let maximumIndentation = 128

  private let text: String

  /// - Parameter text: The envelope's lines, separated by LF; printable ASCII.
  init(_ text: String) { self.text = text }

  /// A literal block; a line in double quotes when no block can stand in front of what follows.
  func lines(indentation: Int, before following: FollowingLines) -> [String] {
    let outer = String(repeating: " ", count: indentation)
    let innerCount = max(indentation + 2, following.indentation)
    guard !following.hasTab, innerCount <= max(indentation + 2, Self.maximumIndentation) else {
      return ["\(outer)\(EnvelopeAnnotation.name): \(quoted)"]
    }
    let inner = String(repeating: " ", count: innerCount)
    return ["\(outer)\(EnvelopeAnnotation.name): |-"]
      + text.utf8.split(separator: 0x0a, omittingEmptySubsequences: false).map { line in
        inner + String(Substring(line))
      }
  }

  /// Key and value for a flow mapping, as YAML and JSON both read them.
  func entry(_ colon: String) -> String { "\"\(EnvelopeAnnotation.name)\"\(colon)\(quoted)" }

  private var quoted: String {
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
