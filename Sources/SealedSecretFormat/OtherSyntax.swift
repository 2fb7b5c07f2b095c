public import CryptoCore
internal import Manifest
public import YAMLSource

/// Writes a manifest anew in the other syntax: `kubectl -o json | kubeseal -o yaml`.
public enum OtherSyntax {
  /// Appends a text as YAML or JSON; one that is in that syntax stays as it is.
  ///
  /// - Throws: `.syntax`; `.unsupported` for what JSON cannot hold: several documents, keys that are
  ///   no texts, tags; or aliases, which would be written out any number of times.
  public static func append(
    _ source: Span<UInt8>, as syntax: SourceSyntax, to output: inout WipedBuffer
  ) throws(SealedSecretError) {
    let tree = try ReadText.parse(source)
    guard tree.syntax != syntax else { return output.append(source) }
    let roots = tree.documents.compactMap(\.root)
    guard syntax == .yaml || roots.count == 1 else {
      throw SealedSecretError(
        .unsupported, "JSON holds one document, not \(roots.count)",
        hints: ["write YAML, or give the documents one by one"])
    }
    for root in roots {
      switch syntax {
      case .yaml: BlockStyle(tree: tree).append(root, 0, isInLine: true, to: &output)
      case .json: try JSONStyle(tree: tree).append(root, 0, source, to: &output)
      }
      output.append("\n")
    }
  }
}

/// JSON as block-style YAML.
private struct BlockStyle {
  let tree: SourceTree

  /// - Parameter isInLine: Whether the first line is begun already.
  func append(
    _ node: NodeID, _ indentation: Int, isInLine: Bool, to output: inout WipedBuffer
  ) {
    var isInLine = isInLine
    func beginLine(_ output: inout WipedBuffer) {
      if !isInLine {
        output.append("\n")
        output.append(repeating: 0x20, count: indentation)
      }
      isInLine = false
    }
    for pair in tree.pairs(of: node) {
      beginLine(&output)
      tree.withValue(of: pair.key) { key in
        FieldEditor.append(key, isQuoted: false, to: &output)
      }
      output.append(":")
      appendValue(pair.value, indentation + 2, isItem: false, to: &output)
    }
    for item in tree.items(of: node) {
      beginLine(&output)
      output.append("-")
      appendValue(item, indentation + 2, isItem: true, to: &output)
    }
  }

  private func appendValue(
    _ node: NodeID, _ indentation: Int, isItem: Bool, to output: inout WipedBuffer
  ) {
    switch tree[node].kind {
    case .mapping where !tree.pairs(of: node).isEmpty:
      if isItem { output.append(" ") }
      append(node, indentation, isInLine: isItem, to: &output)
    case .sequence where !tree.items(of: node).isEmpty:
      append(node, indentation, isInLine: false, to: &output)
    case .mapping: output.append(" {}")
    case .sequence: output.append(" []")
    case .scalar(let style):
      output.append(" ")
      tree.withValue(of: node) { text in
        if style == .plain { return output.append(text) }
        FieldEditor.append(text, isQuoted: false, to: &output)
      }
    case .alias: break
    }
  }
}

/// YAML as JSON, as Kubernetes' reader takes it.
private struct JSONStyle {
  let tree: SourceTree

  func append(
    _ node: NodeID, _ indentation: Int, _ source: Span<UInt8>, to output: inout WipedBuffer
  ) throws(SealedSecretError) {
    let children = tree.pairs(of: node).count + tree.items(of: node).count
    switch tree[node].kind {
    case .mapping, .sequence:
      let isMapping = tree.items(of: node).isEmpty && isMapping(node)
      output.append(isMapping ? "{" : "[")
      var isFirst = true
      func next(_ output: inout WipedBuffer) {
        if !isFirst { output.append(",") }
        isFirst = false
        breakLine(indentation + 2, &output)
      }
      for pair in tree.pairs(of: node) {
        next(&output)
        guard case .scalar = tree[pair.key].kind, !tree.hasValue(pair.key, "<<") else {
          throw unsupported("a key that JSON does not have", pair.key, source)
        }
        quote(pair.key, to: &output)
        output.append(": ")
        try append(pair.value, indentation + 2, source, to: &output)
      }
      for item in tree.items(of: node) {
        next(&output)
        try append(item, indentation + 2, source, to: &output)
      }
      if children > 0 { breakLine(indentation, &output) }
      output.append(isMapping ? "}" : "]")
    case .alias: throw unsupported("an alias, which JSON does not have", node, source)
    case .scalar: try appendScalar(node, source, to: &output)
    }
  }

  private func isMapping(_ node: NodeID) -> Bool {
    if case .mapping = tree[node].kind { return true }
    return false
  }

  private func breakLine(_ indentation: Int, _ output: inout WipedBuffer) {
    output.append("\n")
    output.append(repeating: 0x20, count: indentation)
  }

  private func quote(_ node: NodeID, to output: inout WipedBuffer) {
    tree.withValue(of: node) { FieldEditor.append($0, isQuoted: true, to: &output) }
  }

  private func appendScalar(
    _ node: NodeID, _ source: Span<UInt8>, to output: inout WipedBuffer
  ) throws(SealedSecretError) {
    switch tree.resolvedTag(of: node) {
    case nil: break
    case "tag:yaml.org,2002:str", "!": return quote(node, to: &output)
    default: throw unsupported("a tag, which JSON does not have", node, source)
    }
    if tree.fieldText(node) == nil { return output.append("null") }
    guard tree.isImplicit(node) else { return quote(node, to: &output) }
    switch tree.string(of: node)?.lowercased() {
    case "true", "yes", "on", "y": output.append("true")
    case "false", "no", "off", "n": output.append("false")
    default:
      guard tree.withValue(of: node, Self.isJSONNumber) else {
        throw unsupported("a number that JSON does not have", node, source)
      }
      tree.withValue(of: node) { output.append($0) }
    }
  }

  /// Whether a text is an integer or a decimal fraction of JSON (RFC 8259, section 6).
  private static func isJSONNumber(_ text: Span<UInt8>) -> Bool {
    let source = WipedBuffer(copying: text)
    guard let tree = try? SourceTree.parse(source.bytes, syntax: .json) else { return false }
    return tree.documents.first?.root != nil
  }

  private func unsupported(
    _ message: String, _ node: NodeID, _ source: Span<UInt8>
  ) -> SealedSecretError {
    SealedSecretError(
      .unsupported, message,
      at: tree.position(of: tree[node].range.lowerBound, in: source),
      hints: ["write YAML"])
  }
}
