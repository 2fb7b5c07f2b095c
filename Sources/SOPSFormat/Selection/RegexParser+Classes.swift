/// Escapes and character classes.
extension RegexParser {
  /// At a backslash.
  mutating func escape() -> RegexNode? {
    index += 1
    guard let letter = next else { return nil }
    switch letter {
    case "A":
      index += 1
      return .assertion(.textStart)
    case "z":
      index += 1
      return .assertion(.textEnd)
    case "b":
      index += 1
      return .assertion(.boundary)
    case "B":
      index += 1
      return .assertion(.noBoundary)
    default: break
    }
    if let items = classEscape() {
      var set = ScalarSet(items)
      set.isFolded = flags.ignoresCase
      return .set(set)
    }
    return scalarEscape().map(literal)
  }

  /// `\d`, `\pL` and the like, behind the backslash; nil when there is none.
  private mutating func classEscape() -> [ScalarSet.Item]? {
    guard let letter = next else { return nil }
    let items: [ScalarSet.Item]
    switch letter {
    case "d", "D": items = Self.digits
    case "s", "S": items = Self.blanks
    case "w", "W": items = Self.wordCharacters
    case "p", "P":
      let start = index
      index += 1
      guard let name = categoryName() else {
        index = start
        return nil
      }
      return letter == "P" ? [.inverse(name)] : name
    default: return nil
    }
    index += 1
    return letter.properties.isUppercase ? [.inverse(items)] : items
  }

  private mutating func categoryName() -> [ScalarSet.Item]? {
    var name = ""
    if take("{") {
      while let scalar = next, scalar != "}" {
        name.unicodeScalars.append(scalar)
        index += 1
      }
      guard take("}") else { return nil }
    } else {
      guard let scalar = next else { return nil }
      name.unicodeScalars.append(scalar)
      index += 1
    }
    let isInverted = name.hasPrefix("^")
    if isInverted { name.removeFirst() }
    let items: [ScalarSet.Item]
    if name == "Any" {
      items = [.range(0...0x10ffff)]
    } else {
      // Scripts are known to RE2 and not here: a rule with one is refused, never misread.
      guard GeneralCategoryName.all.contains(name) else { return nil }
      items = [.category(name)]
    }
    return isInverted ? [.inverse(items)] : items
  }

  /// An escape for one character, behind the backslash.
  private mutating func scalarEscape() -> Unicode.Scalar? {
    guard let letter = next else { return nil }
    index += 1
    switch letter {
    case "a": return "\u{7}"
    case "f": return "\u{c}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "v": return "\u{b}"
    case "x": return hexEscape()
    case "0"..."7":
      // One to seven alone would refer back to a group, which RE2 has not.
      guard letter == "0" || next.map({ ("0"..."7").contains($0) }) == true else { return nil }
      var value = letter.value - 0x30
      for _ in 0..<2 {
        guard let digit = next, ("0"..."7").contains(digit) else { break }
        value = value * 8 + digit.value - 0x30
        index += 1
      }
      return Unicode.Scalar(value)
    default:
      guard letter.isASCII, letter.value >= 0x20, letter.value < 0x7f,
        !letter.properties.isAlphabetic, !(0x30...0x39).contains(letter.value)
      else { return nil }
      return letter
    }
  }

  private mutating func hexEscape() -> Unicode.Scalar? {
    let isLong = take("{")
    var value: UInt32 = 0
    var count = 0
    while count < (isLong ? 8 : 2), let scalar = next, scalar.isASCII,
      let digit = Character(scalar).hexDigitValue
    {
      value = value << 4 | UInt32(digit)
      count += 1
      index += 1
    }
    guard isLong ? count > 0 && take("}") : count == 2 else { return nil }
    return Unicode.Scalar(value)
  }

  /// At a `[`.
  mutating func bracket() -> ScalarSet? {
    index += 1
    var set = ScalarSet([])
    set.isInverted = take("^")
    set.isFolded = flags.ignoresCase
    var isFirst = true
    while let scalar = next, scalar != "]" || isFirst {
      isFirst = false
      if isNext("[:") {
        guard let items = posixClass() else { return nil }
        set.items += items
        continue
      }
      if scalar == "\\" {
        let start = index
        index += 1
        if let items = classEscape() {
          set.items += items
          continue
        }
        index = start
      }
      guard let low = bracketScalar() else { return nil }
      var high = low
      if next == "-", index + 1 < scalars.count, scalars[index + 1] != "]" {
        index += 1
        guard let end = bracketScalar() else { return nil }
        high = end
      }
      guard low <= high else { return nil }
      set.items.append(.range(low.value...high.value))
    }
    return take("]") ? set : nil
  }

  private mutating func bracketScalar() -> Unicode.Scalar? {
    guard let scalar = next else { return nil }
    index += 1
    return scalar == "\\" ? scalarEscape() : scalar
  }

  private mutating func posixClass() -> [ScalarSet.Item]? {
    index += 2
    let isInverted = take("^")
    var name = ""
    while let scalar = next, scalar != ":" {
      name.unicodeScalars.append(scalar)
      index += 1
    }
    guard take(":]"), let items = Self.posixClasses[name] else { return nil }
    return isInverted ? [.inverse(items)] : items
  }

  private static let digits: [ScalarSet.Item] = [.range(0x30...0x39)]
  private static let blanks: [ScalarSet.Item] = [.range(9...10), .range(12...13), .range(32...32)]
  private static let wordCharacters: [ScalarSet.Item] =
    digits + [.range(0x41...0x5a), .range(0x5f...0x5f), .range(0x61...0x7a)]

  private static let posixClasses: [String: [ScalarSet.Item]] = [
    "alnum": digits + [.range(0x41...0x5a), .range(0x61...0x7a)],
    "alpha": [.range(0x41...0x5a), .range(0x61...0x7a)],
    "ascii": [.range(0...0x7f)],
    "blank": [.range(9...9), .range(32...32)],
    "cntrl": [.range(0...0x1f), .range(0x7f...0x7f)],
    "digit": digits,
    "graph": [.range(0x21...0x7e)],
    "lower": [.range(0x61...0x7a)],
    "print": [.range(0x20...0x7e)],
    "punct": [.range(0x21...0x2f), .range(0x3a...0x40), .range(0x5b...0x60), .range(0x7b...0x7e)],
    "space": [.range(9...13), .range(32...32)],
    "upper": [.range(0x41...0x5a)],
    "word": wordCharacters,
    "xdigit": digits + [.range(0x41...0x46), .range(0x61...0x66)],
  ]
}
