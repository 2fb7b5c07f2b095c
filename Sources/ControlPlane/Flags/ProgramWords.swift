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
    let commands = ShellWords.split(script.text).map { PlacedText($0.text, at: script.place) }
      .split { operators.contains($0.text) }
    let own = commands.map { $0.drop { $0.text == "exec" } }
    return Array(own.first { component(in: Array($0)) != nil } ?? own.last ?? [])
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

  private static let operators: Set<String> = [";", "&", "&&", "|", "||"]
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
