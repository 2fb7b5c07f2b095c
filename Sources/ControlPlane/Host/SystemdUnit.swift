/// A service of systemd: its unit with the drop-ins.
public struct SystemdUnit: Sendable {
  private struct Setting: Sendable {
    let key: String
    /// Its words, each with its place.
    let words: [PlacedText]
  }

  private var settings: [Setting] = []
  private let place: Place

  /// No settings yet.
  ///
  /// - Parameter file: What the unit itself is called.
  public init(file: String) { place = Place(file: file) }

  /// Adds a file: first the unit, then its drop-ins in the order of their names.
  ///
  /// - Parameter file: What places call it.
  public mutating func read(_ text: Span<UInt8>, file: String) {
    var isService = false
    for line in LogicalLine.lines(of: text) {
      let indentation = line.text.prefix { $0 == " " || $0 == "\t" }.count
      let trimmed = line.text.dropFirst(indentation)
      guard let first = trimmed.first, first != "#", first != ";" else { continue }
      if first == "[" {
        isService = trimmed.hasPrefix("[Service]")
        continue
      }
      guard isService, let equals = trimmed.firstIndex(of: "=") else { continue }
      let key = trimmed[..<equals].filter { $0 != " " }
      let value = trimmed[trimmed.index(after: equals)...]
      let start = line.text.count - value.count
      let words = ShellWords.split(String(value)).map { word in
        PlacedText(word.text, at: line.place(file, offset: start + word.offset))
      }
      // An empty value takes back what was set before.
      if words.isEmpty { settings.removeAll { $0.key == key } }
      settings.append(Setting(key: key, words: words))
    }
  }

  /// The files that EnvironmentFile= names, in order, without the `-` for those that may be missing.
  public var environmentFiles: [(path: PlacedText, mayBeMissing: Bool)] {
    settings.filter { $0.key == "EnvironmentFile" }.flatMap(\.words).map { word in
      let isOptional = word.text.hasPrefix("-")
      return (
        PlacedText(String(word.text.dropFirst(isOptional ? 1 : 0)), at: word.place), isOptional
      )
    }
  }

  /// The command that it starts, variables expanded.
  ///
  /// - Parameter files: The variables of the environment files.
  public func command(_ files: [(name: String, value: PlacedText)]) -> [PlacedText] {
    guard let start = settings.last(where: { $0.key == "ExecStart" && !$0.words.isEmpty }) else {
      return []
    }
    let variables = environment(files)
    var words = start.words.flatMap { expand($0, variables) }
    // Prefixes that say how the command is run.
    if let first = words.first {
      words[0] = PlacedText(
        String(first.text.drop { "@-:+!".contains($0) }), at: first.place)
    }
    return ProgramWords.words(words)
  }

  /// The component that it starts; nil when it starts something else.
  ///
  /// - Parameter files: The variables of the environment files.
  public func component(_ files: [(name: String, value: PlacedText)]) -> ComponentRun? {
    let words = command(files)
    guard let found = ProgramWords.component(in: words) else { return nil }
    return ComponentRun(
      component: found.component, starter: .unit, place: words.first?.place ?? place,
      flags: Flags(Array(words.dropFirst(found.nameCount)), FlagSyntax.of(found.component)),
      environment: environment(files), mounts: .none, image: nil, version: nil,
      usesHostNetwork: true)
  }

  /// The variables that it gets.
  ///
  /// - Parameter files: The variables of the environment files.
  public func environment(
    _ files: [(name: String, value: PlacedText)]
  ) -> [String: PlacedText] {
    var variables: [String: PlacedText] = [:]
    for word in settings.filter({ $0.key == "Environment" }).flatMap(\.words) {
      let parts = word.text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { continue }
      variables[String(parts[0])] = PlacedText(String(parts[1]), at: word.place)
    }
    // Files win over Environment=.
    for variable in files { variables[variable.name] = variable.value }
    return variables
  }

  /// `$NAME` alone becomes the words of the variable; `${NAME}` stands within a word.
  private func expand(
    _ word: PlacedText, _ variables: [String: PlacedText]
  ) -> [PlacedText] {
    guard word.text.contains("$") else { return [word] }
    if word.text.hasPrefix("$"), !word.text.hasPrefix("${"), !word.text.hasPrefix("$$") {
      guard let value = variables[String(word.text.dropFirst())] else { return [] }
      return ShellWords.split(value.text).map { PlacedText($0.text, at: value.place) }
    }
    var result = ""
    var place = word.place
    var rest = word.text[...]
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      if rest.first == "$" {
        result += "$"
        rest = rest.dropFirst()
      } else if rest.first == "{", let close = rest.firstIndex(of: "}") {
        let name = rest[rest.index(after: rest.startIndex)..<close]
        if let value = variables[String(name)] {
          result += value.text
          place = value.place
        }
        rest = rest[rest.index(after: close)...]
      } else {
        result += "$"
      }
    }
    return [PlacedText(result + rest, at: place)]
  }
}
