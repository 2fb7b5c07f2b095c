/// One flag on a command line.
public struct FlagOccurrence: Sendable, Hashable {
  /// Its name, without dashes and with `-` for `_`.
  public let name: String
  /// Its value; `true` for a switch that has none.
  public let value: String
  /// Where the flag's own word stands; for what a distribution sets by itself, its configuration.
  public let place: Place
  /// The distribution (k3s) that sets it by itself; nil for what stands in a file.
  public var distribution: String?

  /// Makes one.
  public init(name: String, value: String, place: Place, distribution: String? = nil) {
    self.name = name
    self.value = value
    self.place = place
    self.distribution = distribution
  }
}

/// The flags of a command line, taken apart as the component does it.
public struct Flags: Sendable {
  /// Something that keeps the component from starting.
  public struct Problem: Sendable, Hashable {
    /// What: lower case, no full stop.
    public let message: String
    /// Where.
    public let place: Place
  }

  /// Every flag in order.
  public private(set) var occurrences: [FlagOccurrence] = []
  /// Words that are no flags.
  public private(set) var arguments: [PlacedText] = []
  /// What the component objects to first; reading goes on behind it.
  public private(set) var problem: Problem?
  private let syntax: FlagSyntax
  private var indices: [String: [Int]] = [:]

  /// No flags at all.
  public init(_ syntax: FlagSyntax) { self.syntax = syntax }

  /// Takes words apart: those behind the component's own name.
  public init(_ words: [PlacedText], _ syntax: FlagSyntax) {
    self.init(syntax)
    var index = 0
    while index < words.count {
      let word = words[index]
      index += 1
      let text = word.text
      guard text.hasPrefix("-"), text.utf8.count > 1 else {
        arguments.append(word)
        // Go's own package stops at the first word that is no flag.
        if syntax.library == .goFlag {
          arguments += words[index...]
          return
        }
        continue
      }
      if text == "--" {
        arguments += words[index...]
        return
      }
      let next = index < words.count ? words[index] : nil
      if read(word, next) { index += 1 }
    }
  }

  /// Adds a flag that something else than a command line sets.
  public mutating func append(
    _ name: String, _ value: String, at place: Place, by distribution: String? = nil
  ) {
    let name = normalised(name[...])
    indices[name, default: []].append(occurrences.count)
    occurrences.append(
      FlagOccurrence(name: name, value: value, place: place, distribution: distribution))
  }

  /// Takes a flag apart; says whether the next word is its value.
  private mutating func read(_ word: PlacedText, _ next: PlacedText?) -> Bool {
    let isLong = word.text.hasPrefix("--")
    if !isLong, syntax.library == .pflag { return readShorthand(word, next) }
    let body = word.text.dropFirst(isLong ? 2 : 1)
    guard let first = body.first, first != "-", first != "=" else {
      object("bad flag syntax", word.place)
      return false
    }
    let parts = body.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = normalised(parts[0])
    if parts.count > 1 {
      let value = String(parts[1])
      append(name, value, at: word.place)
      // `--version=raw` is more than a switch.
      if syntax.switches.contains(name), name != "version", Flags.bool(value) == nil {
        object("the flag '--\(name)' is true or false", word.place)
      }
      return false
    }
    if syntax.switches.contains(name) {
      append(name, "true", at: word.place)
      return false
    }
    guard let next else {
      object("the flag '--\(name)' needs a value", word.place)
      append(name, "", at: word.place)
      return false
    }
    append(name, next.text, at: word.place)
    return true
  }

  /// `-v 2`, `-v=2`, `-v2`: of Kubernetes' components none but `v` and `h` has one letter.
  private mutating func readShorthand(_ word: PlacedText, _ next: PlacedText?) -> Bool {
    let body = word.text.dropFirst()
    guard body.first == "v" else {
      if body.first != "h" { object("unknown shorthand flag", word.place) }
      return false
    }
    var value = body.dropFirst()
    if value.isEmpty {
      append("v", next?.text ?? "", at: word.place)
      if next == nil { object("the flag '-v' needs a value", word.place) }
      return next != nil
    }
    if value.first == "=", value.utf8.count > 1 { value = value.dropFirst() }
    append("v", String(value), at: word.place)
    return false
  }

  private mutating func object(_ message: String, _ place: Place) {
    if problem == nil { problem = Problem(message: message, place: place) }
  }

  private func normalised(_ name: Substring) -> String {
    syntax.library == .pflag ? String(name.map { $0 == "_" ? "-" : $0 }) : String(name)
  }

  // MARK: Asking

  /// What a flag is set to, lists with commas; nil where it is not.
  public func setting(_ name: String) -> Setting? {
    guard let last = last(name) else { return nil }
    // An empty value adds nothing to a list.
    let isRepeated = syntax.lists.contains(name) && all(name).count > 1
    let value =
      isRepeated ? list(name).map(\.text).joined(separator: ",") : last.value
    return Setting(
      value, last.distribution.map { .builtIn($0, name) } ?? .flag(name, last.place))
  }

  /// Every occurrence of a flag.
  public func all(_ name: String) -> [FlagOccurrence] {
    (indices[name] ?? []).map { occurrences[$0] }
  }

  /// The occurrence that counts: the last one; nil without any.
  public func last(_ name: String) -> FlagOccurrence? {
    indices[name]?.last.map { occurrences[$0] }
  }

  /// What a switch is set to; nil where it is not set, or not to a truth value.
  public func bool(_ name: String) -> Bool? { last(name).flatMap { Flags.bool($0.value) } }

  /// The elements of a list that stand with commas: of all occurrences, or of the last one where the
  /// component replaces the list.
  public func list(_ name: String) -> [PlacedText] {
    let counted = syntax.lists.contains(name) ? all(name) : last(name).map { [$0] } ?? []
    return counted.flatMap { occurrence in
      Flags.elements(of: occurrence.value).map { PlacedText($0, at: occurrence.place) }
    }
  }

  /// The elements of a list as pflag's StringSlice reads it: a line of comma-separated values (RFC
  /// 4180), in which quotes keep commas together and two of them are one.
  public static func elements(of value: String) -> [String] {
    guard !value.isEmpty else { return [] }
    var elements: [String] = []
    var rest = value[...]
    while true {
      var element = ""
      if rest.first == "\"" {
        rest = rest.dropFirst()
        while let quote = rest.firstIndex(of: "\"") {
          element += rest[..<quote]
          rest = rest[rest.index(after: quote)...]
          guard rest.first == "\"" else { break }
          element.append("\"")
          rest = rest.dropFirst()
        }
      }
      // Text behind a quote, which pflag refuses, is taken as it stands.
      let end = rest.firstIndex(of: ",") ?? rest.endIndex
      elements.append(element + rest[..<end])
      guard end < rest.endIndex else { return elements }
      rest = rest[rest.index(after: end)...]
    }
  }

  /// A truth value as Go's `strconv.ParseBool` reads it; nil for other texts.
  public static func bool(_ text: String) -> Bool? {
    switch text {
    case "1", "t", "T", "true", "TRUE", "True": true
    case "0", "f", "F", "false", "FALSE", "False": false
    default: nil
    }
  }

  /// Whether a feature gate is set, and to what; nil where it is not.
  public func featureGate(_ name: String) -> Bool? {
    var found: Bool?
    for element in list("feature-gates") {
      let parts = element.text.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, parts[0].filter({ $0 != " " }) == name else { continue }
      found = Flags.bool(parts[1].filter { $0 != " " }) ?? found
    }
    return found
  }
}
