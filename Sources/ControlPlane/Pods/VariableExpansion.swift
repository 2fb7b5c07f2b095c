/// `$(NAME)` in a container's command, as the kubelet expands it.
enum VariableExpansion {
  /// Expands a text; `$$` stands for `$`, and names that are not known stay as they are.
  static func expand(_ text: String, _ variables: [String: String]) -> String {
    guard text.contains("$") else { return text }
    var result = ""
    var rest = text[...]
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      switch rest.first {
      case "$":
        result += "$"
        rest = rest.dropFirst()
      case "(":
        guard let close = rest.firstIndex(of: ")") else { return result + "$" + rest }
        let name = rest[rest.index(after: rest.startIndex)..<close]
        result += variables[String(name)] ?? "$(\(name))"
        rest = rest[rest.index(after: close)...]
      default: result += "$"
      }
    }
    return result + rest
  }
}
