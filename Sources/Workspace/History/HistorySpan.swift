internal import CryptoCore
internal import Platform

/// A commit.
public struct CommitMark: Sendable, Hashable {
  /// Its name, in hexadecimal digits.
  public let id: String
  /// When it was committed, in seconds since 1970.
  public let seconds: Int

  /// The beginning of its name, for people.
  public var shortID: String { String(id.prefix(12)) }
  /// The day, in UTC.
  public var day: String { String(WallClock.timestamp(of: seconds).prefix(10)) }

  /// `ID SECONDS`; anybody can write a commit of any time, or of none.
  init?(_ line: some StringProtocol) {
    let fields = line.split(separator: " ")
    guard let id = fields.first, id.utf8.count >= 40, id.allSatisfy(\.isHexDigit) else {
      return nil
    }
    self.id = String(id)
    seconds = fields.count == 2 ? min(max(Int(fields[1]) ?? 0, 0), Self.lastSecond) : 0
  }

  /// The end of the year 9999, of which dates have four digits.
  private static let lastSecond = 253_402_300_799
}

/// From when to when a repository had a file's contents.
struct HistorySpan: Sendable {
  /// The commit that brought them first, and its number: the newest has 0.
  private(set) var first: (mark: CommitMark, number: Int)?
  /// The last commit that brought them or took them away.
  private(set) var last: (mark: CommitMark, number: Int)?
  /// Where they were, the latest place first; from the repository's root.
  private(set) var paths: [String] = []

  /// How many places of the same contents are told.
  private static let maximumPathCount = 8

  /// Takes note of a commit; older ones come later.
  mutating func add(_ mark: CommitMark, _ number: Int, path: String, isBrought: Bool) {
    if last == nil { last = (mark, number) }
    if isBrought { first = (mark, number) }
    guard paths.count < Self.maximumPathCount, !has(path) else { return }
    // Of what a commit moved, the new place comes first.
    paths.insert(path, at: isBrought && last?.number == number ? 0 : paths.count)
  }

  private func has(_ path: String) -> Bool {
    paths.contains { PathKey($0) == PathKey(path) }
  }

  /// Takes in another span.
  mutating func join(_ other: HistorySpan) {
    if let theirs = other.first, theirs.number > first?.number ?? -1 { first = theirs }
    if let theirs = other.last, theirs.number < last?.number ?? Int.max {
      last = theirs
      paths = other.paths + paths.filter { !other.has($0) }
    } else {
      paths += other.paths.filter { !has($0) }
    }
    paths = Array(paths.prefix(Self.maximumPathCount))
  }
}

/// Finds out where in history contents were.
enum HistorySpans {
  /// The spans of some contents, by the names of their objects.
  ///
  /// - Parameter isPartial: Whether objects are missing: git may be at a loss, and none are told then.
  static func collect(
    of objects: Set<String>, in folder: String, isPartial: Bool
  ) throws(WorkspaceError) -> [String: HistorySpan] {
    do throws(WorkspaceError) { return try collect(of: objects, in: folder) } catch {
      guard isPartial else { throw error }
      return [:]
    }
  }

  private static func collect(
    of objects: Set<String>, in folder: String
  ) throws(WorkspaceError) -> [String: HistorySpan] {
    guard !objects.isEmpty else { return [:] }
    var spans: [String: HistorySpan] = [:]
    var records = RecordReader(
      try GitCalls.start(HistoryLists.changes, in: folder, takesInput: false))
    var commit: CommitMark?
    var count = 0
    var change: RawChange?
    var record = WipedBuffer()
    while try records.next(appendingTo: &record) {
      let text = String(decoding: [UInt8](copying: record.bytes), as: UTF8.self)
      record.removeAll()
      if let pending = change {
        change = nil
        guard let commit else { continue }
        if let new = pending.new.map(String.init), objects.contains(new) {
          spans[new, default: HistorySpan()].add(commit, count, path: text, isBrought: true)
        }
        for old in Set(pending.old.map(String.init)) where objects.contains(old) {
          spans[old, default: HistorySpan()].add(commit, count, path: text, isBrought: false)
        }
        continue
      }
      let line = text.drop { $0 == "\n" }
      if line.utf8.first == UInt8(ascii: ":") {
        guard let found = RawChange(line) else { throw unexpected }
        change = found
      } else if !line.isEmpty {
        guard let found = CommitMark(line) else { throw unexpected }
        commit = found
        count += 1
      }
    }
    return spans
  }

  private static var unexpected: WorkspaceError {
    WorkspaceError(.other, "git listed changes in a way that is not known")
  }
}
