internal import Findings
internal import Platform
internal import YAMLSource

/// Reading mappings, lists and texts, each with its place in errors.
extension PolicyReader {
  struct Field {
    let name: String
    let key: NodeID
    let value: NodeID
  }

  func fields(
    of node: NodeID, in what: String, _ source: Span<UInt8>
  ) throws(WorkspaceError) -> [Field] {
    guard case .mapping = tree[node].kind else {
      throw error("\(what) is a mapping", node, source)
    }
    if let key = tree.duplicateKeys(of: node).first {
      throw error("this key stands twice", key, source)
    }
    var fields: [Field] = []
    for pair in tree.pairs(of: node) {
      fields.append(
        Field(name: try text(pair.key, "a key", source), key: pair.key, value: pair.value))
    }
    return fields
  }

  func items(
    _ node: NodeID, _ name: String, _ source: Span<UInt8>
  ) throws(WorkspaceError) -> [NodeID] {
    guard case .sequence = tree[node].kind else {
      throw error("\(name) is a list", node, source)
    }
    return tree.items(of: node)
  }

  func references(
    _ node: NodeID, _ name: String, _ source: Span<UInt8>
  ) throws(WorkspaceError) -> [Policy.Reference] {
    var references: [Policy.Reference] = []
    for item in try items(node, name, source) {
      references.append(
        Policy.Reference(
          text: try text(item, "an element of \(name)", source),
          position: tree.position(of: tree[item].range.lowerBound, in: source)))
    }
    return references
  }

  func text(
    _ node: NodeID, _ name: String, _ source: Span<UInt8>
  ) throws(WorkspaceError) -> String {
    guard let text = tree.string(of: tree.target(of: node) ?? node), !text.isEmpty else {
      throw error("\(name) is a text", node, source)
    }
    return text
  }

  /// A number of days.
  func days(_ field: Field, _ source: Span<UInt8>) throws(WorkspaceError) -> Int {
    guard let days = Int(try text(field.value, field.name, source)), (1...36500).contains(days)
    else {
      throw error("\(field.name) is a number of days, at least 1", field.value, source)
    }
    return days
  }

  /// A day of the calendar.
  func date(_ field: Field, _ source: Span<UInt8>) throws(WorkspaceError) -> CalendarDate {
    guard let date = CalendarDate(try text(field.value, field.name, source)) else {
      throw error("\(field.name) is a day, for example 2027-01-31", field.value, source)
    }
    return date
  }

  func pattern(
    _ node: NodeID, _ source: Span<UInt8>
  ) throws(WorkspaceError) -> GlobPattern {
    let text = try text(node, "a path", source)
    // By bytes: a slash with a combining mark behind it is one `Character`.
    let names = text.utf8.split(separator: 0x2f, omittingEmptySubsequences: false)
    guard names.first?.isEmpty == false, !names.contains(where: { Substring($0) == ".." }) else {
      throw error("paths are relative to the policy's folder and stay in it", node, source)
    }
    do { return try GlobPattern(text) } catch {
      throw self.error("not a pattern: a [set] is not closed, or \\ ends it", node, source)
    }
  }

  func unknown(
    _ field: Field, _ known: [String], _ source: Span<UInt8>
  ) -> WorkspaceError {
    error("unknown key '\(escapedForTerminal(field.name))'", field.key, source)
      .hinting("known are: \(known.joined(separator: ", "))")
  }

  func error(
    _ message: String, _ node: NodeID, _ source: Span<UInt8>
  ) -> WorkspaceError {
    WorkspaceError(
      .configuration, message, path: path,
      position: tree.position(of: tree[node].range.lowerBound, in: source))
  }
}
