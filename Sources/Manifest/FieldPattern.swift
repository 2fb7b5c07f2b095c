internal import YAMLSource

/// Which fields of an object are sealed: a path with wildcards (docs/format.md, section 2.2).
///
/// `spec.values.db.password`, `data["tls.key"]`, `spec.containers[*].env`, `spec.**.password`,
/// `data.*-key`. What it names is sealed with everything in it.
public struct FieldPattern: Sendable, Hashable {
  enum Component: Sendable, Hashable {
    /// A key, as it is.
    case name([UInt8])
    /// A key with `*` in it, which stands for any bytes.
    case glob([UInt8])
    /// Every element of a sequence.
    case element
    /// One element of a sequence, from 0.
    case index(Int)
    /// Any number of keys and elements, none included.
    case deep
  }

  /// The most patterns of an object.
  public static let maximumCount = 64
  /// The longest pattern, in bytes.
  public static let maximumByteCount = 256
  private static let maximumComponentCount = 16
  /// Each multiplies what has to be looked at.
  private static let maximumDeepCount = 2

  let components: [Component]
  /// The pattern as it stands in an envelope: the one way to write it.
  public let text: String

  /// Understands a text.
  ///
  /// - Throws: `.fieldPattern`, with the place in the text.
  public init(_ text: String) throws(ManifestError) {
    let bytes = Array(text.utf8)
    guard bytes.count <= Self.maximumByteCount else {
      throw Self.error("a path has at most \(Self.maximumByteCount) bytes", at: 0)
    }
    if let index = bytes.firstIndex(where: { !(0x21...0x7e).contains($0) }) {
      throw Self.error("a path is printable ASCII without blanks; * stands for others", at: index)
    }
    var components: [Component] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "[") {
        components.append(try Self.bracket(bytes, &index))
      } else {
        if !components.isEmpty {
          guard bytes[index] == UInt8(ascii: ".") else {
            throw Self.error("a '.' or '[' is missing", at: index)
          }
          index += 1
        }
        components.append(try Self.name(bytes, &index))
      }
    }
    // `data.*` is all of `data`, and so is `data` itself.
    while let last = components.last, components.count > 1, Self.isAll(last) {
      components.removeLast()
    }
    try Self.check(components)
    self.components = components
    self.text = Self.text(of: components)
  }

  /// How long its names with `*` in them are, in bytes.
  var globByteCount: Int {
    components.reduce(0) { count, component in
      if case .glob(let glob) = component { count + glob.count } else { count }
    }
  }

  private static func check(_ components: [Component]) throws(ManifestError) {
    guard case .name(let first)? = components.first else {
      throw error("a path begins with the name of a field", at: 0)
    }
    guard !["apiVersion", "kind", "metadata"].contains(where: { first == Array($0.utf8) }) else {
      throw error("apiVersion, kind and metadata stay readable", at: 0)
    }
    guard components.count <= maximumComponentCount,
      components.count(where: { $0 == .deep }) <= maximumDeepCount
    else {
      throw error(
        "a path has at most \(maximumComponentCount) parts, and \(maximumDeepCount) times **",
        at: 0)
    }
    if case .index? = components.last {
      throw error("a path ends with a name", at: 0)
    }
  }

  private static func isAll(_ component: Component) -> Bool {
    component == .deep || component == .element || component == .glob([UInt8(ascii: "*")])
  }

  private static func name(
    _ bytes: [UInt8], _ index: inout Int
  ) throws(ManifestError) -> Component {
    let start = index
    while index < bytes.count, bytes[index] != UInt8(ascii: "."), bytes[index] != UInt8(ascii: "[")
    {
      guard bytes[index] != UInt8(ascii: "]"), bytes[index] != UInt8(ascii: "\"") else {
        throw error("quotes stand in brackets: data[\"tls.key\"]", at: index)
      }
      index += 1
    }
    let name = Array(bytes[start..<index])
    guard !name.isEmpty else { throw error("a name is missing", at: start) }
    if name == Array("**".utf8) { return .deep }
    return name.contains(UInt8(ascii: "*")) ? .glob(name) : .name(name)
  }

  /// `[*]`, `[0]` or `["name"]`.
  private static func bracket(
    _ bytes: [UInt8], _ index: inout Int
  ) throws(ManifestError) -> Component {
    let start = index
    if bytes[start...].starts(with: "[*]".utf8) {
      index += 3
      return .element
    }
    if let number = number(bytes[(start + 1)...]) {
      index = start + 2 + String(number).utf8.count
      return .index(number)
    }
    guard bytes[start...].starts(with: "[\"".utf8),
      let quote = bytes[(start + 2)...].firstIndex(of: UInt8(ascii: "\"")), quote > start + 2,
      quote + 1 < bytes.count, bytes[quote + 1] == UInt8(ascii: "]")
    else {
      throw error("brackets hold a number, * for every element, or a name in quotes", at: start)
    }
    index = quote + 2
    return .name(Array(bytes[(start + 2)..<quote]))
  }

  /// A number and a closing bracket: as it is written in the one way.
  private static func number(_ bytes: ArraySlice<UInt8>) -> Int? {
    let digits = bytes.prefix { (0x30...0x39).contains($0) }
    guard (1...9).contains(digits.count), bytes.dropFirst(digits.count).first == UInt8(ascii: "]"),
      let number = Int(String(decoding: digits, as: UTF8.self)),
      String(number).utf8.count == digits.count
    else { return nil }
    return number
  }

  private static func text(of components: [Component]) -> String {
    var text = ""
    for component in components {
      switch component {
      case .element: text += "[*]"
      case .index(let index): text += "[\(index)]"
      case .deep: text += text.isEmpty ? "**" : ".**"
      case .glob(let name), .name(let name):
        let name = String(decoding: name, as: UTF8.self)
        if case .name = component, name.utf8.contains(where: isSpecial) {
          text += "[\"\(name)\"]"
        } else {
          text += text.isEmpty ? name : ".\(name)"
        }
      }
    }
    return text
  }

  private static func isSpecial(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "."), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "*"): true
    default: false
    }
  }

  private static func error(_ message: String, at offset: Int) -> ManifestError {
    ManifestError(
      .fieldPattern, message, at: SourcePosition(offset: offset, line: 1, column: offset + 1))
  }
}

extension FieldPattern {
  /// Patterns in the order that envelopes have them in, each once.
  public static func sorted(_ patterns: [FieldPattern]) -> [FieldPattern] {
    Set(patterns).sorted { $0.text.utf8.lexicographicallyPrecedes($1.text.utf8) }
  }

  /// The patterns that an envelope names, those left out that are none.
  static func patterns(inEnvelope text: String) -> [FieldPattern] {
    let prefix = Array("field ".utf8)
    var patterns: [FieldPattern] = []
    for line in text.utf8.split(separator: 0x0a, omittingEmptySubsequences: false) {
      guard patterns.count < maximumCount, line.starts(with: prefix),
        let pattern = try? FieldPattern(String(decoding: line.dropFirst(6), as: UTF8.self))
      else { continue }
      patterns.append(pattern)
    }
    return patterns
  }
}
