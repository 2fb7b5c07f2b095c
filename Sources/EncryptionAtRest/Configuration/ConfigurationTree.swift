internal import ControlPlane
internal import CryptoCore
internal import YAMLSource

/// The first document as go-yaml 2 gives it to the API server: aliases and merge keys carried out,
/// scalars resolved, duplicate keys found.
struct ConfigurationTree: ~Copyable {
  enum Kind: Equatable {
    case null, bool, string, mapping, sequence
    /// As written; the integer where it is one of 64 bits.
    case number(Int64?)

    /// As Go's JSON decoder calls it.
    var name: String {
      switch self {
      case .null: "null"
      case .bool: "bool"
      case .string: "string"
      case .mapping: "object"
      case .sequence: "array"
      case .number: "number"
      }
    }
  }

  struct Pair {
    let key: String
    let keyNode: NodeID
    let value: NodeID
  }

  private let text: WipedBuffer
  private let tree: SourceTree
  let root: NodeID?
  let isJSON: Bool
  private var decodeCount = 0
  private var aliasCount = 0

  /// - Throws: What keeps the text from being read.
  init(_ text: consuming ConfigurationText) throws(SourceError) {
    isJSON = text.syntax == .json
    var limits = SourceLimits()
    limits.byteCount = 16 << 20
    limits.aliasCount = 100_000
    limits.isFirstDocumentOnly = true
    tree = try SourceTree.parse(text.utf8.bytes, syntax: text.syntax, limits: limits)
    root = tree.documents.first?.root
    self.text = text.takeUTF8()
  }

  func position(of id: NodeID) -> SourcePosition {
    tree.position(of: tree[id].range.lowerBound, in: text.bytes)
  }

  /// The node that an alias stands for.
  ///
  /// - Throws: `.excessive` where go-yaml gives up: too much comes from aliases.
  mutating func resolved(_ id: NodeID) throws(ConfigurationProblem) -> NodeID {
    var id = id
    decodeCount += 1
    var isAlias = false
    while let target = tree.target(of: id) {
      guard !isInside(id, target) else { throw problem("an anchor's value contains itself", id) }
      id = target
      isAlias = true
      decodeCount += 1
    }
    if isAlias { aliasCount += 1 + size(of: id) }
    decodeCount += isAlias ? size(of: id) : 0
    let ratio = Double(aliasCount) / Double(max(decodeCount, 1))
    if aliasCount > 100, decodeCount > 1000, ratio > Self.allowedRatio(decodeCount) {
      throw problem("too much of the document comes from aliases", id)
    }
    return id
  }

  private static func allowedRatio(_ count: Int) -> Double {
    if count <= 400_000 { return 0.99 }
    if count >= 4_000_000 { return 0.10 }
    return 0.99 - 0.89 * Double(count - 400_000) / 3_600_000
  }

  private func isInside(_ id: NodeID, _ outer: NodeID) -> Bool {
    var node = id
    while let parent = tree[node].parent {
      if parent == outer { return true }
      node = parent
    }
    return false
  }

  /// How many nodes there are below one.
  private func size(of id: NodeID) -> Int {
    tree.children(of: id).reduce(0) { $0 + 1 + size(of: $1) }
  }

  func kind(of id: NodeID) throws(ConfigurationProblem) -> Kind {
    switch tree[id].kind {
    case .mapping: return .mapping
    case .sequence: return .sequence
    case .alias: return .null
    case .scalar(let style): return try scalarKind(of: id, style)
    }
  }

  private func scalarKind(
    of id: NodeID, _ style: ScalarStyle
  ) throws(ConfigurationProblem) -> Kind {
    let isPlain = style == .plain || style == .absent
    if isJSON {
      guard isPlain else { return .string }
      switch tree.string(of: id) ?? "" {
      case "null": return .null
      case "true", "false": return .bool
      case let number: return .number(Int64(number))
      }
    }
    let tag = tree.resolvedTag(of: id)
    switch tag {
    case nil: return isPlain ? Self.kind(PlainScalar(shortText(of: id))) : .string
    case "tag:yaml.org,2002:str", "!": return .string
    case "tag:yaml.org,2002:binary":
      guard binary(id) != nil else { throw problem("a !!binary value that is no Base64", id) }
      return .string
    case "tag:yaml.org,2002:null", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:int",
      "tag:yaml.org,2002:float", "tag:yaml.org,2002:timestamp":
      let kind = Self.kind(PlainScalar(shortText(of: id)))
      let isAsTagged =
        switch (tag, kind) {
        case ("tag:yaml.org,2002:null", .null), ("tag:yaml.org,2002:bool", .bool): true
        case ("tag:yaml.org,2002:int", .number), ("tag:yaml.org,2002:float", .number): true
        case ("tag:yaml.org,2002:timestamp", .string): true
        default: false
        }
      guard isAsTagged else { throw problem("a value that is not what its tag says", id) }
      return kind
    // What go-yaml does not know it takes as it is.
    default: return .string
    }
  }

  private static func kind(_ scalar: PlainScalar) -> Kind {
    switch scalar {
    case .null: .null
    case .bool: .bool
    case .string: .string
    case .integer(let value): .number(value)
    // JSON has a whole number without its fraction.
    case .float(let value): .number(Int64(exactly: value))
    }
  }

