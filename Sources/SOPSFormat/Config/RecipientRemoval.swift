internal import YAMLSource

extension SOPSCreationRules {
  /// The text of a `.sops.yaml` without some recipients; every other byte stays.
  ///
  /// - Parameters:
  ///   - isRemoved: Whether a recipient is to go, by kind and name.
  /// - Returns: The text, and the names that were taken out.
  /// - Throws: What `read` throws; `.noRecipients` with the position when a rule or a group would have
  ///   nobody left, `.malformedConfiguration` where the text has to be edited by hand.
  public static func removing(
    from source: [UInt8], where isRemoved: @escaping (_ kind: SOPSBackend, _ name: String) -> Bool
  ) throws(SOPSError) -> (text: [UInt8], removed: [String]) {
    let before = try read(source.span)
    guard before.recipients.contains(where: { isRemoved($0.backend, $0.name) }) else {
      return (source, [])
    }
    let expected = try before.groups(without: isRemoved)
    var text = source
    var removed: [String] = []
    while true {
      let removal = try RecipientRemoval(text.span, isRemoved)
      guard let next = removal.last(in: text.span) else { break }
      removed.append(next.name)
      text.replaceSubrange(next.range, with: next.text)
    }
    // Whatever the text looks like: what comes out has to say what is meant.
    guard let after = try? read(text.span), after.rules.count == before.rules.count,
      zip(after.rules, expected).allSatisfy({ rule, groups in
        rule.keyGroups.map { $0.map(\.identity) } == groups
      }),
      zip(after.rules, before.rules).allSatisfy({ $0.hasSameTerms(as: $1) })
    else {
      let first = before.recipients.first { isRemoved($0.backend, $0.name) }
      throw SOPSError(
        .malformedConfiguration, "a recipient cannot be taken out of this text by a program",
        at: first?.position)
    }
    return (text, removed)
  }

  private var recipients: some Sequence<Recipient> {
    rules.lazy.flatMap { $0.keyGroups.lazy.flatMap(\.self) }
  }

  /// What the rules' groups are to be.
  private func groups(
    without isRemoved: (_ kind: SOPSBackend, _ name: String) -> Bool
  ) throws(SOPSError) -> [[[String]]] {
    var result: [[[String]]] = []
    for rule in rules {
      var groups: [[String]] = []
      for group in rule.keyGroups {
        let left = group.filter { !isRemoved($0.backend, $0.name) }
        if left.isEmpty, !group.isEmpty {
          throw SOPSError(
            .noRecipients,
            rule.keyGroups.count > 1
              ? "a key group of the rule would have no recipient left"
              : "a rule would have no recipient left", at: rule.position)
        }
        groups.append(left.map(\.identity))
      }
      result.append(groups)
    }
    return result
  }
}

extension SOPSCreationRules.Recipient {
  fileprivate var identity: String {
    let context = encryptionContext.sorted { $0.key < $1.key }
    return "\(backend) \(name) \(awsProfile) \(context)"
  }
}

extension SOPSCreationRules.Rule {
  fileprivate func hasSameTerms(as other: Self) -> Bool {
    pathPattern == other.pathPattern && hasKeyGroups == other.hasKeyGroups
      && shamirThreshold == other.shamirThreshold && selection == other.selection
      && isMACOnlyEncrypted == other.isMACOnlyEncrypted
  }
}

/// Finds the recipients of a `.sops.yaml` in its text.
private struct RecipientRemoval {
  /// What to put in the place of which bytes, so that a recipient goes.
  typealias Edit = (range: Range<Int>, text: [UInt8], name: String)

  private let tree: SourceTree
  private let isRemoved: (_ kind: SOPSBackend, _ name: String) -> Bool

  init(
    _ source: Span<UInt8>, _ isRemoved: @escaping (_ kind: SOPSBackend, _ name: String) -> Bool
  ) throws(SOPSError) {
    do { tree = try SourceTree.parse(source, syntax: .yaml) } catch { throw SOPSError(error) }
    self.isRemoved = isRemoved
  }

  /// The last one in the text, so that anchors outlive their aliases.
  func last(in source: Span<UInt8>) -> Edit? {
    guard let root = tree.documents.first?.root else { return nil }
    var edits: [Edit] = []
    for rule in items(of: field("creation_rules", of: root)) {
      for (name, backend) in CreationRulesReader.ruleLists {
        edits += self.edits(field(name, of: rule), backend, [], source)
      }
      for group in items(of: field("key_groups", of: rule)) {
        edits += self.edits(group: group, depth: 0, source)
      }
    }
    return edits.max { $0.range.lowerBound < $1.range.lowerBound }
  }

  private func edits(group: NodeID, depth: Int, _ source: Span<UInt8>) -> [Edit] {
    guard depth <= CreationRulesReader.maximumDepth else { return [] }
    var edits: [Edit] = []
    for inner in items(of: field("merge", of: group)) {
      edits += self.edits(group: inner, depth: depth + 1, source)
    }
    for (name, backend, parts) in CreationRulesReader.groupLists {
      edits += self.edits(field(name, of: group), backend, parts, source)
    }
    return edits
  }

