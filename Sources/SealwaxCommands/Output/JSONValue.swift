internal import Workspace

/// A JSON text (RFC 8259) for programs that read what commands report.
indirect enum JSONValue {
  case string(String)
  case number(Int)
  case bool(Bool)
  case null
  case array([JSONValue])
  case object([(String, JSONValue)])

  /// A text, or null.
  static func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

  /// The text, indented by two spaces a level, without a final line break.
  func text(indentation: Int = 0) -> String {
    switch self {
    case .string(let text): JSONValue.quoted(text)
    case .number(let number): String(number)
    case .bool(let value): value ? "true" : "false"
    case .null: "null"
    case .array(let items):
      JSONValue.list(items.map { $0.text(indentation: indentation + 2) }, "[", "]", indentation)
    case .object(let fields):
      JSONValue.list(
        fields.map { name, value in
          JSONValue.quoted(name) + ": " + value.text(indentation: indentation + 2)
        }, "{", "}", indentation)
    }
  }

  private static func list(
    _ items: [String], _ open: String, _ close: String, _ indentation: Int
  ) -> String {
    guard !items.isEmpty else { return open + close }
    let inner = "\n" + String(repeating: " ", count: indentation + 2)
    return open + inner + items.joined(separator: "," + inner) + "\n"
      + String(repeating: " ", count: indentation) + close
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case _ where ShowableText.isShowable(scalar) && scalar != "\t":
        result.unicodeScalars.append(scalar)
      default:
        // Escapes are of UTF-16 code units (RFC 8259, section 7).
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      }
    }
    return result + "\""
  }
}

/// A JSON array on standard output, written element by element.
struct JSONArrayOutput {
  private var isEmpty = true

  /// Writes an element, without secret keys that somebody gave for the name of a file.
  mutating func append(_ value: JSONValue) throws(WorkspaceError) {
    let text = SecretKeyText.redacted(value.text(indentation: 2))
    try Console.print((isEmpty ? "[\n  " : ",\n  ") + text)
    isEmpty = false
  }

  /// Writes the end.
  func close() throws(WorkspaceError) { try Console.print(isEmpty ? "[]\n" : "\n]\n") }
}
