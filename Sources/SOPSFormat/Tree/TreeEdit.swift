internal import CryptoCore
internal import YAMLSource

/// Changes of single values of a tree.
enum TreeEdit {
  /// The value of an object of one member, its text kept in a store.
  ///
  /// - Throws: `.syntax`, `.unsupportedValue`.
  static func value(_ wrapped: Span<UInt8>, _ text: TreeText) throws(SOPSError) -> TreeEntry {
    let tree: Tree
    do { tree = try JSONTreeReader.read(wrapped, limits: SourceLimits()) } catch {
      throw SOPSError(error.code, "the value is not JSON: put text in quotes")
    }
    guard let entries = tree.documents.first, entries.count == 1, var entry = entries.first else {
      throw SOPSError(.syntax, "the value is not JSON: put text in quotes")
    }
    entry.key = nil
    return moved(entry, from: tree.text, to: text)
  }

  /// The value of a JSON text, kept in a store.
  ///
  /// - Throws: `.syntax`, `.unsupportedValue`.
  static func value(json: Span<UInt8>, _ text: TreeText) throws(SOPSError) -> TreeEntry {
    var wrapped = WipedBuffer(copying: Array("{\"value\":".utf8).span)
    wrapped.append(json)
    wrapped.append(UInt8(ascii: "}"))
    return try value(wrapped.bytes, text)
  }

  /// What is at a path.
  ///
  /// - Throws: `.noSuchPath`.
  static func entry(
    at path: ArraySlice<SOPSPathStep>, in entries: [TreeEntry], isList: Bool = false
  ) throws(SOPSError) -> TreeEntry {
    guard let step = path.first else { throw SOPSError(.noSuchPath, "the path is empty") }
    guard let place = place(step, in: entries, isList: isList) else { throw missing(step) }
    let rest = path.dropFirst()
    guard let next = rest.first else { return entries[place] }
    switch entries[place].content {
    case .mapping(let inner): return try entry(at: rest, in: inner)
    case .list(let inner): return try entry(at: rest, in: inner, isList: true)
    default: throw missing(next)
    }
  }

  /// A copy of an entry with its texts in another store.
  static func moved(_ entry: TreeEntry, from: TreeText, to: TreeText) -> TreeEntry {
    var entry = entry
    switch entry.content {
    case .mapping(let entries):
      entry.content = .mapping(entries.map { moved($0, from: from, to: to) })
    case .list(let entries):
      entry.content = .list(entries.map { moved($0, from: from, to: to) })
    case .scalar, .comment: entry.text = from.lend(entry.text) { to.add($0) }
    case .null: break
    }
    return entry
  }

  private static func missing(_ step: SOPSPathStep) -> SOPSError {
    SOPSError(.noSuchPath, "there is nothing at \(step)")
  }

  /// Where a step leads: an index into the entries.
  private static func place(_ step: SOPSPathStep, in entries: [TreeEntry], isList: Bool) -> Int? {
    switch step {
    case .key(let name): return isList ? nil : entries.firstIndex { $0.key.isExactly(name) }
    case .index(let index):
      let places = entries.indices.filter { !entries[$0].isComment }
      return isList && places.indices.contains(index) ? places[index] : nil
    }
  }

  static func set(
    _ path: ArraySlice<SOPSPathStep>, to value: TreeEntry, in entries: inout [TreeEntry],
    isList: Bool = false
  ) throws(SOPSError) {
    guard let step = path.first else {
      throw SOPSError(.noSuchPath, "the path is empty")
    }
    let rest = path.dropFirst()
    if let place = place(step, in: entries, isList: isList) {
      guard rest.isEmpty else {
        return try setBelow(rest, to: value, in: &entries[place])
      }
      let key = entries[place].key
      entries[place] = value
      entries[place].key = key
      return
    }
    var entry = value
    if !rest.isEmpty {
      entry = TreeEntry(content: .mapping([]))
      try setBelow(rest, to: value, in: &entry)
    }
    switch step {
    case .key(let name) where !isList: entry.key = name
    case .index(let index) where isList && index == entries.filter({ !$0.isComment }).count: break
    default: throw missing(step)
    }
    entries.append(entry)
  }

  private static func setBelow(
    _ path: ArraySlice<SOPSPathStep>, to value: TreeEntry, in entry: inout TreeEntry
  ) throws(SOPSError) {
    switch entry.content {
    case .mapping(var entries):
      try set(path, to: value, in: &entries)
      entry.content = .mapping(entries)
    case .list(var entries):
      try set(path, to: value, in: &entries, isList: true)
      entry.content = .list(entries)
    default: throw missing(path.first ?? .index(0))
    }
  }

  static func unset(
    _ path: ArraySlice<SOPSPathStep>, in entries: inout [TreeEntry], isList: Bool = false
  ) throws(SOPSError) {
    guard let step = path.first else { throw SOPSError(.noSuchPath, "the path is empty") }
    guard let place = place(step, in: entries, isList: isList) else { throw missing(step) }
    let rest = path.dropFirst()
    guard !rest.isEmpty else {
      entries.remove(at: place)
      return
    }
    switch entries[place].content {
    case .mapping(var inner):
      try unset(rest, in: &inner)
      entries[place].content = .mapping(inner)
    case .list(var inner):
      try unset(rest, in: &inner, isList: true)
      entries[place].content = .list(inner)
    default: throw missing(rest.first ?? step)
    }
  }
}
