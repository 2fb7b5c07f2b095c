internal import YAMLSource

/// What the values of one Secret are.
struct SecretValuesTally {
  private(set) var plaintextCount = 0
  private(set) var sealedCount = 0
  private(set) var encryptedCount = 0
  private(set) var placeholderCount = 0
  /// Of the first value in plaintext.
  private(set) var firstName = ""
  private(set) var firstOffset = 0

  /// Judges `data` and `stringData` of a mapping.
  ///
  /// - Parameter seen: Mappings that were judged, which aliases would have judged again and again.
  init(
    _ fields: Fields, in tree: SourceTree, _ bytes: Span<UInt8>, _ seen: inout Set<NodeID>
  ) {
    for field in fields.pairs {
      guard let name = Self.name(of: field.key, in: tree) else { continue }
      let start = tree[field.value].range.lowerBound
      if bytes.has("{{", at: start) {
        placeholderCount += 1
        continue
      }
      guard seen.insert(field.value).inserted else { continue }
      for pair in Fields(of: field.value, in: tree).pairs {
        var value = tree.entryValue(pair.value, in: bytes)
        // SOPS leaves these as they are.
        if case .plaintext = value, encryptedCount > 0,
          tree.shownKey(pair.key).hasSuffix("_unencrypted")
        {
          value = .empty
        }
        add(value, "\(name)/\(tree.shownKey(pair.key))", tree[pair.value].range.lowerBound)
      }
    }
  }

  /// `data` or `stringData`, however it is spelt.
  private static func name(of key: NodeID, in tree: SourceTree) -> String? {
    guard tree.withValue(of: key, { (4...40).contains($0.count) }),
      let text = tree.binaryText(of: key) ?? tree.string(of: key)
    else { return nil }
    switch text.lowercased() {
    case "data": return "data"
    case "stringdata": return "stringData"
    default: return nil
    }
  }

  private mutating func add(_ value: EntryValue, _ name: String, _ offset: Int) {
    switch value {
    case .empty: break
    case .sealed: sealedCount += 1
    case .encrypted: encryptedCount += 1
    case .placeholder: placeholderCount += 1
    case .plaintext:
      if plaintextCount == 0 { (firstName, firstOffset) = (name, offset) }
      plaintextCount += 1
    }
  }

  /// "2 values, the first is data/password".
  var summary: String {
    plaintextCount == 1
      ? "\(firstName) is in plaintext"
      : "\(plaintextCount) values are in plaintext, the first is \(firstName)"
  }
}
