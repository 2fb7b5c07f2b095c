/// What the words in a text let expect of it.
struct Traces {
  var hasSecret = false
  var hasConfiguration = false

  var isAny: Bool { hasSecret || hasConfiguration }

  /// Whether the six letters at an offset are a word, or begin `SecretList`.
  static func isWord(_ bytes: Span<UInt8>, _ start: Int) -> Bool {
    if start > 0, bytes[start - 1].isWord { return false }
    let end = start + 6
    return end == bytes.count || !bytes[end].isWord
      || (end + 4 <= bytes.count
        && bytes.extracting(end..<end + 4).text.lowercased() == "list")
  }

  /// Whether there are actions of a template.
  static func hasActions(_ bytes: Span<UInt8>) -> Bool {
    for index in bytes.indices.dropLast() where bytes[index] == UInt8(ascii: "{") {
      if bytes[index + 1] == UInt8(ascii: "{") { return true }
    }
    return false
  }

  /// Whether letters of a word may hide behind escapes of YAML or JSON: `\x53`, `\u0053`,
  /// `\U00000053`, and a line break that is left out; or a word in Base64, behind a tag.
  static func hasEscapes(_ bytes: Span<UInt8>) -> Bool {
    if BinaryTag.mayBeIn(bytes) { return true }
    for index in bytes.indices.dropLast() where bytes[index] == UInt8(ascii: "\\") {
      switch bytes[index + 1] {
      case UInt8(ascii: "x"), UInt8(ascii: "u"), UInt8(ascii: "U"), 0x0a, 0x0d: return true
      default: break
      }
    }
    return false
  }
}

/// The tag `!!binary`, behind which a word may stand in Base64.
package enum BinaryTag {
  /// Whether a text has it, or what may come to it: a tag in full, or handles of its own.
  package static func mayBeIn(_ bytes: Span<UInt8>) -> Bool {
    for index in bytes.indices.dropLast(2) {
      switch bytes[index] {
      case UInt8(ascii: "!"):
        if bytes.has("!!b", at: index) || bytes.has("!!%", at: index)
          || bytes.has("!<", at: index)
        {
          return true
        }
      case UInt8(ascii: "%"): if bytes.has("%TAG", at: index) { return true }
      default: break
      }
    }
    return false
  }
}

/// What a file may be, by its name.
enum FileKind {
  /// YAML or JSON.
  case manifest
  /// Source code or documentation, which is not parsed.
  case text
  /// Anything else.
  case unknown

  init(name: String) {
    let bytes = Array(name.utf8)
    let file = bytes[(bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...]
    guard let dot = file.lastIndex(of: UInt8(ascii: ".")) else {
      self = .unknown
      return
    }
    switch String(decoding: file[(dot + 1)...], as: UTF8.self).lowercased() {
    case "yaml", "yml", "json": self = .manifest
    case "md", "markdown", "rst", "adoc", "txt", "html", "go", "py", "rb", "rs", "swift", "java",
      "kt", "c", "h", "cc", "cpp", "js", "mjs", "ts", "tsx", "jsx", "sh", "bash", "zsh", "ps1",
      "css",
      "svg", "tf", "proto", "sum", "mod", "lock", "patch", "diff", "log", "csv":
      self = .text
    default: self = .unknown
    }
  }
}
