import CryptoCore
import YAMLSource

/// Parses bytes that live in an array.
func parse(
  _ text: [UInt8], _ syntax: SourceSyntax? = nil, limits: SourceLimits = SourceLimits()
) throws(SourceError) -> SourceTree {
  try SourceTree.parse(text.span, syntax: syntax, limits: limits)
}

func parse(_ text: String, _ syntax: SourceSyntax? = nil) throws(SourceError) -> SourceTree {
  try parse(Array(text.utf8), syntax)
}

/// The text of a range.
func slice(_ text: [UInt8], _ range: Range<Int>) -> String {
  String(decoding: text[range], as: UTF8.self)
}

extension SourceTree {
  /// The tree in the notation of the test suite's `test.event`.
  func events(_ text: [UInt8]) -> [String] {
    var lines: [String] = []
    for document in documents {
      lines.append("+DOC")
      if let root = document.root {
        appendEvents(root, text, &lines)
      } else {
        lines.append("=VAL :")
      }
      lines.append("-DOC")
    }
    return lines
  }

  private func appendEvents(_ id: NodeID, _ text: [UInt8], _ lines: inout [String]) {
    let node = self[id]
    var properties = ""
    if let anchor = node.anchor { properties += " " + slice(text, anchor) }
    if let tag = resolvedTag(of: id) { properties += " <\(tag)>" }
    switch node.kind {
    case .alias: lines.append("=ALI " + slice(text, node.contentRange))
    case .scalar(let style):
      let value = string(of: id) ?? ""
      lines.append("=VAL\(properties) \(style.mark)\(Self.escaped(value))")
    case .sequence(let isFlow):
      lines.append("+SEQ" + (isFlow ? " []" : "") + properties)
      for child in items(of: id) { appendEvents(child, text, &lines) }
      lines.append("-SEQ")
    case .mapping(let isFlow):
      lines.append("+MAP" + (isFlow ? " {}" : "") + properties)
      for pair in pairs(of: id) {
        appendEvents(pair.key, text, &lines)
        appendEvents(pair.value, text, &lines)
      }
      lines.append("-MAP")
    }
  }

  private static func escaped(_ value: String) -> String {
    var result = ""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{8}": result += "\\b"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Every node, in the order in which they begin.
  var allNodes: [NodeID] {
    var result: [NodeID] = []
    var open = documents.compactMap(\.root).reversed() as [NodeID]
    while let id = open.popLast() {
      result.append(id)
      open.append(contentsOf: children(of: id).reversed())
    }
    return result
  }
}

extension ScalarStyle {
  var mark: String {
    switch self {
    case .plain, .absent: ":"
    case .singleQuoted: "'"
    case .doubleQuoted: "\""
    case .literal: "|"
    case .folded: ">"
    }
  }
}
