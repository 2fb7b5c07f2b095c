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
    var text = ""
    append(to: &text, indentation)
    return text
  }

  private func append(to text: inout String, _ indentation: Int) {
    switch self {
    case .string(let value): JSONValue.quote(value, to: &text)
    case .number(let number): text += String(number)
    case .bool(let value): text += value ? "true" : "false"
    case .null: text += "null"
    case .array(let items):
      JSONValue.list(items, "[", "]", indentation, to: &text) { item, text in
        item.append(to: &text, indentation + 2)
      }
    case .object(let fields):
      JSONValue.list(fields, "{", "}", indentation, to: &text) { field, text in
        JSONValue.quote(field.0, to: &text)
        text += ": "
        field.1.append(to: &text, indentation + 2)
      }
    }
  }

  private static func list<Item>(
    _ items: [Item], _ open: String, _ close: String, _ indentation: Int, to text: inout String,
    append: (Item, inout String) -> Void
  ) {
    text += open
    let inner = "\n" + String(repeating: " ", count: indentation + 2)
    for index in items.indices {
      if index > 0 { text += "," }
      text += inner
      append(items[index], &text)
    }
    if !items.isEmpty { text += "\n" + String(repeating: " ", count: indentation) }
    text += close
  }

  private static func quote(_ value: String, to text: inout String) {
    text += "\""
    defer { text += "\"" }
    // Nearly everything is plain, and scalars' properties are slow to ask for.
    if value.utf8.allSatisfy({ (0x20...0x7e).contains($0) && $0 != 0x22 && $0 != 0x5c }) {
      text += value
      return
    }
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case _ where scalar.isShowable:
        text.unicodeScalars.append(scalar)
      default:
        // Escapes are of UTF-16 code units (RFC 8259, section 7).
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      }
    }
  }
}
