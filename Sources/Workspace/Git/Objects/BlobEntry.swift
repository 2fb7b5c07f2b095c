/// A file of a repository, as a list of git's names it.
struct BlobEntry: Sendable {
  /// Its path from the repository's root.
  let path: String
  /// The name of its contents, in hexadecimal digits.
  let object: String
  /// The commit that brought it, when a range of commits was asked for.
  let commit: String?
}

/// The formats in which git lists files.
enum BlobListFormat: Sendable {
  /// `ls-files --stage -z`: mode, object and stage, a tab, the path.
  case index
  /// `ls-tree -r -z`: mode, type, object, a tab, the path.
  case tree
  /// `rev-list --objects --no-object-names`: objects, each on a line, those that are missing with `?` in
  /// front, so that git finds none; and lists of commits.
  case objects
  /// `diff --raw -z` and `log --raw -z --format=%H`: changes and their paths in turn, and commits.
  case changes
}

/// Reads such a list, record by record.
struct BlobListParser {
  private let format: BlobListFormat
  private var commit: String?
  /// A change whose path comes next; `.some(nil)` for one that brings no file.
  private var change: String??

  init(_ format: BlobListFormat) { self.format = format }

  /// A file, when the record completes one.
  ///
  /// - Throws: `.other` for what git does not write.
  mutating func take(_ record: Span<UInt8>) throws(WorkspaceError) -> BlobEntry? {
    let text = String(decoding: record.indices.map { record[$0] }, as: UTF8.self)
    switch format {
    case .index, .tree:
      guard let tab = text.utf8.firstIndex(of: 0x09) else { throw Self.unexpected }
      let fields = text[..<tab].split(separator: " ")
      guard fields.count == 3 else { throw Self.unexpected }
      let object = format == .index ? fields[1] : fields[2]
      guard Self.isFile(fields[0]) else { return nil }
      return BlobEntry(
        path: String(text[text.utf8.index(after: tab)...]), object: String(object), commit: nil)
    case .objects: return BlobEntry(path: "", object: text, commit: nil)
    case .changes:
      if let change {
        self.change = nil
        return change.map { BlobEntry(path: text, object: $0, commit: commit) }
      }
      let line = text.drop { $0 == "\n" }
      guard line.utf8.first == UInt8(ascii: ":") else {
        // Between two commits.
        if !line.isEmpty { commit = String(line) }
        return nil
      }
      change = .some(try Self.object(ofChange: line))
      return nil
    }
  }

  private static func object(ofChange line: Substring) throws(WorkspaceError) -> String? {
    guard let change = RawChange(line) else { throw unexpected }
    return change.new.map(String.init)
  }

  private static func isFile(_ mode: Substring) -> Bool { RawChange.isFile(mode) }

  private static var unexpected: WorkspaceError {
    WorkspaceError(.other, "git listed files in a way that is not known")
  }
}

/// What a change made of a file: `:MODE MODE OBJECT OBJECT STATUS`, of a merge with a colon, mode and
/// object for each parent.
struct RawChange {
  /// The contents it had, in each parent that had any.
  let old: [Substring]
  /// The contents it has; nil when it is gone, is no regular file, or is a conflict without any yet.
  let new: Substring?

  init?(_ line: Substring) {
    let fields = line.drop { $0 == ":" }.split(separator: " ")
    let parentCount = line.prefix { $0 == ":" }.count
    guard parentCount > 0, fields.count == 2 * parentCount + 3 else { return nil }
    func object(_ mode: Substring, _ object: Substring) -> Substring? {
      Self.isFile(mode) && object.contains { $0 != "0" } ? object : nil
    }
    old = (0..<parentCount).compactMap { object(fields[$0], fields[parentCount + 1 + $0]) }
    new = object(fields[parentCount], fields[2 * parentCount + 1])
  }

  /// Whether a mode is a regular file's; symbolic links, submodules and what is gone are none.
  static func isFile(_ mode: Substring) -> Bool { mode.hasPrefix("100") }
}
