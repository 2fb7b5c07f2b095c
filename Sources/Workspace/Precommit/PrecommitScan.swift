internal import CryptoCore
public import Findings
internal import Manifest
internal import Platform
internal import SecretScan
internal import Synchronization
internal import YAMLSource

/// Looks at what is, or is about to be, in a repository.
///
/// No key is needed.
public struct PrecommitScan: Sendable {
  /// What is looked at.
  public enum Selection: Sendable, Equatable {
    /// What the next commit changes: the index's contents, not the working tree's.
    case staged
    /// Every file of the index; in a bare repository, of HEAD.
    case all
    /// Every file that a commit of a range (`A..B`, or `B` with all before it) brings, be it gone in a
    /// later one.
    case range(String)
    /// Files and folders of the working tree, or standard input.
    case paths
  }

  /// What came of it.
  public struct Report: Sendable {
    /// Everything found, by file.
    public fileprivate(set) var findings: [Finding] = []
    /// What could not be looked at, and policies that cannot be relied on.
    public fileprivate(set) var errors: [WorkspaceError] = []
    /// Files that were looked at.
    public fileprivate(set) var fileCount = 0
    /// Files that the policy leaves alone although something was found.
    public fileprivate(set) var ignoredCount = 0
    /// Whether there is no working tree, and so no policy.
    public fileprivate(set) var isBare = false
    /// The policies that count.
    public fileprivate(set) var policies = PolicyFinder()
  }

  private let selection: Selection
  private let paths: [String]
  private let today: CalendarDate

  /// - Parameters:
  ///   - paths: What to look at, or with `staged`, `all` and `range` to what to keep.
  ///   - today: The day, in UTC, to tell the age of data keys.
  public init(_ selection: Selection, paths: [String], today: CalendarDate) {
    self.selection = selection
    self.paths = paths
    self.today = today
  }

  /// Looks at all files, on all cores.
  ///
  /// - Throws: `.noInput` outside of a repository, `.usage`.
  public func run() throws(WorkspaceError) -> Report {
    guard selection != .paths else { return scanPaths() }
    let repository = try CallersRepository.find()
    let list = try list(repository)
    try refuseUnknownPaths(repository)
    let policies = try policies(of: repository)
    // With paths, which are from the working folder, git has to be there too.
    let folder = paths.isEmpty ? repository.root ?? repository.folder : repository.folder
    let source = Mutex(
      try BlobInput(list: list.arguments + ["--"] + paths, in: folder, list.format))
    let collected = Mutex(Collected())
    work(
      collected,
      judge: repository.root.map { PolicyJudge(today: today, root: $0, policies: policies) },
      shownPath: { repository.shownPath($0) }
    ) { buffer, scanner throws(WorkspaceError) in
      try source.withLock { source throws(WorkspaceError) in
        try source.next(into: &buffer, &scanner)
      }
    }
    var report = collected.withLock { $0.sorted }
    report.isBare = repository.root == nil
    report.policies = policies
    return report
  }

  /// Refuses paths that are nowhere: a mistyped one would pass for one without findings.
  ///
  /// What commits of a range bring may be gone.
  private func refuseUnknownPaths(
    _ repository: CallersRepository
  ) throws(WorkspaceError) {
    guard selection == .staged || selection == .all else { return }
    for path in paths where !Files.exists(path) {
      let places = [["ls-files", "-z", "--", path], ["ls-tree", "-z", "HEAD", "--", path]]
      var isKnown = false
      for arguments in places where !isKnown {
        do throws(WorkspaceError) {
          let lines = try GitCalls.lines(
            ["--literal-pathspecs"] + arguments, in: repository.folder)
          isKnown = lines.map { $0 != [""] } ?? false
        } catch {
          // More than can be told of one path.
          isKnown = true
        }
      }
      guard !isKnown else { continue }
      throw WorkspaceError(
        .noInput, "no such file in the index, in HEAD or in the working tree", path: path,
        hints: ["paths are taken as they are, from the working folder: none is a pattern"])
    }
  }

  private func scanPaths() -> Report {
    let collected = Mutex(Collected())
    let judge = PolicyJudge(today: today)
    PathInput.forEachGroup(of: paths) { group in
      let next = Atomic<Int>(0)
      work(collected, judge: judge, shownPath: { $0 }) { buffer, scanner in
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < group.count else { return .end }
        switch group[index] {
        case .problem(let file, let error): return .unreadable(file, error)
        case .file(let file, let isNamed):
          return PathInput.read(file, isNamed: isNamed, into: &buffer, &scanner)
        }
      }
    }
    return collected.withLock { $0.sorted }
  }

  /// Those of the index, which are what is committed; with a range those of the working tree.
  private func policies(of repository: CallersRepository) throws(WorkspaceError) -> PolicyFinder {
    guard let root = repository.root, selection == .staged || selection == .all else {
      return PolicyFinder()
    }
    return PolicyFinder(replacing: try StagedPolicies.texts(root: root))
  }

