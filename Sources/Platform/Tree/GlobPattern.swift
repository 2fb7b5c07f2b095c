/// A pattern for paths: `*` any text within a name, `?` one character of a name, `[a-z]` and `[!a-z]`
/// one of (not of) a set, `**` as a whole name any number of folders, `\` takes the next as it is.
///
/// A pattern describes the whole path: `*.yaml` means files at the top, `**/*.yaml` at any depth.
/// A leading dot is nothing special. A pattern that ends in a slash means all that is in the folder.
/// Matching takes time proportional to pattern times path, whatever the pattern.
public struct GlobPattern: Sendable, Hashable, CustomStringConvertible {
  enum Segment: Sendable, Hashable {
    case name([Element])
    case anyFolders
  }

  enum Element: Sendable, Hashable {
    case literal(Unicode.Scalar)
    case anyCharacter
    case anyText
    case set([ClosedRange<Unicode.Scalar>], isNegated: Bool)
  }

  /// The text of the pattern.
  public let description: String
  let segments: [Segment]
  let isAbsolute: Bool

  /// Understands a pattern.
  ///
  /// - Throws: `.invalidName` when a set is not closed, empty or descending, or `\` ends the pattern.
  public init(_ text: String) throws(PlatformError) {
    description = text
    isAbsolute = text.utf8.first == UInt8(ascii: "/")
    var segments: [Segment] = []
    for part in GlobPattern.names(of: text) {
      segments.append(part == "**" ? .anyFolders : .name(try GlobPattern.elements(part, of: text)))
    }
    if text.utf8.last == UInt8(ascii: "/") { segments.append(.anyFolders) }
    // What is in a folder, not the folder itself.
    if segments.last == .anyFolders { segments.append(.name([.anyText])) }
    self.segments = segments
  }

  /// Whether a text has any of the characters that make it more than a path.
  public static func isPattern(_ text: String) -> Bool {
    text.utf8.contains { [UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "[")].contains($0) }
  }

  /// The names of a path, without empty ones and `.`.
  ///
  /// Cut at bytes: a slash with a combining mark behind it is one `Character`.
  static func names(of path: String) -> [Substring] {
    path.utf8.split(separator: UInt8(ascii: "/")).map { Substring($0) }.filter { $0 != "." }
  }

  private static func elements(
    _ part: Substring, of text: String
  ) throws(PlatformError) -> [Element] {
    var elements: [Element] = []
    var rest = part.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      switch scalar {
      case "*": if elements.last != .anyText { elements.append(.anyText) }
      case "?": elements.append(.anyCharacter)
      case "[":
        guard let set = set(&rest) else { throw malformed(text) }
        elements.append(set)
      case "\\":
        guard let next = rest.popFirst() else { throw malformed(text) }
        elements.append(.literal(next))
      default: elements.append(.literal(scalar))
      }
    }
    return elements
  }

  private static func malformed(_ text: String) -> PlatformError {
    PlatformError(.invalidName, "understand the pattern", path: text)
  }

  /// A set after its `[`; nil when malformed.
  ///
  /// A `]` that comes first is a member.
  private static func set(_ rest: inout Substring.UnicodeScalarView) -> Element? {
    let isNegated = rest.first == "!" || rest.first == "^"
    if isNegated { rest.removeFirst() }
    var ranges: [ClosedRange<Unicode.Scalar>] = []
    while let scalar = rest.popFirst() {
      if scalar == "]", !ranges.isEmpty { return .set(ranges, isNegated: isNegated) }
      guard let low = scalar == "\\" ? rest.popFirst() : scalar else { return nil }
      var high = low
      if rest.first == "-", let end = rest.dropFirst().first, end != "]" {
        rest.removeFirst(2)
        guard let last = end == "\\" ? rest.popFirst() : end else { return nil }
        high = last
      }
      guard low <= high else { return nil }
      ranges.append(low...high)
    }
    return nil
  }

  /// The folder that everything the pattern can match is in: its names up to the first that is more
  /// than a name, the last one excepted.
  public var base: String {
    var names: [String] = []
    for segment in segments.dropLast() {
      guard case .name(let elements) = segment, let name = GlobPattern.plainText(elements) else {
        break
      }
      names.append(name)
    }
    let path = names.joined(separator: "/")
    if isAbsolute { return "/" + path }
    return path.isEmpty ? "." : path
  }

  private static func plainText(_ elements: [Element]) -> String? {
    var text = String.UnicodeScalarView()
    for element in elements {
      guard case .literal(let scalar) = element else { return nil }
      text.append(scalar)
    }
    return String(text)
  }
}
