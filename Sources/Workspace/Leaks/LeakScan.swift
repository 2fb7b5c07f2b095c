internal import CryptoCore
public import Findings
internal import Platform
internal import SecretScan
internal import Synchronization

/// Searches files and history for the values that sealed Secrets hold: a match is a leak, and nothing
/// is guessed.
public struct LeakScan: Sendable {
  /// What came of it.
  public struct Report: Sendable {
    /// Everything found.
    public internal(set) var findings: [Finding] = []
    /// What could not be opened or looked at.
    public internal(set) var errors: [WorkspaceError] = []
    /// How many values were searched for.
    public internal(set) var valueCount = 0
    /// How many of them only earlier versions hold.
    public internal(set) var formerValueCount = 0
    /// How many earlier versions could not be opened, so that their values were not searched for.
    public internal(set) var closedVersionCount = 0
    /// Values that were not searched for: whose, and why.
    public internal(set) var skipped: [(label: String, reason: String)] = []
    /// How many files were searched.
    public internal(set) var fileCount = 0
    /// How many versions of files, and messages, were searched.
    public internal(set) var versionCount = 0
  }

  /// The sealed manifests whose values are searched for; empty for all of the repository's.
  public var secrets: [String] = []
  /// Files and folders; empty for the working tree, without what git ignores.
  public var paths: [String] = []
  /// Whether to search for the values of earlier versions, too, as far as they open.
  public var takesFormerValues = false
  /// Whether to search git's history, too.
  public var includesHistory = false
  /// The shortest value that is searched for, in bytes; at least 4.
  public var minimumByteCount = 8
  private let ring: KeyRing

  /// - Parameter ring: What opens the Secrets.
  public init(ring: KeyRing) { self.ring = ring }

  /// Searches everything, on all cores.
  ///
  /// - Throws: `.noInput` without a sealed Secret, and with history outside of a repository.
  public func run() throws(WorkspaceError) -> Report {
    let root = RepositoryRoot.folder()
    var repository: CallersRepository?
    if includesHistory || takesFormerValues {
      repository = try CallersRepository.find(hint: "its history is looked at: go into one")
    } else if paths.isEmpty {
      repository = try? CallersRepository.find()
    }
    let held = try HeldValues.load(
      secrets.isEmpty ? [root] : secrets, ring: ring,
      minimumByteCount: max(minimumByteCount, KnownValues.minimumByteCount),
      history: takesFormerValues ? repository : nil, versionsOf: secrets)
    let collected = Mutex(Collected())
    if held.values.isEmpty {
      // What is not there has passed nothing, also when there is nothing to search for.
      for path in paths where path != "-" {
        do { _ = try Files.identity(of: path) } catch {
          collected.withLock { $0.errors.append(WorkspaceError(reading: error).at(path)) }
        }
      }
    } else {
      if !paths.isEmpty || repository?.root == nil && !includesHistory {
        searchPaths(paths.isEmpty ? ["."] : paths, held.known, collected)
      } else if let repository, let root = repository.root {
        try searchWorkingTree(repository, root, held.known, collected)
      }
      if includesHistory, let repository {
        try searchHistory(repository, held.known, collected)
      }
    }
    var report = try report(collected, held, repository)
    report.valueCount = held.values.count
    report.formerValueCount = held.values.count(where: \.isFormer)
    report.closedVersionCount = held.closedVersionCount
    report.skipped = held.skipped.map { ($0.owner.label, $0.reason) }.sorted { $0 < $1 }
    report.errors = held.errors + report.errors
    return report
  }

  /// What the workers find.
  struct Collected: Sendable {
    var files: [(number: Int, path: String, places: [KnownValueStream.Place])] = []
    var objects: [(object: String, kind: String, places: [KnownValueStream.Place])] = []
    var errors: [WorkspaceError] = []
    var fileCount = 0
    var versionCount = 0
    /// How many objects are not in this clone.
    var missingCount = 0
    var failure: WorkspaceError?
  }

