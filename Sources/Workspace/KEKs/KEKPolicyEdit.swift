internal import CryptoCore
internal import Envelope
internal import Platform
internal import YAMLSource

/// Changes what the text of a policy says of key-encryption keys; every other byte stays.
struct KEKPolicyEdit {
  /// An entry of `keks`: names and values, in order.
  typealias Entry = [(name: String, value: String)]

  /// The policy's path, for errors.
  let path: String
  /// The text as it has become.
  private(set) var text: [UInt8]

  init(_ text: [UInt8], path: String) { (self.text, self.path) = (text, path) }

  // MARK: Files of rules

  /// Names another file wherever a rule names one of some.
  ///
  /// - Throws: `.configuration` where a program cannot do it.
  mutating func replaceFiles(
    where isOld: (String) -> Bool, with file: String
  ) throws(WorkspaceError) {
    guard !isOld(file) else {
      throw WorkspaceError(.configuration, "the new file is the old one", path: path)
    }
    while let next = try replacing(isOld, with: file) { text = next }
  }

  /// The text with the first of them replaced; nil when there is none.
  private func replacing(
    _ isOld: (String) -> Bool, with file: String
  ) throws(WorkspaceError) -> [UInt8]? {
    let source = text.span
    let tree = try PolicyText.parse(source, path)
    guard let rules = value("rules", tree) else { return nil }
    for rule in tree.items(of: rules) {
      for part in tree.pairs(of: rule) where tree.hasValue(part.key, "kek-files") {
        for item in tree.items(of: part.value) {
          guard let name = tree.string(of: tree.target(of: item) ?? item), isOld(name) else {
            continue
          }
          switch tree[item].kind {
          case .scalar(.plain), .scalar(.singleQuoted), .scalar(.doubleQuoted):
            return PolicyText.replaced(
              source, tree[item].contentRange, with: PolicyTemplate.quoted(file))
          default:
            throw byHand(
              "a program cannot name another file here", tree, item, source,
              hint: "name \(escapedForTerminal(file)) by hand, and run this again")
          }
        }
      }
    }
    return nil
  }

  // MARK: The list

  /// Adds entries in front of those that are there.
  ///
  /// - Throws: As above.
  mutating func insert(_ entries: [Entry]) throws(WorkspaceError) {
    let before = text
    let source = before.span
    let tree = try PolicyText.parse(source, path)
    let lineBreak = Self.lineBreak(tree)
    if let list = value("keks", tree) {
      let items = tree.items(of: list)
      if PolicyText.isFlow(list, tree, source) {
        let start = tree[list].contentRange.lowerBound + 1
        text = PolicyText.replaced(
          source, start..<start, with: Self.flow(entries) + (items.isEmpty ? "" : ", "))
        return
      }
      if let first = items.first, let line = PolicyText.line(of: first, tree, source),
        line.text.hasSuffix("- "), line.text.utf8.allSatisfy({ $0 == 0x20 || $0 == 0x2d })
      {
        text = PolicyText.replaced(
          source, line.start..<line.start,
          with: Self.block(entries, prefix: line.text, lineBreak) + lineBreak)
        return
      }
      throw byHand(
        "a program cannot add to this list", tree, list, source, hint: Self.advice(entries))
    }
    guard let root = root(tree), let version = pair("version", tree) else {
      throw WorkspaceError(
        .configuration, "the policy has no version", path: path, hints: [Self.advice(entries)])
    }
    if tree[root].kind == .mapping(isFlow: true) {
      let start = tree[root].contentRange.lowerBound + 1
      text = PolicyText.replaced(
        source, start..<start, with: "\"keks\": [\(Self.flow(entries))], ")
      return
    }
    guard PolicyText.line(of: version.key, tree, source)?.text.isEmpty ?? false else {
      throw byHand(
        "a program cannot add a list here", tree, version.key, source, hint: Self.advice(entries))
    }
    let end = LineBreaks.endOfLine(from: tree[version.value].range.upperBound, in: source)
    text = PolicyText.replaced(
      source, end..<end,
      with: "\(lineBreak)\(lineBreak)keks:\(lineBreak)"
        + Self.block(entries, prefix: "  - ", lineBreak))
  }

