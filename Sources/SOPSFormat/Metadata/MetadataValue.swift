/// A part of a file's metadata, which is public.
public enum MetadataValue: Sendable, Equatable {
  /// Nothing.
  case null
  /// A text.
  case text(String)
  /// A number.
  case integer(Int)
  /// True or false.
  case boolean(Bool)
  /// A list.
  case list([MetadataValue])
  /// A mapping, its keys in order.
  case mapping([MetadataField])

  /// As a text, however it is written; nil for lists, mappings and nothing.
  public var text: String? {
    switch self {
    case .text(let text): text
    case .integer(let value): String(value)
    case .boolean(let value): value ? "true" : "false"
    case .null, .list, .mapping: nil
    }
  }

  /// The fields of a mapping; empty for others.
  var fields: [MetadataField] {
    if case .mapping(let fields) = self { return fields }
    return []
  }

  /// With the keys of all mappings sorted by their bytes, as SOPS writes them.
  var sorted: MetadataValue {
    switch self {
    case .mapping(let fields): .mapping(fields.sortedByName.map { .init($0.name, $0.value.sorted) })
    case .list(let items): .list(items.map(\.sorted))
    default: self
    }
  }
}

/// A key of a mapping and its value.
public struct MetadataField: Sendable, Equatable {
  /// The key.
  public let name: String
  /// The value.
  public let value: MetadataValue

  /// Makes a field.
  public init(_ name: String, _ value: MetadataValue) {
    self.name = name
    self.value = value
  }
}

extension [MetadataField] {
  var sortedByName: [MetadataField] {
    sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  /// The value of a key.
  package subscript(name: String) -> MetadataValue? { first { $0.name == name }?.value }
}