  /// The text of a scalar that may be a word of YAML or a number; a key's bytes, which may stand here
  /// as well, do not become a text that nobody wipes.
  private func shortText(of id: NodeID) -> String {
    tree.withValue(of: id) { bytes in
      let isOther = bytes.count > 40 || (bytes.count > 5 && !Self.mayBeNumber(bytes))
      return isOther ? "text" : String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }
  }

  private static func mayBeNumber(_ bytes: Span<UInt8>) -> Bool {
    for index in bytes.indices {
      switch bytes[index] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
        UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "x"), UInt8(ascii: "X"),
        UInt8(ascii: "o"), UInt8(ascii: "O"), UInt8(ascii: "_"), UInt8(ascii: "+"),
        UInt8(ascii: "-"), UInt8(ascii: "."):
        continue
      default: return false
      }
    }
    return true
  }

  private func binary(_ id: NodeID) -> String? {
    tree.withValue(of: id) { bytes in
      var decoded = WipedBuffer()
      guard GoBase64.decode(bytes, appendingTo: &decoded) else { return nil }
      let plain = decoded.bytes
      return String(decoding: plain.indices.map { plain[$0] }, as: UTF8.self)
    }
  }

  /// A scalar's text; for what is no secret.
  func string(of id: NodeID) -> String {
    if tree.resolvedTag(of: id) == "tag:yaml.org,2002:binary" { return binary(id) ?? "" }
    return tree.string(of: id) ?? ""
  }

  /// Lends a scalar's bytes.
  func withBytes<Result: ~Copyable>(
    of id: NodeID, _ body: (Span<UInt8>) throws(ConfigurationProblem) -> Result
  ) throws(ConfigurationProblem) -> Result {
    if tree.resolvedTag(of: id) == "tag:yaml.org,2002:binary" {
      var decoded = WipedBuffer()
      tree.withValue(of: id) { _ = GoBase64.decode($0, appendingTo: &decoded) }
      return try body(decoded.bytes)
    }
    return try tree.withValue(of: id, body)
  }

  mutating func items(of id: NodeID) throws(ConfigurationProblem) -> [NodeID] {
    var items: [NodeID] = []
    for item in tree.items(of: id) { items.append(try resolved(item)) }
    return items
  }

  /// The pairs of a mapping, merged ones included.
  ///
  /// - Parameter duplicates: Takes the keys that stand twice, a merged and overridden one included;
  ///   the last one counts.
  mutating func pairs(
    of id: NodeID, duplicates: inout [NodeID]
  ) throws(ConfigurationProblem) -> [Pair] {
    var result: [Pair] = []
    var places: [String: Int] = [:]
    try collect(id, into: &result, &places, &duplicates, depth: 0)
    return result
  }

  private mutating func collect(
    _ id: NodeID, into result: inout [Pair], _ places: inout [String: Int],
    _ duplicates: inout [NodeID], depth: Int
  ) throws(ConfigurationProblem) {
    guard depth < 32 else { throw problem("merge keys are nested too deeply", id) }
    for pair in tree.pairs(of: id) {
      if !isJSON, isMerge(pair.key) {
        try merge(pair.value, into: &result, &places, &duplicates, depth: depth)
        continue
      }
      let key = try resolved(pair.key)
      let value = try resolved(pair.value)
      let name = try keyText(key)
      if let place = places[name] {
        duplicates.append(pair.key)
        result[place] = Pair(key: name, keyNode: pair.key, value: value)
      } else {
        places[name] = result.count
        result.append(Pair(key: name, keyNode: pair.key, value: value))
      }
    }
  }

  private func keyText(_ key: NodeID) throws(ConfigurationProblem) -> String {
    switch try kind(of: key) {
    case .string: return string(of: key)
    case .number, .bool:
      // JSON has them as texts, which no field is called.
      return "\u{1}" + string(of: key)
    case .null, .mapping, .sequence: throw problem("a key that is no text", key)
    }
  }

  private func isMerge(_ key: NodeID) -> Bool {
    guard case .scalar(let style) = tree[key].kind, tree.hasValue(key, "<<") else { return false }
    let tag = tree.resolvedTag(of: key)
    return tag == "tag:yaml.org,2002:merge" || (tag == nil && style == .plain)
  }

  private mutating func merge(
    _ value: NodeID, into result: inout [Pair], _ places: inout [String: Int],
    _ duplicates: inout [NodeID], depth: Int
  ) throws(ConfigurationProblem) {
    let isAlias = tree.target(of: value) != nil
    let target = try resolved(value)
    switch try kind(of: target) {
    case .mapping: try collect(target, into: &result, &places, &duplicates, depth: depth + 1)
    case .sequence where !isAlias:
      for item in tree.items(of: target).reversed() {
        let map = try resolved(item)
        guard try kind(of: map) == .mapping else {
          throw problem("a merge key takes a mapping or a list of mappings", item)
        }
        try collect(map, into: &result, &places, &duplicates, depth: depth + 1)
      }
    default: throw problem("a merge key takes a mapping or a list of mappings", value)
    }
  }

  func problem(_ message: String, _ id: NodeID) -> ConfigurationProblem {
    ConfigurationProblem(.decode, message, at: position(of: id))
  }
}
