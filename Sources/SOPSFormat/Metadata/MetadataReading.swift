/// Reads metadata from the fields of the `sops` mapping, as every version since 2 wrote them.
extension SOPSMetadata {
  private static func isKnown(_ name: String) -> Bool {
    switch name {
    case "mac", "lastmodified", "version", "shamir_threshold", "key_groups", "mac_only_encrypted":
      true
    default:
      SOPSSelection.Kind(rawValue: name) != nil || backendOrder.contains { $0.listName == name }
    }
  }
  private static let backendOrder = SOPSBackend.allCases

  /// - Throws: `.malformedMetadata`, `.conflictingRules`, `.malformedRule`, `.noKeys`.
  init(fields: [MetadataField], known: SOPSSelection? = nil) throws(SOPSError) {
    for (index, field) in fields.enumerated()
    where fields[..<index].contains(where: { $0.name == field.name }) {
      throw Self.malformed("\(Printable.text(field.name)) is there twice")
    }
    keyGroups = try Self.groups(of: fields)
    shamirThreshold = try Self.integer(fields, "shamir_threshold")
    guard (0...255).contains(shamirThreshold) else {
      throw Self.malformed("shamir_threshold is not between 0 and 255")
    }
    guard let date = fields["lastmodified"]?.text.flatMap({ Timestamp($0) }) else {
      throw Self.malformed("lastmodified is not a date of RFC 3339")
    }
    lastModified = date
    encryptedMAC = try Self.text(fields, "mac")
    isMACOnlyEncrypted = try Self.boolean(fields, "mac_only_encrypted")
    version = try Self.text(fields, "version")
    let rule = try Self.selection(of: fields, known)
    selection = rule ?? .standard
    namesSelection = rule != nil
    otherFields = fields.filter { !Self.isKnown($0.name) }
  }

  private static func malformed(_ message: String) -> SOPSError {
    SOPSError(.malformedMetadata, "in the metadata of SOPS, \(message)")
  }

  private static func text(
    _ fields: [MetadataField], _ name: String
  ) throws(SOPSError) -> String {
    guard let value = fields[name], value != .null else { return "" }
    guard let text = value.text else { throw malformed("\(name) is not a text") }
    return text
  }

  private static func integer(
    _ fields: [MetadataField], _ name: String
  ) throws(SOPSError) -> Int {
    let text = try text(fields, name)
    guard !text.isEmpty else { return 0 }
    guard let value = Int(text) else { throw malformed("\(name) is not a number") }
    return value
  }

  private static func boolean(
    _ fields: [MetadataField], _ name: String
  ) throws(SOPSError) -> Bool {
    switch try text(fields, name) {
    case "", "0", "f", "F", "false", "False", "FALSE": return false
    case "1", "t", "T", "true", "True", "TRUE": return true
    default: throw malformed("\(name) is neither true nor false")
    }
  }

  private static func selection(
    of fields: [MetadataField], _ known: SOPSSelection?
  ) throws(SOPSError) -> SOPSSelection? {
    var found: (SOPSSelection.Kind, String)?
    for kind in SOPSSelection.Kind.allCases {
      let pattern = try text(fields, kind.rawValue)
      guard !pattern.isEmpty else { continue }
      if let (other, _) = found {
        throw SOPSError(
          .conflictingRules,
          "both \(other.rawValue) and \(kind.rawValue) say what is encrypted: only one may")
      }
      found = (kind, pattern)
    }
    guard let (kind, pattern) = found else { return nil }
    if let known, known.isRule(kind, pattern) { return known }
    return try SOPSSelection(kind, pattern)
  }

  private static func groups(of fields: [MetadataField]) throws(SOPSError) -> [SOPSKeyGroup] {
    let group = try group(of: fields)
    if !group.entries.isEmpty { return [group] }
    var groups: [SOPSKeyGroup] = []
    for item in try list(fields, "key_groups") {
      guard case .mapping(let fields) = item else {
        throw malformed("a key group is not a mapping")
      }
      groups.append(try Self.group(of: fields))
    }
    guard groups.contains(where: { !$0.entries.isEmpty }) else {
      throw SOPSError(.noKeys, "the metadata of SOPS names nobody who could open the file")
    }
    guard groups.count <= 255 else { throw malformed("there are more than 255 key groups") }
    return groups
  }

  private static func group(of fields: [MetadataField]) throws(SOPSError) -> SOPSKeyGroup {
    var entries: [SOPSKeyEntry] = []
    for backend in backendOrder {
      for item in try list(fields, backend.listName) {
        guard case .mapping(let fields) = item else {
          throw malformed("an entry of \(backend.listName) is not a mapping")
        }
        // SOPS opens nothing when one date is none; of age there are no dates.
        if backend != .age, fields["created_at"]?.text.flatMap({ Timestamp($0) }) == nil {
          throw malformed("created_at of an entry of \(backend.listName) is not a date of RFC 3339")
        }
        entries.append(SOPSKeyEntry(backend, fields: fields))
      }
    }
    return SOPSKeyGroup(entries)
  }

  private static func list(
    _ fields: [MetadataField], _ name: String
  ) throws(SOPSError) -> [MetadataValue] {
    switch fields[name] {
    case nil, .null: return []
    case .list(let items): return items
    // What is flattened cannot tell an empty list from an empty text.
    case .text(""): return []
    case .mapping(let fields) where fields.isEmpty: return []
    default: throw malformed("\(name) is not a list")
    }
  }
}
