internal import Platform
public import SOPSFormat

/// How the recipients of a file change.
public struct SOPSKeyChanges: Sendable {
  /// The groups that are to be, as what makes their entries.
  public private(set) var groups: [[any SOPSKeyWrapper]]
  /// How many of them are needed; 0 for all.
  public var shamirThreshold: Int
  private let former: [[String]]
  private let formerThreshold: Int

  /// No change yet, or recipients taken out of all groups.
  ///
  /// - Throws: `.noIdentity` when a key is of a kind that nothing can encrypt for.
  public init(
    of metadata: SOPSMetadata, keys: SOPSKeys, without removed: Set<String> = []
  ) throws(WorkspaceError) {
    var groups: [[any SOPSKeyWrapper]] = []
    do throws(SOPSError) {
      for group in metadata.keyGroups {
        var wrappers: [any SOPSKeyWrapper] = []
        for entry in group.entries where !removed.contains(entry.recipient) {
          wrappers.append(try keys.wrapper(renewing: entry))
        }
        groups.append(wrappers)
      }
    } catch { throw WorkspaceError(error) }
    self.groups = groups
    shamirThreshold = metadata.shamirThreshold
    former = SOPSKeyChanges.names(metadata)
    formerThreshold = metadata.shamirThreshold
  }

  /// The change to what a rule says.
  ///
  /// - Parameter threshold: how many groups are needed; 0 to leave that as it is.
  public init(of metadata: SOPSMetadata, to settings: SOPSSettings, threshold: Int) {
    groups = settings.keyGroups
    formerThreshold = metadata.shamirThreshold
    shamirThreshold = min(
      threshold == 0 ? metadata.shamirThreshold : threshold, settings.keyGroups.count)
    former = SOPSKeyChanges.names(metadata)
  }

  private static func names(_ metadata: SOPSMetadata) -> [[String]] {
    metadata.keyGroups.map { $0.entries.map(\.recipient) }
  }

  /// Adds a group behind the others.
  public mutating func add(group: [any SOPSKeyWrapper]) { groups.append(group) }

  /// Takes out a group by its place, from 0.
  ///
  /// - Throws: `.usage` when there is no such group.
  public mutating func removeGroup(at index: Int) throws(WorkspaceError) {
    guard groups.indices.contains(index) else {
      throw WorkspaceError(
        .usage, "there is no key group \(index): the file has \(groups.count), counted from 0")
    }
    groups.remove(at: index)
    guard groups.count >= shamirThreshold else {
      throw WorkspaceError(
        .usage,
        "without this group \(groups.count) would be left, and the Shamir threshold is "
          + "\(shamirThreshold)")
    }
  }

  /// Adds recipients to the first group.
  public mutating func add(_ wrappers: [any SOPSKeyWrapper]) {
    guard !groups.isEmpty else { return groups = [wrappers] }
    groups[0] += wrappers
  }

  /// The threshold as `SOPSSettings` has it.
  public var neededGroupCount: Int? {
    shamirThreshold == 0 || (groups.count == 1 && shamirThreshold == 1) ? nil : shamirThreshold
  }

  /// Whether anything changes.
  public var isChange: Bool {
    formerThreshold != shamirThreshold || former.count != groups.count
      || zip(former, groups).contains { Set($0) != Set($1.map(\.recipient)) }
  }

  /// The changes, a line each, as SOPS shows them.
  public var lines: [String] {
    var lines: [String] = []
    if formerThreshold > 0, formerThreshold == shamirThreshold {
      lines.append("shamir_threshold: \(shamirThreshold)")
    } else {
      if shamirThreshold > 0 { lines.append("+++ shamir_threshold: \(shamirThreshold)") }
      if formerThreshold > 0 { lines.append("--- shamir_threshold: \(formerThreshold)") }
    }
    for index in 0..<max(former.count, groups.count) {
      let mine = index < former.count ? former[index] : []
      let theirs = index < groups.count ? groups[index].map(\.recipient) : []
      lines.append("Group \(index + 1)")
      lines += theirs.filter(mine.contains).map { "    \(escapedForTerminal($0))" }
      lines += theirs.filter { !mine.contains($0) }.map { "+++ \(escapedForTerminal($0))" }
      lines += mine.filter { !theirs.contains($0) }.map { "--- \(escapedForTerminal($0))" }
    }
    return lines
  }
}