  /// Adds a field to the entry of a key.
  ///
  /// - Throws: As above.
  mutating func add(
    _ name: String, _ value: String, toEntryOf id: String
  ) throws(WorkspaceError) {
    let before = text
    let source = before.span
    let tree = try PolicyText.parse(source, path)
    for entry in self.value("keks", tree).map({ tree.items(of: $0) }) ?? [] {
      let field = tree.pairs(of: entry).first { tree.hasValue($0.key, "id") }
      guard let field, tree.string(of: field.value) == id else { continue }
      let end = tree[field.value].range.upperBound
      if tree[entry].kind == .mapping(isFlow: true) {
        text = PolicyText.replaced(
          source, end..<end, with: ", \"\(name)\": \(PolicyTemplate.quoted(value))")
        return
      }
      guard let line = PolicyText.line(of: field.key, tree, source),
        line.text.utf8.allSatisfy({ $0 == 0x20 || $0 == 0x2d })
      else { break }
      let lineEnd = LineBreaks.endOfLine(from: end, in: source)
      let indentation = String(repeating: " ", count: line.text.utf8.count)
      text = PolicyText.replaced(
        source, lineEnd..<lineEnd,
        with: "\(Self.lineBreak(tree))\(indentation)\(name): \(Self.shown(value))")
      return
    }
    throw WorkspaceError(
      .configuration, "a program cannot change the entry of \(id) in 'keks'", path: path,
      hints: ["add '\(name): \(value)' to it by hand, and run this again"])
  }

  // MARK: Parts

  private func root(_ tree: SourceTree) -> NodeID? {
    tree.documents.compactMap(\.root).first
  }

  private func pair(
    _ name: StaticString, _ tree: SourceTree
  ) -> (key: NodeID, value: NodeID)? {
    root(tree).flatMap { root in
      tree.pairs(of: root).first { tree.hasValue($0.key, name) }
    }
  }

  private func value(_ name: StaticString, _ tree: SourceTree) -> NodeID? {
    pair(name, tree)?.value
  }

  private func byHand(
    _ message: String, _ tree: SourceTree, _ node: NodeID, _ source: Span<UInt8>, hint: String
  ) -> WorkspaceError {
    WorkspaceError(
      .configuration, message, path: path,
      position: tree.position(of: tree[node].range.lowerBound, in: source), hints: [hint])
  }

  private static func lineBreak(_ tree: SourceTree) -> String {
    switch tree.lineBreak {
    case .crlf: "\r\n"
    case .cr: "\r"
    case .lf, nil: "\n"
    }
  }

  private static func block(
    _ entries: [Entry], prefix: String, _ lineBreak: String
  ) -> String {
    let indentation = String(repeating: " ", count: prefix.utf8.count)
    return entries.map { entry in
      entry.enumerated().map { index, field in
        (index == 0 ? prefix : indentation) + "\(field.name): \(shown(field.value))"
      }.joined(separator: lineBreak)
    }.joined(separator: lineBreak)
  }

  private static func flow(_ entries: [Entry]) -> String {
    entries.map { entry in
      let fields = entry.map { "\"\($0.name)\": \(PolicyTemplate.quoted($0.value))" }
      return "{\(fields.joined(separator: ", "))}"
    }.joined(separator: ", ")
  }

  /// A day as it is, anything else in quotes.
  private static func shown(_ value: String) -> String {
    value.utf8.count == 10 && value.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2d }
      ? value : PolicyTemplate.quoted(value)
  }

  /// Entries as they can be written by hand.
  static func advice(_ entries: [Entry]) -> String {
    let shown = entries.map { entry in
      "{\(entry.map { "\($0.name): \(Self.shown($0.value))" }.joined(separator: ", "))}"
    }
    return "add to its 'keks': \(shown.joined(separator: ", "))"
  }
}
