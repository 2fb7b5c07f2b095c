/// Metadata in stores without nesting: `age__list_0__map_recipient` and the like.
enum FlatMetadata {
  private static let mapSeparator = "__map_"
  private static let listSeparator = "__list_"
  private static let maximumDepth = 16

  /// The flat fields of nested ones; newlines in texts are left as they are.
  static func flatten(_ fields: [MetadataField]) -> [MetadataField] {
    var result: [MetadataField] = []
    for field in fields { add(field.name, field.value, to: &result) }
    return result
  }

  private static func add(_ name: String, _ value: MetadataValue, to result: inout [MetadataField])
  {
    switch value {
    case .mapping(let fields):
      for field in fields { add(name + mapSeparator + field.name, field.value, to: &result) }
    case .list(let items):
      for (index, item) in items.enumerated() {
        add(name + listSeparator + String(index), item, to: &result)
      }
    default: result.append(MetadataField(name, value))
    }
  }

  private final class Tree {
    var value: String?
    var names: [String: Tree] = [:]
    var items: [Int: Tree] = [:]
  }

  /// The nested fields of flat ones.
  ///
  /// - Throws: `.malformedMetadata` when two contradict each other or a list has a gap.
  static func unflatten(_ fields: [MetadataField]) throws(SOPSError) -> [MetadataField] {
    let root = Tree()
    for field in fields {
      var tree = root
      for part in try parts(of: field.name) {
        let next = part.index.map { tree.items[$0] } ?? tree.names[part.name]
        let child = next ?? Tree()
        if let index = part.index {
          tree.items[index] = child
        } else {
          tree.names[part.name] = child
        }
        tree = child
      }
      guard tree.value == nil else { throw contradiction(field.name) }
      tree.value = field.value.text ?? ""
    }
    return try value(of: root, "sops").fields
  }

  private static func contradiction(_ name: String) -> SOPSError {
    SOPSError(
      .malformedMetadata,
      "in the metadata of SOPS, \(Printable.text(name)) contradicts another line")
  }

  private static func value(of tree: Tree, _ name: String) throws(SOPSError) -> MetadataValue {
    guard [tree.value != nil, !tree.names.isEmpty, !tree.items.isEmpty].filter({ $0 }).count <= 1
    else { throw contradiction(name) }
    if let value = tree.value { return .text(value) }
    if !tree.items.isEmpty {
      var items: [MetadataValue] = []
      for index in 0..<tree.items.count {
        guard let item = tree.items[index] else {
          throw SOPSError(
            .malformedMetadata,
            "in the metadata of SOPS, the list \(Printable.text(name)) has a gap")
        }
        items.append(try value(of: item, name))
      }
      return .list(items)
    }
    var fields: [MetadataField] = []
    for (key, child) in tree.names { fields.append(MetadataField(key, try value(of: child, key))) }
    return .mapping(fields.sortedByName)
  }

  private static func parts(
    of name: String
  ) throws(SOPSError) -> [(name: String, index: Int?)] {
    var parts: [(name: String, index: Int?)] = []
    var isIndex = false
    var current = ""
    var rest = Substring(name)
    func part() throws(SOPSError) -> (name: String, index: Int?) {
      guard isIndex else { return (current, nil) }
      guard let index = Int(current), (0..<100_000).contains(index) else {
        throw SOPSError(
          .malformedMetadata,
          "in the metadata of SOPS, \(Printable.text(name)) does not name a place in a list")
      }
      return ("", index)
    }
    while let character = rest.unicodeScalars.first {
      let separator = [mapSeparator, listSeparator].first { rest.hasPrefix($0) }
      guard let separator else {
        current.unicodeScalars.append(character)
        rest.unicodeScalars.removeFirst()
        continue
      }
      parts.append(try part())
      current = ""
      isIndex = separator == listSeparator
      rest = rest.dropFirst(separator.count)
    }
    parts.append(try part())
    guard parts.count <= maximumDepth else { throw contradiction(name) }
    return parts
  }
}