  private func list(
    _ repository: CallersRepository
  ) throws(WorkspaceError) -> (arguments: [String], format: BlobListFormat) {
    let plain = ["-z", "--raw", "--no-renames", "--no-abbrev", "--no-ext-diff", "--no-color"]
    switch selection {
    case .staged where repository.root == nil:
      throw WorkspaceError(
        .usage, "a bare repository has no index",
        hints: ["look at everything with --all, or at what came with --range OLD..NEW"])
    case .staged, .paths:
      return (["diff", "--cached", "--no-relative"] + plain, .changes)
    case .all where repository.root == nil:
      return (["ls-tree", "-r", "-z", "--full-tree", "HEAD"], .tree)
    case .all: return (["ls-files", "--stage", "-z", "--full-name"], .index)
    case .range(let range):
      guard !range.isEmpty, !range.hasPrefix("-") else {
        throw WorkspaceError(.usage, "--range takes commits, as in origin/main..HEAD")
      }
      return (
        [
          "-c", "log.showSignature=false", "log", "--format=%H", "-c", "--root", "--no-relative",
          "--no-notes",
        ] + plain + ["--end-of-options", range], .changes
      )
    }
  }

  private struct Outcome: Sendable {
    let number: Int
    let findings: [Finding]
  }

  private struct Collected: Sendable {
    var outcomes: [Outcome] = []
    var report = Report()
    var seen: Set<String> = []

    /// All of it, the findings in the order of the files.
    var sorted: Report {
      var report = report
      report.findings = outcomes.sorted { $0.number < $1.number }.flatMap(\.findings)
      return report
    }

    /// Each once: the mistake of a policy is that of all its files.
    mutating func add(_ error: WorkspaceError) {
      guard seen.insert("\(error.path ?? "")\0\(error.message)").inserted else { return }
      report.errors.append(error)
    }
  }

  private func work(
    _ collected: borrowing Mutex<Collected>, judge: PolicyJudge?,
    shownPath: @Sendable (String) -> String,
    next:
      @Sendable (_ buffer: inout WipedBuffer, _ scanner: inout FileScanner)
      throws(WorkspaceError) -> ScanStep
  ) {
    let workers = Parallel.availableCores
    Parallel.forEach(count: workers, workers: workers, makeState: { _ in FileScanner() }) {
      _, scanner in
      var buffer = WipedBuffer()
      while true {
        buffer.removeAll()
        let step: ScanStep
        do throws(WorkspaceError) { step = try next(&buffer, &scanner) } catch {
          collected.withLock { $0.add(error) }
          return
        }
        switch step {
        case .end: return
        case .unreadable(let file, let error):
          let path = shownPath(file.path)
          collected.withLock { $0.add(error.at(path)) }
        case .whole(let file):
          let result = scanner.scan(
            buffer.bytes, name: file.path, fields: fields(for: file, judge, collected))
          take(result, file, judge, shownPath, collected)
        case .scanned(let file, let result):
          take(result, file, judge, shownPath, collected)
        }
      }
    }
  }

  private func fields(
    for file: ScannedFile, _ judge: PolicyJudge?, _ collected: borrowing Mutex<Collected>
  ) -> FieldChoice {
    do throws(WorkspaceError) { return try judge?.fields(for: file.path) ?? .none } catch {
      collected.withLock { $0.add(error) }
      return .none
    }
  }

  private func take(
    _ result: ScanResult, _ file: ScannedFile, _ judge: PolicyJudge?,
    _ shownPath: (String) -> String, _ collected: borrowing Mutex<Collected>
  ) {
    var isIgnored = false
    var departures: [Finding] = []
    var failure: WorkspaceError?
    // The policy is asked about files that have something to do with it.
    if let judge,
      !result.findings.isEmpty || !result.sealedUnits.isEmpty || result.sopsRecipients != nil
    {
      do throws(WorkspaceError) {
        isIgnored = try judge.ignores(file.path)
        if !isIgnored {
          departures = try judge.departures(in: result.sealedUnits, path: file.path)
          if let recipients = result.sopsRecipients {
            departures += try judge.departures(ofSOPS: recipients, file.path)
          }
        }
      } catch { failure = error }
    }
    func shown(_ rule: Rule, _ message: String, line: Int?, column: Int?) -> Finding {
      Finding(
        rule, file.commit.map { "\(message) (commit \($0.prefix(12)))" } ?? message,
        file: shownPath(file.path), line: line, column: column)
    }
    var findings: [Finding] = []
    if !isIgnored {
      findings = result.findings.map { finding in
        shown(
          finding.rule, finding.message, line: finding.position?.line,
          column: finding.position?.column)
      }
      findings += departures.map { finding in
        shown(finding.rule, finding.message, line: finding.line, column: finding.column)
      }
    }
    collected.withLock { collected in
      collected.report.fileCount += 1
      if isIgnored { collected.report.ignoredCount += 1 }
      if let failure { collected.add(failure) }
      if !findings.isEmpty {
        collected.outcomes.append(Outcome(number: file.number, findings: findings))
      }
    }
  }
}
