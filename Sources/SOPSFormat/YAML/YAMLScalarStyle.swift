internal import CryptoCore

/// How SOPS's YAML emitter writes a text.
enum YAMLScalarStyle: Equatable {
  case plain
  /// `<<`, which would otherwise merge.
  case merge
  case singleQuoted
  case doubleQuoted
  case literal
  /// Bytes that are not UTF-8, as Base64 with a tag.
  case binary

  /// The style of a text of the type string.
  init(ofString text: Span<UInt8>) {
    if Self.isSimpleWord(text) {
      self = Self.staysString(text) ? .plain : .doubleQuoted
      return
    }
    guard UTF8Check.isValid(text) else {
      self = .binary
      return
    }
    if text.isSame(as: "<<") {
      self = .merge
      return
    }
    let analysis = YAMLScalarAnalysis(text)
    if analysis.hasNewline {
      self = analysis.allowsBlock ? .literal : .doubleQuoted
    } else if !Self.staysString(text) {
      self = .doubleQuoted
    } else if analysis.allowsPlain {
      self = .plain
    } else {
      self = analysis.allowsSingleQuotes ? .singleQuoted : .doubleQuoted
    }
  }

  /// Whether a text is written as it is, and is one word that nothing in it could make anything else.
  static func isPlainWord(_ text: Span<UInt8>) -> Bool { isSimpleWord(text) && staysString(text) }

  private static func isSimpleWord(_ text: Span<UInt8>) -> Bool {
    PlainWord.isWord(text) && !text.starts(with: "...")
  }

  /// Whether readers of YAML 1.2 and 1.1 alike take a text without quotes for a text.
  private static func staysString(_ text: Span<UInt8>) -> Bool {
    YAMLScalarResolver.isString(text) && !isSexagesimal(text) && !isOldBoolean(text)
  }

  private static func isOldBoolean(_ text: Span<UInt8>) -> Bool {
    guard text.count <= 3 else { return false }
    let words: [StaticString] = [
      "y", "Y", "yes", "Yes", "YES", "on", "On", "ON",
      "n", "N", "no", "No", "NO", "off", "Off", "OFF",
    ]
    return words.contains { text.isSame(as: $0) }
  }

  /// Numbers of base 60, as YAML 1.1 has them: `1:30`, `-1:30.5`.
  private static func isSexagesimal(_ text: Span<UInt8>) -> Bool {
    var index = 0
    func isDigit(_ at: Int) -> Bool { at < text.count && (0x30...0x39).contains(text[at]) }
    func isDigitOrBar(_ at: Int) -> Bool {
      isDigit(at) || (at < text.count && text[at] == UInt8(ascii: "_"))
    }
    if index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
      index += 1
    }
    guard isDigit(index) else { return false }
    while isDigitOrBar(index) { index += 1 }
    var groups = 0
    while index < text.count, text[index] == UInt8(ascii: ":"), isDigit(index + 1) {
      let isPair = text[index + 1] <= UInt8(ascii: "5") && isDigit(index + 2)
      index += isPair ? 3 : 2
      groups += 1
    }
    guard groups > 0 else { return false }
    if index < text.count, text[index] == UInt8(ascii: ".") {
      index += 1
      while isDigitOrBar(index) { index += 1 }
    }
    return index == text.count
  }
}

/// What of a text decides how it can be written.
struct YAMLScalarAnalysis {
  private(set) var hasNewline = false
  private(set) var isMultiline = false
  private(set) var allowsPlain = true
  private(set) var allowsSingleQuotes = true
  private(set) var allowsBlock = true

