public import CryptoCore
public import YAMLSource

/// One value of a Secret as Kubernetes has it.
public struct SecretValue: Sendable {
  /// Its name.
  public let key: String
  /// Where it was given.
  public let field: SecretField
  /// Its bytes in the buffer that it was appended to.
  public let range: Range<Int>
}

/// Reads a Secret's values as Kubernetes does.
public enum SecretValues {
  /// In bytes.
  ///
  /// Aliases multiply a value, so the size of the text is no limit; Kubernetes allows 1 MiB.
  private static let maximumByteCount = 64 << 20

  /// Appends every value of a plaintext Secret: of `data` decoded, then of `stringData`.
  ///
  /// The latter win. Aliases are followed. Other objects have none.
  ///
  /// - Parameters:
  ///   - nullIsEmpty: Whether null is an empty value, as it is to Kubernetes, and not a mistake.
  ///   - output: Takes the bytes; wipes them when it goes.
  /// - Throws: `.tooLong` for more than 64 MiB; `.notBase64` when a value under `data` is not
  ///   standard Base64 (line breaks are allowed), `.notString` when a value is no text for
  ///   Kubernetes: a plain scalar that YAML reads as a number, a truth value or null, or one with a
  ///   tag.
  public static func append(
    of unit: SecretUnit, tree: SourceTree, source: Span<UInt8>, nullIsEmpty: Bool = false,
    to output: inout WipedBuffer
  ) throws(ManifestError) -> [SecretValue] {
    guard unit.isSecret else { return [] }
    let outputStart = output.count
    var values: [SecretValue] = []
    var places: [String: Int] = [:]
    for field in SecretField.allCases {
      for entry in unit.entries where entry.kind != .comment && entry.path.first == field.rawValue {
        guard let node = entry.node, let key = entry.path.last else { continue }
        let start = output.count
        guard start - outputStart <= maximumByteCount else {
          throw ManifestError(
            .tooLong, "the values of \(unit.identity.printableLabel) have more than 64 MiB",
            at: unit.position)
        }
        let scalar = tree.target(of: node) ?? node
        if !(nullIsEmpty && tree.isNull(scalar)) {
          try append(entry, scalar, field, tree, source, to: &output)
        }
        let value = SecretValue(key: key, field: field, range: start..<output.count)
        if let place = places[key] {
          values[place] = value
        } else {
          places[key] = values.count
          values.append(value)
        }
      }
    }
    return values
  }

  /// Appends one value, whatever the others are.
  ///
  /// - Returns: Where it is in `output`; nil when there is none of that name.
  /// - Throws: as `append(of:)`.
  public static func append(
    _ key: String, in field: SecretField, of unit: SecretUnit, tree: SourceTree,
    source: Span<UInt8>, to output: inout WipedBuffer
  ) throws(ManifestError) -> Range<Int>? {
    let entry = unit.entries.last { $0.kind != .comment && $0.path == [field.rawValue, key] }
    guard let entry, let node = entry.node else { return nil }
    let start = output.count
    try append(entry, tree.target(of: node) ?? node, field, tree, source, to: &output)
    return start..<output.count
  }

  /// Values under `data` that Kubernetes does not take, because they are not Base64.
  ///
  /// Aliases are passed over: what they stand for is an entry itself.
  public static func notBase64(
    in unit: SecretUnit, tree: SourceTree, source: Span<UInt8>
  ) -> [(name: String, position: SourcePosition)] {
    guard unit.isSecret else { return [] }
    var decoded = WipedBuffer()
    return unit.entries.compactMap { entry in
      guard entry.kind == .value, entry.path.first == SecretField.data.rawValue,
        let node = entry.node
      else { return nil }
      let isBare = [.scalar(.plain), .scalar(.absent)].contains(tree[node].kind)
      let isValid = tree.withValue(of: node) { value in
        // What is no text to YAML is null, which is fine, or another mistake.
        isBare && !ImplicitType.isText(value)
          || LenientBase64.decode(value, appendingTo: &decoded)
      }
      decoded.removeAll()
      if isValid { return nil }
      return (entry.name, tree.position(of: entry.contentRange.lowerBound, in: source))
    }
  }

  private static func append(
    _ entry: UnitEntry, _ node: NodeID, _ field: SecretField, _ tree: SourceTree,
    _ source: Span<UInt8>, to output: inout WipedBuffer
  ) throws(ManifestError) {
    func error(_ code: ManifestError.Code, _ message: String) -> ManifestError {
      ManifestError(
        code, "\(entry.name) \(message)",
        at: tree.position(of: entry.contentRange.lowerBound, in: source))
    }
    guard case .scalar(let style) = tree[node].kind else {
      throw error(.notScalar, "is a collection; a Secret's values are texts")
    }
    switch tree.resolvedTag(of: node) {
    case nil:
      let isBare = style == .plain || style == .absent
      if isBare, !tree.withValue(of: node, ImplicitType.isText) {
        throw error(
          .notString, "is no text: YAML reads a number, true, false or null; put it in quotes")
      }
    case "tag:yaml.org,2002:str", "!": break
    default: throw error(.notString, "has a tag that makes it no text; take the tag out")
    }
    let isValid = tree.withValue(of: node) { value in
      guard field == .data else {
        output.append(value)
        return true
      }
      return LenientBase64.decode(value, appendingTo: &output)
    }
    guard isValid else {
      throw error(.notBase64, "is not Base64; stringData takes texts as they are")
    }
  }
}
