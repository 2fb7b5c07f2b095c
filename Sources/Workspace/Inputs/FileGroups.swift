internal import Platform
internal import Synchronization

/// The same work on any number of files, in groups, so that memory does not grow with their number.
enum FileGroups {
  /// Files in the first group: these are not to wait for many others to be found.
  private static let firstCount = 128
  /// The most files in a group.
  static let usualCount = 512
  /// The same where little is kept of each file: between groups the other cores wait.
  static let largeCount = 2048

  /// Runs `work` for every file on all cores, and `deliver` with the results of each group, in the
  /// order of the files.
  ///
  /// While a group is worked on the files of the next one are looked for; none of these is worked on
  /// before the results of the first were delivered.
  ///
  /// - Parameter most: the most files in a group; the results of a group are held together.
  static func run<State: ~Copyable, Result: Sendable>(
    _ paths: InputPaths, most: Int = usualCount, makeState: @escaping @Sendable () -> State,
    work:
      @escaping @Sendable (_ finding: InputPaths.Finding, _ number: Int, _ state: inout State)
      -> Result,
    deliver: ([Result]) -> Void
  ) {
    var groupCount = firstCount
    var findings: [InputPaths.Finding] = []
    var group: Group<Result>?
    func deliverGroup() {
      if let begun = group.take() { deliver(begun.finish()) }
    }
    func beginGroup() {
      deliverGroup()
      if !findings.isEmpty { group = Group(findings, makeState: makeState, work: work) }
      findings.removeAll(keepingCapacity: true)
    }
    paths.forEach { finding in
      findings.append(finding)
      if findings.count == groupCount {
        beginGroup()
        groupCount = min(groupCount * 2, most)
      }
      return true
    }
    beginGroup()
    deliverGroup()
  }

  /// A group that is worked on.
  private struct Group<Result: Sendable>: ~Copyable {
    private final class Results: Sendable {
      let list: Mutex<[Result?]>
      init(count: Int) { list = Mutex([Result?](repeating: nil, count: count)) }
    }

    private let results: Results
    private let work: ParallelWork

    init<State: ~Copyable>(
      _ findings: [InputPaths.Finding], makeState: @escaping @Sendable () -> State,
      work: @escaping @Sendable (InputPaths.Finding, Int, inout State) -> Result
    ) {
      let results = Results(count: findings.count)
      self.results = results
      self.work = Parallel.begin(count: findings.count, makeState: { _ in makeState() }) {
        index, state in
        let result = work(findings[index], index, &state)
        results.list.withLock { $0[index] = result }
      }
    }

    consuming func finish() -> [Result] {
      let results = results
      work.finish()
      return results.list.withLock { $0.compactMap(\.self) }
    }
  }
}
