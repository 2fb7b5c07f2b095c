/// How git's merge of the text marks conflicts, and how they are shown in the end.
public struct ConflictMarkers: Sendable {
  /// How many characters a marker has, for instance 7.
  public let size: Int
  /// What stands behind the markers of each version.
  let labels: PerVersion<String>
  /// Whether conflicts show what both sides come from.
  public let showsBase: Bool
  /// Who changed a value, by the number of its conflict.
  public var authors: [Int: ConflictAuthors] = [:]

  /// Makes markers.
  public init(size: Int, base: String, ours: String, theirs: String, showsBase: Bool) {
    self.size = size
    var labels = PerVersion("")
    (labels[.base], labels[.ours], labels[.theirs]) = (base, ours, theirs)
    self.labels = labels
    self.showsBase = showsBase
  }

  /// What a line of a merged text is.
  enum Line {
    case begins(MergeVersion)
    case ends
  }

  /// The line in front of a version's section, without its line break.
  func line(before version: MergeVersion, _ authors: ConflictAuthors? = nil) -> [UInt8] {
    switch version {
    case .ours: marker("<", Self.label(labels[.ours], authors?.ours))
    case .base: marker("|", labels[.base])
    case .theirs: marker("=", "")
    }
  }

  /// The line behind the last section.
  func lastLine(_ authors: ConflictAuthors? = nil) -> [UInt8] {
    marker(">", Self.label(labels[.theirs], authors?.theirs))
  }

  private static func label(_ label: String, _ author: String?) -> String {
    author.map { "\(label) by \($0)" } ?? label
  }

  private func marker(_ character: Character, _ label: String) -> [UInt8] {
    Array((String(repeating: character, count: size) + (label.isEmpty ? "" : " " + label)).utf8)
  }

  /// What a line means behind a section; nil when it is one of the text.
  func meaning(of line: [UInt8], in section: MergeVersion?) -> Line? {
    guard line.count >= size, let first = line.first, [0x3c, 0x7c, 0x3d, 0x3e].contains(first)
    else { return nil }
    switch section {
    case nil: return line == self.line(before: .ours) ? .begins(.ours) : nil
    case .ours, .base:
      if section == .ours, line == self.line(before: .base) { return .begins(.base) }
      return line == self.line(before: .theirs) ? .begins(.theirs) : nil
    case .theirs: return line == lastLine() ? .ends : nil
    }
  }
}

/// Who made the two values of a conflict, as far as that is known.
public struct ConflictAuthors: Sendable, Hashable {
  /// Who made ours.
  public let ours: String?
  /// Who made theirs.
  public let theirs: String?

  /// Names as they are to be shown.
  public init(ours: String?, theirs: String?) {
    self.ours = ours
    self.theirs = theirs
  }
}
