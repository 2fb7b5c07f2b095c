/// How far a plan has come, by the files on the nodes and a snapshot.
public struct RotationProgress: Sendable, Equatable {
  /// The configurations in their order.
  public enum State: Int, Sendable, Comparable, CaseIterable {
    case current, reading, writing, final

    public static func < (left: State, right: State) -> Bool { left.rawValue < right.rawValue }
  }

  /// One control-plane node.
  public struct Node: Sendable, Equatable {
    /// The file, as the caller named it.
    public let path: String
    /// Which configuration it is; nil for none of the plan's.
    public let state: State?
  }

  /// The step that is next; nil when all are done.
  public let next: RotationStep.Kind?
  /// What is still to be done in it, or what keeps it from being done.
  public let notes: [String]
  /// What went wrong: nothing else may be done before it is mended.
  public let problems: [String]

  /// Looks where things stand.
  ///
  /// - Parameters:
  ///   - nodes: The configurations of all API servers; nil for one without a file. None when nothing
  ///     has been done yet.
  ///   - snapshot: What a snapshot holds, taken after the last change; nil without one.
  public init(
    _ states: RotationStates, nodes: [(path: String, configuration: StorageConfiguration?)],
    snapshot: Snapshot?
  ) {
    let found = nodes.map { Node(path: $0.path, state: states.state(of: $0.configuration)) }
    var judge = ProgressJudge(states: states, nodes: found, snapshot: snapshot)
    judge.judge()
    (next, notes, problems) = (judge.next, judge.notes, judge.problems)
  }

  /// What of a snapshot a plan has to know.
  public struct Snapshot: Sendable {
    /// What needs which reader.
    public let uses: [StoredUse]
    /// Plaintext objects that lie in free pages.
    public let remnantCount: Int

    /// Makes one.
    public init(uses: [StoredUse], remnantCount: Int) {
      self.uses = uses
      self.remnantCount = remnantCount
    }
  }
}

extension RotationStates {
  /// The last of the plan's configurations that this one is.
  func state(of configuration: StorageConfiguration?) -> RotationProgress.State? {
    if configuration == final { return .final }
    if configuration == writing { return .writing }
    if configuration == reading { return .reading }
    return configuration == current ? .current : nil
  }
}

extension RotationProgress.State {
  /// The name of its file in a plan's folder.
  public var fileName: String {
    switch self {
    case .current: "0-current.yaml"
    case .reading: "1-reading.yaml"
    case .writing: "2-writing.yaml"
    case .final: "3-final.yaml"
    }
  }
}
