/// Finds the step that is next.
struct ProgressJudge {
  let states: RotationStates
  let nodes: [RotationProgress.Node]
  let snapshot: RotationProgress.Snapshot?
  var next: RotationStep.Kind? = .backup
  var notes: [String] = []
  var problems: [String] = []

  mutating func judge() {
    let strangers = nodes.filter { $0.state == nil }
    problems += strangers.map { "\($0.path) is none of the plan's files" }
    let known = nodes.compactMap(\.state)
    guard strangers.isEmpty, let low = known.min(), let high = known.max() else { return }
    guard high.rawValue - low.rawValue <= 1 else {
      next = nil
      problems.append(
        "the nodes are more than one step apart: the ones behind cannot read what the others write;"
          + " bring them to \(high == .final ? State.writing.fileName : high.fileName) first")
      return
    }
    if low < high {
      next = RotationStep.Kind.install(high)
      notes = nodes.filter { $0.state == low }.map { "\($0.path) does not have it yet" }
      if high == .final { alarmIfNeeded() }
      return
    }
    switch low {
    case .current: next = .backup
    case .reading: next = .installWriting
    case .writing: judgeWriting()
    case .final: judgeFinal()
    }
  }

  private typealias State = RotationProgress.State

  private mutating func judgeWriting() {
    next = .rewrite
    guard let snapshot else {
      notes = ["what is left to rewrite is known from a snapshot (--snapshot)"]
      return
    }
    guard snapshot.uses.contains(where: { states.isAbout($0.resource) }) else {
      notes = [
        "the snapshot holds nothing that the plan is about: is it of this cluster, and is "
          + "--etcd-prefix right?"
      ]
      return
    }
    let needed = states.needed(snapshot.uses)
    let live = needed.filter { $0.liveCount > 0 }
    guard live.isEmpty else {
      notes = live.map { "\($0.liveCount) \($0.resource) under \($0.reader.label)" }
      return
    }
    let old = needed.filter { $0.supersededCount > 0 }
    guard old.isEmpty else {
      next = .compactHistory
      notes = old.map {
        "\($0.supersededCount) older revisions of \($0.resource) under \($0.reader.label)"
      }
      return
    }
    next = .installFinal
  }

  private mutating func judgeFinal() {
    next = .defragment
    alarmIfNeeded()
    guard problems.isEmpty, let snapshot else { return }
    if snapshot.remnantCount > 0 {
      notes = ["\(snapshot.remnantCount) plaintext objects lie in free pages"]
    } else {
      next = .retireBackups
    }
  }

  private mutating func alarmIfNeeded() {
    guard let snapshot else { return }
    for use in states.needed(snapshot.uses) where use.liveCount > 0 {
      problems.append(
        "\(use.liveCount) \(use.resource) can be read with \(use.reader.label) only, which was "
          + "dropped too early: install \(State.writing.fileName) again")
    }
    if !problems.isEmpty { next = .installWriting }
  }
}
