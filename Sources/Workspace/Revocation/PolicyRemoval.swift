internal import CryptoCore
internal import Envelope
internal import Platform
internal import YAMLSource

/// Takes recipients out of the text of a policy, and forbids them; every other byte stays.
struct PolicyRemoval {
  /// What is taken out.
  let isRevoked: (_ text: String, _ isKEK: Bool) -> Bool
  /// What is forbidden from now on: recipients, with a name for people.
  let forbidden: [(text: String, name: String?)]

  /// The text without them.
  ///
  /// - Throws: `.configuration` where the policy is written in a way that has to be edited by hand.
  func text(
    of source: [UInt8], path: String
  ) throws(WorkspaceError) -> (text: [UInt8], removed: [String], added: [String]) {
    var text = source
    var removed: [String] = []
    var added: [String] = []
    while let next = try removing(from: text, path: path) {
      removed.append(next.reference)
      text = next.text
    }
    for recipient in forbidden {
      guard let next = try forbidding(recipient, in: text, path: path) else { continue }
      added.append(recipient.text)
      text = next
    }
    return (text, removed, added)
  }

  // MARK: Taking out

  /// The text without the first reference that is to go; nil when there is none.
  private func removing(
    from text: [UInt8], path: String
  ) throws(WorkspaceError) -> (text: [UInt8], reference: String)? {
    let source = text.span
    let tree = try PolicyText.parse(source, path)
    for list in Self.lists(in: tree) {
      let items = tree.items(of: list.node)
      for item in items {
        guard let reference = tree.string(of: tree.target(of: item) ?? item),
          isRevoked(reference, list.isKEK)
        else { continue }
        let edit = Self.removal(of: item, from: list.node, items.count, tree, source)
        guard let edit else {
          throw WorkspaceError(
            .configuration, "this recipient cannot be taken out by a program", path: path,
            position: tree.position(of: tree[item].range.lowerBound, in: source),
            hints: ["take it out by hand, and run this again"])
        }
        return (PolicyText.replaced(source, edit.range, with: edit.text), reference)
      }
    }
    return nil
  }

  /// The lists of a policy that name recipients; `forbidden` is none of them.
  private static func lists(in tree: SourceTree) -> [(node: NodeID, isKEK: Bool)] {
    var lists: [(node: NodeID, isKEK: Bool)] = []
    guard let root = tree.documents.compactMap(\.root).first else { return [] }
    for field in tree.pairs(of: root) {
      switch tree.string(of: field.key) {
      case "required": lists.append((field.value, false))
      case "groups": lists += tree.pairs(of: field.value).map { ($0.value, false) }
      case "rules":
        for rule in tree.items(of: field.value) {
          for part in tree.pairs(of: rule) {
            if tree.hasValue(part.key, "recipients") { lists.append((part.value, false)) }
            if tree.hasValue(part.key, "kek-files") { lists.append((part.value, true)) }
          }
        }
      default: break
      }
    }
    return lists
  }

  /// What to replace by what, so that an item goes; nil where that is not clear.
  private static func removal(
    of item: NodeID, from list: NodeID, _ count: Int, _ tree: SourceTree, _ source: Span<UInt8>
  ) -> (range: Range<Int>, text: String)? {
    let range = tree[item].range
    if PolicyText.isFlow(list, tree, source) {
      var end = range.upperBound
      while end < source.count, isBlank(source[end]) { end += 1 }
      if end < source.count, source[end] == UInt8(ascii: ",") {
        end += 1
        while end < source.count, isBlank(source[end]) { end += 1 }
        return (range.lowerBound..<end, "")
      }
      var start = range.lowerBound
      while start > 0, isBlank(source[start - 1]) { start -= 1 }
      if start > 0, source[start - 1] == UInt8(ascii: ",") { start -= 1 }
      return (start..<range.upperBound, "")
    }
    var start = range.lowerBound
    while start > 0, isBlank(source[start - 1]) { start -= 1 }
    guard start > 0, source[start - 1] == UInt8(ascii: "-") else { return nil }
    start -= 1
    let dash = start
    while start > 0, isBlank(source[start - 1]) { start -= 1 }
    guard start == 0 || source[start - 1] == 0x0a else { return nil }
    var end = range.upperBound
    while end < source.count, source[end] != 0x0a { end += 1 }
    if end < source.count { end += 1 }
    guard count == 1 else { return (start..<end, "") }
    // A list without items would be null.
    return (dash..<range.upperBound, dash == start ? " []" : "[]")
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  // MARK: Forbidding

  private func forbidding(
    _ recipient: (text: String, name: String?), in text: [UInt8], path: String
  ) throws(WorkspaceError) -> [UInt8]? {
    let source = text.span
    let tree = try PolicyText.parse(source, path)
    guard let root = tree.documents.compactMap(\.root).first else { return nil }
    let item = "\"\(recipient.text)\""
    let comment = recipient.name.map { "  # \($0), revoked" } ?? "  # revoked"
    let fields = tree.pairs(of: root)
    if let list = fields.first(where: { tree.hasValue($0.key, "forbidden") })?.value {
      let items = tree.items(of: list)
      let isThere = items.contains { item in
        tree.string(of: item).map(AgeRecipientText.encode)
          == AgeRecipientText.encode(recipient.text)
      }
      if isThere { return nil }
      let start = tree[list].contentRange.lowerBound
      if PolicyText.isFlow(list, tree, source) {
        return PolicyText.replaced(
          source, start + 1..<start + 1, with: items.isEmpty ? item : "\(item), ")
      }
      if let first = items.first,
        let line = PolicyText.line(of: first, tree, source), line.text.hasSuffix("- ")
      {
        return PolicyText.replaced(
          source, line.start..<line.start, with: "\(line.text)\(item)\(comment)\n")
      }
    } else if let rules = fields.first(where: { tree.hasValue($0.key, "rules") })?.key,
      let line = PolicyText.line(of: rules, tree, source), line.text.isEmpty
    {
      return PolicyText.replaced(
        source, line.start..<line.start, with: "forbidden:\n  - \(item)\(comment)\n\n")
    }
    throw WorkspaceError(
      .configuration, "a program cannot forbid a recipient in this policy", path: path,
      hints: ["add \(item) to 'forbidden' by hand, and run this again"])
  }
}
