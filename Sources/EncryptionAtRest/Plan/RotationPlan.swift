/// A change of what encrypts stored objects, step by step.
///
/// Follows kubernetes.io, "Encrypting Confidential Data at Rest" (rotating keys, ensuring all data
/// is encrypted, decrypting all data), with what that leaves out: older revisions keep a key needed
/// until etcd is compacted, and stay readable in free pages until it is defragmented.
public struct RotationPlan: Sendable {
  /// Where things are.
  public struct Places: Sendable {
    /// The configuration's path on the nodes.
    public var node = "/etc/kubernetes/enc/enc.yaml"
    /// The folder with the plan's files.
    public var folder: String
    /// What backups are known.
    public var backups: [String] = []

    /// Makes one.
    public init(folder: String) { self.folder = folder }
  }

  /// The steps in order.
  public let steps: [RotationStep]

  /// Writes the plan down.
  public init(_ states: RotationStates, places: Places, progress: RotationProgress) {
    let writer = StepWriter(states: states, places: places)
    let kinds = RotationStep.Kind.allCases.filter { kind in
      switch kind {
      case .installReading: states.reading != states.current
      case .installWriting: states.writing != states.reading
      case .installFinal: states.final != states.writing
      default: true
      }
    }
    steps = kinds.enumerated().map { index, kind in
      let status: RotationStep.Status
      if let next = progress.next {
        status = kind == next ? .next : kind < next ? .done : .todo
      } else {
        status = .todo
      }
      return RotationStep(
        number: index + 1, kind: kind, title: writer.title(kind),
        explanation: writer.explanation(kind), file: writer.file(kind),
        commands: writer.commands(kind), checks: writer.checks(kind), status: status)
    }
  }
}
