internal import Platform

/// A JSON text (RFC 8259) for programs that read what commands report.
public indirect enum JSONValue: Sendable {
  /// A text.
  case string(String)
  /// A whole number.
  case number(Int)
  /// True or false.
  case bool(Bool)
  /// Nothing.
  case null
  /// A list.
  case array([JSONValue])
  /// Names with values, in order.
  case object([(String, JSONValue)])

  /// A text, or null.
  public static func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

  /// The text, indented by two spaces a level, without a final line break.
  public func text(indentation: Int = 0) -> String {
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
      case _ where scalar.isShowable:
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
