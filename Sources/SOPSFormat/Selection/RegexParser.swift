/// Reads RE2's syntax; nil from any step means that the text is not of it.
struct RegexParser {
  /// How often something may be repeated, as in RE2.
  static let maximumRepeat = 1000
  private static let maximumDepth = 200

  struct Flags {
    var ignoresCase = false
    var isMultiline = false
    var dotTakesNewline = false
  }

  let scalars: [Unicode.Scalar]
  var index = 0
  var flags = Flags()
  private var depth = 0

  static func parse(_ text: String) -> RegexNode? {
    var parser = RegexParser(scalars: Array(text.unicodeScalars))
    guard let node = parser.choice(), parser.index == parser.scalars.count else { return nil }
    return node
  }

  private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

  var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    index += 1
    return true
  }

  func isNext(_ text: String) -> Bool {
    scalars[index...].starts(with: text.unicodeScalars)
  }

  mutating func take(_ text: String) -> Bool {
    guard isNext(text) else { return false }
    index += text.unicodeScalars.count
    return true
  }

  private mutating func choice() -> RegexNode? {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else { return nil }
    var branches: [RegexNode] = []
    repeat {
      guard let branch = sequence() else { return nil }
      branches.append(branch)
    } while take("|")
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func sequence() -> RegexNode? {
    var parts: [RegexNode] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      if take("\\Q") {
        while let quoted = next, !isNext("\\E") {
          parts.append(literal(quoted))
          index += 1
        }
        _ = take("\\E")
        continue
      }
      guard let atom = atom(), let part = repetitions(of: atom) else { return nil }
      parts.append(part)
    }
    return parts.isEmpty ? .empty : .sequence(parts)
  }

  /// One repetition: RE2 does not take `a**`.
  private mutating func repetitions(of atom: RegexNode) -> RegexNode? {
    var node = atom
    var hasOne = false
    while let (minimum, maximum) = quantifier() {
      guard !hasOne, minimum <= Self.maximumRepeat, maximum ?? 0 <= Self.maximumRepeat,
        maximum.map({ $0 >= minimum }) ?? true
      else { return nil }
      hasOne = true
      _ = take("?")
      node = .repeated(node, minimum: minimum, maximum: maximum)
    }
    return node
  }

  private mutating func quantifier() -> (Int, Int?)? {
    if take("*") { return (0, nil) }
    if take("+") { return (1, nil) }
    if take("?") { return (0, 1) }
    let start = index
    guard take("{"), let minimum = number() else {
      index = start
      return nil
    }
    if take("}") { return (minimum, minimum) }
    guard take(",") else {
      index = start
      return nil
    }
    if take("}") { return (minimum, nil) }
    guard let maximum = number(), take("}") else {
      index = start
      return nil
    }
    return (minimum, maximum)
  }

  /// Digits; more than four stand for too many.
  private mutating func number() -> Int? {
    let start = index
    while let digit = next, digit.value >= 0x30, digit.value <= 0x39 { index += 1 }
    guard index > start else { return nil }
    return index - start > 4
      ? Self.maximumRepeat + 1
      : scalars[start..<index].reduce(0) { $0 * 10 + Int($1.value) - 0x30 }
  }

  private mutating func atom() -> RegexNode? {
    guard let scalar = next else { return nil }
    switch scalar {
    case "(": return group()
    case "[": return bracket().map { .set($0) }
    case "\\": return escape()
    case "*", "+", "?": return nil
    case ".":
      index += 1
      if flags.dotTakesNewline { return .set(ScalarSet(0...0x10ffff)) }
      return .set(ScalarSet([.range(0...9), .range(11...0x10ffff)]))
    case "^":
      index += 1
      return .assertion(flags.isMultiline ? .lineStart : .textStart)
    case "$":
      index += 1
      return .assertion(flags.isMultiline ? .lineEnd : .textEnd)
    default:
      index += 1
      return literal(scalar)
    }
  }

  func literal(_ scalar: Unicode.Scalar) -> RegexNode {
    var set = ScalarSet(scalar)
    set.isFolded = flags.ignoresCase
    return .set(set)
  }

  private mutating func group() -> RegexNode? {
    index += 1
    let outer = flags
    if take("?") {
      if take("P<") || take("<") {
        let start = index
        while let scalar = next, scalar != ">" {
          guard
            scalar == "_" || (scalar.isASCII && scalar.properties.isAlphabetic)
              || (0x30...0x39).contains(scalar.value)
          else { return nil }
          index += 1
        }
        guard index > start, take(">") else { return nil }
      } else {
        guard let isGroup = flagLetters() else { return nil }
        if !isGroup { return .empty }
      }
    }
    guard let inner = choice(), take(")") else { return nil }
    flags = outer
    return inner
  }

  /// The letters behind `(?`: true when a group follows, false when they hold from here on.
  private mutating func flagLetters() -> Bool? {
    var isOn = true
    while let letter = next {
      index += 1
      switch letter {
      case "i": flags.ignoresCase = isOn
      case "m": flags.isMultiline = isOn
      case "s": flags.dotTakesNewline = isOn
      case "U": break
      case "-":
        guard isOn else { return nil }
        isOn = false
      case ":": return true
      case ")": return false
      default: return nil
      }
    }
    return nil
  }
}
