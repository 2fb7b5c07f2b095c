internal import Platform
internal import Synchronization

/// The same work on any number of files, in groups, so that memory does not grow with their number.
enum FileGroups {
  /// Files in a group.
  private static let groupCount = 512

  /// Runs `work` for every file on all cores, and `deliver` with the results of each group, in the
  /// order of the files.
  static func run<State: ~Copyable, Result: Sendable>(
    _ paths: InputPaths, makeState: @Sendable () -> State,
    work: @Sendable (_ finding: InputPaths.Finding, _ number: Int, _ state: inout State) -> Result,
    deliver: ([Result]) -> Void
  ) {
    var group: [InputPaths.Finding] = []
    func runGroup() {
      let findings = group
      guard !findings.isEmpty else { return }
      let results = Mutex([Result?](repeating: nil, count: findings.count))
      Parallel.forEach(count: findings.count, makeState: { _ in makeState() }) { index, state in
        let result = work(findings[index], index, &state)
        results.withLock { $0[index] = result }
      }
      deliver(results.withLock { $0.compactMap(\.self) })
    }
    paths.forEach { finding in
      group.append(finding)
      if group.count == groupCount {
        runGroup()
        group.removeAll(keepingCapacity: true)
      }
      return true
    }
    runGroup()
  }
}
