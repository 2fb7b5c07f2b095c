internal import CryptoCore
internal import YAMLSource

/// A node of a YAML or JSON text as Kubernetes reads it: aliases and merge keys are followed, and of
/// keys that stand twice the last one counts.
public struct ConfigNode: Sendable {
  private let document: ConfigText
  private let id: NodeID

  private init(_ document: ConfigText, _ id: NodeID) {
    self.document = document
    // An alias names an anchor, which no alias can have.
    self.id = document.tree.target(of: id) ?? id
  }

  /// The roots of a text's documents that hold something.
  ///
  /// - Parameter file: What places call it.
  /// - Throws: `.syntax` with the place.
  public static func documents(
    of text: Span<UInt8>, file: String
  ) throws(ControlPlaneError) -> [ConfigNode] {
    let document = try ConfigText(text, file: file)
    return document.tree.documents.compactMap { found in
      found.root.map { ConfigNode(document, $0) }
    }
  }

  /// The root of a text's first document, the only one that components read.
  ///
  /// - Parameter file: What places call it.
  /// - Throws: `.syntax`; `.otherKind` when there is nothing in it.
  public static func root(
    of text: Span<UInt8>, file: String
  ) throws(ControlPlaneError) -> ConfigNode {
    guard let root = try documents(of: text, file: file).first else {
      throw ControlPlaneError(.otherKind, "there is nothing in it", at: Place(file: file))
    }
    return root
  }

  /// Where it stands.
  public var place: Place { document.place(of: id) }

  /// Whether it is a mapping.
  public var isMapping: Bool {
    if case .mapping = document.tree[id].kind { true } else { false }
  }

  /// Whether it is a list.
  public var isList: Bool {
    if case .sequence = document.tree[id].kind { true } else { false }
  }

  /// Whether nothing is written there, or `null`.
  public var isNull: Bool {
    switch document.tree[id].kind {
    case .scalar(.absent): true
    case .scalar(.plain): ["null", "~", "Null", "NULL", ""].contains(string ?? "")
    default: false
    }
  }

  /// A mapping's value under a key; nil when there is none, or null.
  public subscript(_ key: StaticString) -> ConfigNode? {
    value(depth: 0) { document.tree.hasValue($0, key) }
  }

  /// A mapping's value under a key; nil when there is none, or null.
  public func value(_ key: String) -> ConfigNode? {
    value(depth: 0) { document.tree.string(of: $0) == key }
  }

  private func value(depth: Int, _ isKey: (NodeID) -> Bool) -> ConfigNode? {
    var found: ConfigNode?
    var merged: NodeID?
    for pair in document.tree.pairs(of: id) {
      let key = document.tree.target(of: pair.key) ?? pair.key
      if isKey(key) {
        found = ConfigNode(document, pair.value)
      } else if document.tree.hasValue(key, "<<") {
        merged = pair.value
      }
    }
    if let found { return found.isNull ? nil : found }
    guard let merged, depth < Self.maximumMergeDepth else { return nil }
    let source = ConfigNode(document, merged)
    for mapping in source.isList ? Array(source.items.prefix(Self.maximumMerges)) : [source] {
      if let found = mapping.value(depth: depth + 1, isKey) { return found }
    }
    return nil
  }

  /// How many merge keys may lie within each other, and mappings within one: together they bound what
  /// a hostile text can cost.
  private static let maximumMergeDepth = 3
  private static let maximumMerges = 8

  /// The value that a path of keys leads to.
  public func at(_ path: StaticString...) -> ConfigNode? {
    var node: ConfigNode? = self
    for key in path { node = node?[key] }
    return node
  }

  /// The items of a list; none for other nodes.
  public var items: [ConfigNode] {
    document.tree.items(of: id).map { ConfigNode(document, $0) }
  }

  /// The keys and values of a mapping, merged ones excepted; none for other nodes.
  public var pairs: [(key: PlacedText, value: ConfigNode)] {
    document.tree.pairs(of: id).compactMap { pair in
      let key = ConfigNode(document, pair.key)
      guard let text = key.string, text != "<<" else { return nil }
      return (PlacedText(text, at: key.place), ConfigNode(document, pair.value))
    }
  }

  /// A scalar's text; nil for other nodes.
  ///
  /// The text is not wiped: only for what is no secret.
  public var string: String? { document.tree.string(of: id) }

  /// A scalar's text with its place; nil for other nodes, and for null.
  public var text: PlacedText? {
    guard !isNull, let string else { return nil }
    return PlacedText(string, at: place)
  }

  /// A truth value as Kubernetes reads YAML (1.1); nil for other nodes.
  public var bool: Bool? {
    guard case .scalar(.plain) = document.tree[id].kind else { return nil }
    switch string ?? "" {
    case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y": return true
    case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N": return false
    default: return nil
    }
  }

  /// The items of a list of texts; a text alone stands for a list of one.
  public var texts: [PlacedText] {
    isList ? items.compactMap(\.text) : text.map { [$0] } ?? []
  }

  /// Whether a scalar has bytes.
  public var hasBytes: Bool { document.tree.withValue(of: id) { !$0.isEmpty } }

  /// Lends a scalar's bytes, which may be secret; none for other nodes.
  public func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try document.tree.withValue(of: id, body)
  }

  /// What its `kind` says.
  public var kind: String { self["kind"]?.string ?? "" }

  /// The objects of a List, which does not hold further Lists; for other kinds itself.
  public var objects: [ConfigNode] {
    kind.hasSuffix("List") ? (self["items"]?.items ?? []) : [self]
  }

  /// What its `apiVersion` says in front of the `/`.
  public var group: String {
    let parts = (self["apiVersion"]?.string ?? "").split(separator: "/")
    return parts.count > 1 ? String(parts[0]) : ""
  }
}
