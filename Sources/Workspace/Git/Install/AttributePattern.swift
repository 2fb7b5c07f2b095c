internal import Platform

/// A policy's pattern as git's attributes have it (gitattributes(5), gitignore(5)).
struct AttributePattern {
  let text: String

  /// - Parameters:
  ///   - pattern: relative to the policy's folder.
  ///   - folder: the policy's folder from that of the attributes; empty when it is the same.
  init(_ pattern: String, in folder: String) {
    var path = folder.isEmpty ? "/" : "/" + Self.escaped(folder) + "/"
    path += pattern
    if path.utf8.last == UInt8(ascii: "/") { path += "**" }
    text = Self.quoted(path)
  }

  /// A path in which no character stands for others.
  private static func escaped(_ path: String) -> String {
    var result = ""
    for scalar in path.unicodeScalars {
      if ["*", "?", "[", "]", "\\"].contains(scalar) { result += "\\" }
      result.unicodeScalars.append(scalar)
    }
    return result
  }

  /// In double quotes, as in C, when there is a blank or anything else that ends a pattern.
  private static func quoted(_ text: String) -> String {
    let isPlain = text.unicodeScalars.allSatisfy {
      $0.value > 0x20 && $0 != "\"" && $0.value != 0x7f
    }
    if isPlain { return text }
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\":
        result += "\\"
        result.unicodeScalars.append(scalar)
      case _ where scalar.value < 0x20 || scalar.value == 0x7f:
        let digits = String(scalar.value, radix: 8)
        result += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
