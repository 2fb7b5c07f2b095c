/// The words that start a program, behind those of shells and wrappers.
enum ProgramWords {
  /// The words, where `sh -c SCRIPT` is a shell's the words of the command in the script that starts
  /// a component.
  static func words(_ words: [PlacedText]) -> [PlacedText] {
    guard let first = words.first, isShell(first.text),
      let option = words.firstIndex(where: { isScriptOption($0.text) }),
      option + 1 < words.count
    else { return words }
    let script = words[option + 1]
    let own = ShellWords.commands(script.text).map { command in
      command.map { PlacedText($0.text, at: script.place) }
        .drop { $0.text == "exec" || isAssignment($0.text) }
    }
    return Array(own.first { component(in: Array($0)) != nil } ?? own.last ?? [])
  }

  /// `NAME=value` in front of a command.
  private static func isAssignment(_ word: String) -> Bool {
    guard let equals = word.firstIndex(of: "="), equals > word.startIndex else { return false }
    return word[..<equals].allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
  }

  /// The component that words run, and how many of them stand in front of its flags.
  static func component(in words: [PlacedText]) -> (component: Component, nameCount: Int)? {
    guard let first = words.first else { return nil }
    if let component = Component(naming: first.text) { return (component, 1) }
    let isWrapped = wrappers.contains(last(first.text))
    for index in words.indices.dropFirst() where !words[index].text.hasPrefix("-") {
      guard isWrapped || words[index - 1].text == "--" else { continue }
      if let component = Component(naming: words[index].text) { return (component, index + 1) }
    }
    return nil
  }

  private static let wrappers: Set<String> = [
    "go-runner", "hyperkube", "env", "nice", "tini", "dumb-init", "taskset", "chrt",
  ]

  private static func last(_ path: String) -> String {
    String(path.split(separator: "/").last ?? "")
  }

  private static func isShell(_ word: String) -> Bool {
    ["sh", "bash", "ash", "dash"].contains(last(word))
  }

  /// `-c`, and letters together with it such as `-ec`.
  private static func isScriptOption(_ word: String) -> Bool {
    word.hasPrefix("-") && !word.hasPrefix("--") && word.hasSuffix("c")
  }
}
