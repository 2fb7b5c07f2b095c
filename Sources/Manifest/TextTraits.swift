/// What decides how a text can be written as a scalar.
struct TextTraits {
  private(set) var isEmpty = true
  private(set) var hasLineFeed = false
  private(set) var hasOnlyLineFeeds = true
  /// Whether every scalar, but for line feeds, stands for itself.
  private(set) var isPrintable = true
  /// Whether the first scalar is a space, tab or line feed.
  private(set) var beginsBlank = false
  /// Whether a line ends with a space or tab.
  private(set) var hasBlankAtLineEnd = false
  /// How many line feeds the text ends with.
  private(set) var trailingLineFeedCount = 0
  /// Whether the text can be a plain scalar everywhere in a block mapping, and nobody takes it for
  /// something else.
  private(set) var isPlain = false

  /// Nil when the text is not UTF-8.
  init?(_ text: Span<UInt8>) {
    var index = 0
    var hasOnlyPlainScalars = true
    var isBehindBlank = false
    while index < text.count {
      guard let (scalar, byteCount) = TextScalars.scalar(at: index, in: text) else { return nil }
      let isBlank = scalar == " " || scalar == "\t"
      if index == 0 {
        beginsBlank = isBlank || scalar == "\n"
        hasOnlyPlainScalars = Self.canBeginPlain(scalar)
      }
      if scalar == "\n" {
        hasLineFeed = true
        trailingLineFeedCount += 1
        if isBehindBlank { hasBlankAtLineEnd = true }
      } else {
        trailingLineFeedCount = 0
        hasOnlyLineFeeds = false
        if !TextScalars.isPrintable(scalar) { isPrintable = false }
      }
      if !Self.canBeInPlain(scalar) { hasOnlyPlainScalars = false }
      isBehindBlank = isBlank
      index += byteCount
    }
    isEmpty = text.count == 0
    if isBehindBlank { hasBlankAtLineEnd = true }
    isPlain =
      hasOnlyPlainScalars && !isEmpty && !hasBlankAtLineEnd && ImplicitType.isText(text)
  }

  private static func canBeginPlain(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "/" || scalar == "_" || isLetter(scalar)
  }

  private static func canBeInPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "0"..."9", " ", "_", "-", ".", "/", "+", "=", "@", "~", "^", "$", "(", ")", "*", "!",
      ";", "%", "&", "<", ">", "|":
      true
    default: isLetter(scalar)
    }
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z": true
    default:
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .otherLetter, .modifierLetter:
        scalar.value >= 0xa0
      default: false
      }
    }
  }
}