  private func report(
    _ collected: borrowing Mutex<Collected>, _ held: HeldValues, _ repository: CallersRepository?
  ) throws(WorkspaceError) -> Report {
    let found = collected.withLock { $0 }
    if let failure = found.failure { throw failure }
    var report = Report()
    report.fileCount = found.fileCount
    report.versionCount = found.versionCount
    report.errors = found.errors
    for file in found.files.sorted(by: { ($0.number, $0.path) < ($1.number, $1.path) }) {
      for place in file.places {
        report.findings.append(
          Finding(
            LeakWords.rule(LeakRules.value, place, held), LeakWords.text(place, held),
            file: file.path, line: place.line, column: place.column))
      }
    }
    guard let repository, includesHistory || takesFormerValues else { return report }
    if found.missingCount > 0 || held.missingCount > 0 {
      report.errors.append(HistoryLists.partial(max(found.missingCount, held.missingCount)))
    }
    let spans = try HistorySpans.collect(
      of: Set(found.objects.map(\.object)), in: repository.folder,
      isPartial: found.missingCount > 0)
    report.findings += LeakWords.findings(found.objects, spans, held) { repository.shownPath($0) }
    if try HistoryLists.isShallow(repository.folder) { report.errors.append(HistoryLists.shallow) }
    return report
  }
}

/// How leaks are told.
enum LeakWords {
  static func rule(_ rule: Rule, _ place: KnownValueStream.Place, _ held: HeldValues) -> Rule {
    let value = held.values[place.value]
    return value.isCommon ? LeakRules.common : value.isFormer ? LeakRules.former : rule
  }

  /// "an earlier value of Secret default/db stringData/password, in Base64": never the value, nor how
  /// long it is.
  static func text(_ place: KnownValueStream.Place, _ held: HeldValues) -> String {
    let value = held.values[place.value]
    let owners = Set(value.owners.map { PathKey($0.label) }).map(\.path).sorted()
    let more = owners.count > 1 ? " (and \(owners.count - 1) more with this value)" : ""
    return (value.isFormer ? "an earlier value of " : "") + "\(owners.first ?? "")\(more), "
      + place.form.rawValue
  }

  private struct Group: Hashable {
    let value: Int
    let path: PathKey
    let form: ValueForm
  }

  /// One finding for a value in a file, however many versions of the file have it.
  static func findings(
    _ objects: [(object: String, kind: String, places: [KnownValueStream.Place])],
    _ spans: [String: HistorySpan], _ held: HeldValues, shown: (String) -> String
  ) -> [Finding] {
    var findings: [Finding] = []
    var groups: [Group: (span: HistorySpan, line: Int, count: Int, place: KnownValueStream.Place)] =
      [:]
    for (object, kind, places) in objects {
      for place in places {
        guard kind == "blob", let span = spans[object], let path = span.paths.first else {
          let what = kind == "commit" ? "the message of commit" : "the \(kind)"
          findings.append(
            Finding(
              rule(LeakRules.history, place, held),
              "\(text(place, held)), in \(what) \(object.prefix(12)), line \(place.line)"))
          continue
        }
        let group = Group(value: place.value, path: PathKey(path), form: place.form)
        guard var known = groups[group] else {
          groups[group] = (span, place.line, 1, place)
          continue
        }
        if let new = span.last, let old = known.span.last, new.number < old.number {
          known.line = place.line
        }
        known.span.join(span)
        known.count += 1
        groups[group] = known
      }
    }
    findings += groups.sorted {
      ($0.key.path.path, $0.value.line, $0.key.value, $0.key.form.rawValue)
        < ($1.key.path.path, $1.value.line, $1.key.value, $1.key.form.rawValue)
    }.map { group, found in
      let first = found.span.first.map { " (first in commit \($0.mark.shortID) of \($0.mark.day))" }
      return Finding(
        rule(LeakRules.history, found.place, held), text(found.place, held) + (first ?? ""),
        file: shown(group.path.path), line: found.line, column: 1)
    }
    return findings
  }
}
