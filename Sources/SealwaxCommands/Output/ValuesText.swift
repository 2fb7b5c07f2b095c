internal import CryptoCore
internal import Findings
internal import Platform
internal import Workspace

/// Values of Secrets for people, in wiped memory.
enum ValuesText {
  static func text(_ values: borrowing OpenedValues) -> WipedBuffer {
    var text = WipedBuffer(capacity: values.bytes.count * 2 + 256)
    for (index, unit) in values.units.enumerated() {
      if index > 0 { text.append(0x0a) }
      text.append(utf8: Console.label(unit.label))
      if !unit.typeName.isEmpty { text.append(utf8: " (\(escapedForTerminal(unit.typeName)))") }
      text.append(0x0a)
      let width = unit.values.map { escapedForTerminal($0.key).count }.max() ?? 0
      for (key, range) in unit.values {
        let name = escapedForTerminal(key)
        text.append(utf8: "  \(name)" + String(repeating: " ", count: width - name.count) + "  ")
        append(values.bytes.bytes.extracting(range), to: &text)
      }
    }
    return text
  }

  private static func append(_ value: Span<UInt8>, to text: inout WipedBuffer) {
    guard ShowableText.isText(value) else {
      text.append(utf8: "(\(Plural.of(value.count, "byte")), no text)\n")
      return
    }
    var hasLineBreak = false
    for index in value.indices where value[index] == 0x0a { hasLineBreak = true }
    guard hasLineBreak else {
      ShowableText.append(value, to: &text)
      text.append(0x0a)
      return
    }
    text.append("|\n")
    var start = 0
    while start < value.count {
      var end = start
      while end < value.count, value[end] != 0x0a { end += 1 }
      text.append("    ")
      ShowableText.append(value.extracting(start..<end), to: &text)
      text.append(0x0a)
      start = end + 1
    }
  }
}

/// Values of Secrets for programs, in wiped memory.
enum ValuesJSON {
  static func text(_ values: borrowing OpenedValues) -> WipedBuffer {
    var text = WipedBuffer(capacity: values.bytes.count * 2 + 256)
    text.append("[")
    for (index, unit) in values.units.enumerated() {
      text.append(utf8: index == 0 ? "\n  " : ",\n  ")
      text.append(utf8: "{\"unit\": \(JSONValue.string(unit.label).text()), ")
      text.append(utf8: "\"type\": \(JSONValue.string(unit.typeName).text()), \"values\": {")
      for (number, value) in unit.values.enumerated() {
        text.append(utf8: number == 0 ? "\n    " : ",\n    ")
        text.append(utf8: JSONValue.string(value.key).text() + ": ")
        append(values.bytes.bytes.extracting(value.range), to: &text)
      }
      text.append("\n  }}")
    }
    text.append("\n]\n")
    return text
  }

  private static func append(_ value: Span<UInt8>, to text: inout WipedBuffer) {
    guard ShowableText.isText(value) else {
      text.append("{\"base64\": \"")
      Base64.encode(value, appendingTo: &text)
      text.append("\"}")
      return
    }
    text.append("\"")
    ShowableText.forEachCharacter(of: value) { scalar, bytes in
      switch scalar {
      case "\"": text.append("\\\"")
      case "\\": text.append("\\\\")
      case "\n": text.append("\\n")
      case _ where ShowableText.isShowable(scalar) && scalar != "\t": text.append(bytes)
      default: ShowableText.appendJSONEscape(of: scalar, to: &text)
      }
    }
    text.append("\"")
  }
}