  init(_ text: Span<UInt8>) {
    guard !text.isEmpty else {
      allowsBlock = false
      return
    }
    var isIndicator = text.starts(with: "---") || text.starts(with: "...")
    var isSpecial = false
    var hasTab = false
    var hasSpaceAtEdge = false
    var hasBreakAtEdge = false
    var endsWithSpace = false
    var breakBeforeSpace = false
    var spaceBeforeBreak = false
    var wasSpace = false
    var wasBreak = false
    var isBehindBlank = true
    var index = 0
    while index < text.count {
      let character = YAMLCharacter(text, at: index)
      let next = index + character.width
      let isLast = next >= text.count
      let isBeforeBlank = isLast || text[next] == 0x20 || text[next] == 0x09
      if Self.indicates(
        text[index], isFirst: index == 0, isBehindBlank: isBehindBlank,
        isBeforeBlank: isBeforeBlank)
      {
        isIndicator = true
      }
      if text[index] == 0x09 { hasTab = true } else if !character.isPrintable { isSpecial = true }
      if text[index] == 0x20 {
        if index == 0 || isLast { hasSpaceAtEdge = true }
        if isLast { endsWithSpace = true }
        if wasBreak { breakBeforeSpace = true }
        (wasSpace, wasBreak) = (true, false)
      } else if character.isBreak {
        isMultiline = true
        if text[index] == 0x0a { hasNewline = true }
        if index == 0 || isLast { hasBreakAtEdge = true }
        if wasSpace { spaceBeforeBreak = true }
        (wasSpace, wasBreak) = (false, true)
      } else {
        (wasSpace, wasBreak) = (false, false)
      }
      isBehindBlank =
        text[index] == 0x20 || text[index] == 0x09 || text[index] == 0 || character.isBreak
      index = next
    }
    if isIndicator || hasSpaceAtEdge || hasBreakAtEdge || isMultiline { allowsPlain = false }
    if endsWithSpace { allowsBlock = false }
    if breakBeforeSpace || spaceBeforeBreak || hasTab || isSpecial {
      allowsPlain = false
      allowsSingleQuotes = false
    }
    if spaceBeforeBreak || isSpecial { allowsBlock = false }
  }

  private static func indicates(
    _ byte: UInt8, isFirst: Bool, isBehindBlank: Bool, isBeforeBlank: Bool
  ) -> Bool {
    switch byte {
    case UInt8(ascii: ":"): return isBeforeBlank
    case UInt8(ascii: "#"): return isBehindBlank
    case UInt8(ascii: "?"), UInt8(ascii: "-"): return isFirst && isBeforeBlank
    case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
      UInt8(ascii: "}"), UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "!"),
      UInt8(ascii: "|"), UInt8(ascii: ">"), UInt8(ascii: "'"), UInt8(ascii: "\""),
      UInt8(ascii: "%"), UInt8(ascii: "@"), UInt8(ascii: "`"):
      return isFirst
    default: return false
    }
  }
}

/// A character in UTF-8 as the emitter sees it.
struct YAMLCharacter {
  /// In bytes.
  let width: Int
  let isBreak: Bool
  let isPrintable: Bool

  init(_ text: Span<UInt8>, at index: Int) {
    let byte = text[index]
    func follows(_ offset: Int) -> UInt8 {
      index + offset < text.count ? text[index + offset] : 0
    }
    let length =
      switch byte {
      case 0xf0...: 4
      case 0xe0...: 3
      case 0xc0...: 2
      default: 1
      }
    width = min(length, text.count - index)
    switch byte {
    case 0x0a, 0x0d: isBreak = true
    case 0xc2: isBreak = follows(1) == 0x85
    case 0xe2: isBreak = follows(1) == 0x80 && (follows(2) == 0xa8 || follows(2) == 0xa9)
    default: isBreak = false
    }
    switch byte {
    case 0x0a, 0x20...0x7e: isPrintable = true
    case 0xc2: isPrintable = follows(1) >= 0xa0
    case 0xc3...0xec, 0xee: isPrintable = true
    case 0xed: isPrintable = follows(1) < 0xa0
    case 0xef:
      isPrintable =
        !(follows(1) == 0xbb && follows(2) == 0xbf)
        && !(follows(1) == 0xbf && follows(2) >= 0xbe)
    default: isPrintable = false
    }
  }
}
