public import SOPSFormat

/// The way to a value as SOPS's command line has it: `["key"][0]['other']`.
public enum SOPSTreePath {
  /// The steps; nil when the text is no path.
  public static func parse(_ text: String) -> [SOPSPathStep]? {
    var steps: [SOPSPathStep] = []
    var rest = text[...]
    while !rest.isEmpty {
      guard let step = step(&rest) else { return nil }
      steps.append(step)
    }
    return steps.isEmpty ? nil : steps
  }

  /// The path that a text begins with, and what stands behind a space after it, as in `--set`.
  public static func parsePrefix(_ text: String) -> (steps: [SOPSPathStep], rest: String)? {
    var steps: [SOPSPathStep] = []
    var rest = text[...]
    while rest.first == "[" {
      guard let step = step(&rest) else { return nil }
      steps.append(step)
    }
    guard !steps.isEmpty, rest.popFirst() == " " else { return nil }
    return (steps, String(rest))
  }

  private static func step(_ rest: inout Substring) -> SOPSPathStep? {
    guard rest.popFirst() == "[", let first = rest.first else { return nil }
    guard first == "\"" || first == "'" else {
      guard let end = rest.firstIndex(of: "]"), let index = Int(rest[..<end]), index >= 0 else {
        return nil
      }
      rest = rest[rest.index(after: end)...]
      return .index(index)
    }
    rest.removeFirst()
    // A key ends with the first quote that a bracket follows: SOPS knows no escapes.
    var key = ""
    while let character = rest.popFirst() {
      if character == first, rest.first == "]" {
        rest.removeFirst()
        return .key(key)
      }
      key.append(character)
    }
    return nil
  }
}