  /// Of a list, or of a text with commas.
  private func edits(
    _ node: NodeID?, _ backend: SOPSBackend, _ parts: [String], _ source: Span<UInt8>
  ) -> [Edit] {
    guard let node else { return [] }
    let list = resolved(node)
    guard case .sequence = tree[list].kind else {
      return removal(fromTextOf: list, backend, source).map { [$0] } ?? []
    }
    let items = tree.items(of: list)
    return items.compactMap { item -> Edit? in
      let target = resolved(item)
      if !parts.isEmpty, case .mapping = tree[target].kind {
        let texts = parts.compactMap { field($0, of: target).flatMap { text(of: $0) } }
        let name = texts.filter { !$0.isEmpty }.joined(separator: backend == .awsKMS ? "+" : "/")
        guard isRemoved(backend, name) else { return nil }
        return removal(of: item, from: list, items.count, named: name, source)
      }
      let names = self.names(in: target)
      guard names.count == 1, let name = names.first else {
        return removal(fromTextOf: target, backend, source)
      }
      guard isRemoved(backend, name) else { return nil }
      return removal(of: item, from: list, items.count, named: name, source)
    }
  }

  // MARK: Nodes

  private func resolved(_ id: NodeID) -> NodeID { tree.target(of: id) ?? id }

  private func field(_ name: String, of id: NodeID) -> NodeID? {
    let node = resolved(id)
    guard case .mapping = tree[node].kind else { return nil }
    return tree.pairs(of: node).first { tree.string(of: resolved($0.key)) == name }?.value
  }

  private func items(of id: NodeID?) -> [NodeID] {
    guard let id, case .sequence = tree[resolved(id)].kind else { return [] }
    return tree.items(of: resolved(id))
  }

  private func text(of id: NodeID) -> String? { tree.string(of: resolved(id)) }

  private func names(in id: NodeID) -> [String] {
    (tree.string(of: id) ?? "").split(separator: ",").map { String($0).trimmed }
      .filter { !$0.isEmpty }
  }

  // MARK: Bytes

  /// The last name in a text with commas that is to go, with one comma and the blanks behind it.
  private func removal(
    fromTextOf id: NodeID, _ backend: SOPSBackend, _ source: Span<UInt8>
  ) -> Edit? {
    guard case .scalar = tree[id].kind,
      let name = names(in: id).last(where: { isRemoved(backend, $0) })
    else { return nil }
    let range = tree[id].contentRange
    guard let found = lastPlace(of: Array(name.utf8), in: source, range) else { return nil }
    var (start, end) = (found.lowerBound, found.upperBound)
    var next = end
    while next < range.upperBound, Self.isSpace(source[next]) { next += 1 }
    if next < range.upperBound, source[next] == UInt8(ascii: ",") {
      end = next + 1
      while end < range.upperBound, Self.isSpace(source[end]) { end += 1 }
      return (start..<end, [], name)
    }
    var before = start
    while before > range.lowerBound, Self.isSpace(source[before - 1]) { before -= 1 }
    if before > range.lowerBound, source[before - 1] == UInt8(ascii: ",") { start = before - 1 }
    return (start..<end, [], name)
  }

  /// Where a name stands that is not a part of another one.
  private func lastPlace(
    of name: [UInt8], in source: Span<UInt8>, _ range: Range<Int>
  ) -> Range<Int>? {
    guard !name.isEmpty, range.count >= name.count else { return nil }
    for start in (range.lowerBound...(range.upperBound - name.count)).reversed() {
      let end = start + name.count
      guard name.indices.allSatisfy({ source[start + $0] == name[$0] }) else { continue }
      let isWhole =
        (start == range.lowerBound || Self.isBoundary(source[start - 1]))
        && (end == range.upperBound || Self.isBoundary(source[end]))
      if isWhole { return start..<end }
    }
    return nil
  }

  private static func isBoundary(_ byte: UInt8) -> Bool {
    isSpace(byte) || [UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "'")].contains(byte)
  }

  /// An item with its dash and line, or with its comma.
  private func removal(
    of item: NodeID, from list: NodeID, _ count: Int, named name: String, _ source: Span<UInt8>
  ) -> Edit? {
    let range = tree[item].range
    if case .sequence(isFlow: true) = tree[list].kind {
      var end = range.upperBound
      while end < source.count, Self.isSpace(source[end]) { end += 1 }
      if end < source.count, source[end] == UInt8(ascii: ",") {
        end += 1
        while end < source.count, Self.isSpace(source[end]) { end += 1 }
        return (range.lowerBound..<end, [], name)
      }
      var start = range.lowerBound
      while start > 0, Self.isSpace(source[start - 1]) { start -= 1 }
      if start > 0, source[start - 1] == UInt8(ascii: ",") { start -= 1 }
      return (start..<range.upperBound, [], name)
    }
    var dash = range.lowerBound
    while dash > 0, Self.isBlank(source[dash - 1]) { dash -= 1 }
    guard dash > 0, source[dash - 1] == UInt8(ascii: "-") else { return nil }
    dash -= 1
    // A list without items would be null; and its brackets stand further in than its key.
    guard count > 1 else { return (dash..<range.upperBound, Array(" []".utf8), name) }
    var start = dash
    while start > 0, Self.isBlank(source[start - 1]) { start -= 1 }
    guard start == 0 || source[start - 1] == 0x0a else { return nil }
    var end = range.upperBound
    while end < source.count, source[end] != 0x0a { end += 1 }
    return (start..<min(end + 1, source.count), [], name)
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  private static func isSpace(_ byte: UInt8) -> Bool {
    isBlank(byte) || byte == 0x0a || byte == 0x0d
  }
}
