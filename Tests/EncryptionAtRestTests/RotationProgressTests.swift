import EncryptionAtRest
import Testing

/// Where a plan stands, by the nodes' files and a snapshot.
@Suite struct RotationProgressTests {
  private let states: RotationStates

  init() throws {
    states = try RotationStates(
      from: try RotationStatesTests.configuration("secrets: aescbc[a] identity"), to: .rotate,
      resources: nil, date: "20261231")
  }

  private func progress(
    _ nodes: [StorageConfiguration?],
    _ uses: [(provider: StoredValue.Provider, name: String, live: Int, old: Int)]? = nil,
    remnants: Int = 0
  ) -> RotationProgress {
    RotationProgress(
      states,
      nodes: nodes.enumerated().map { ("node\($0.offset)", $0.element) },
      snapshot: uses.map { uses in
        .init(
          uses: uses.map { use in
            StoredUse(
              resource: .secrets, reader: StorageReader(provider: use.provider, name: use.name),
              liveCount: use.live, supersededCount: use.old)
          }, remnantCount: remnants)
      })
  }

  @Test func nodesSayWhichStepIsNext() {
    let (zero, one, two, three) = (states.current, states.reading, states.writing, states.final)
    #expect(progress([]).next == .backup)
    #expect(progress([zero, zero]).next == .backup)
    #expect(progress([zero, one]).next == .installReading)
    #expect(progress([zero, one]).notes == ["node0 does not have it yet"])
    #expect(progress([one, one]).next == .installWriting)
    #expect(progress([one, two]).next == .installWriting)
    #expect(progress([two, two]).next == .rewrite)
    #expect(progress([two, three]).next == .installFinal)
    #expect(progress([three, three]).next == .defragment)
  }

  @Test func nodesTooFarApartStopEverything() {
    for nodes in [[states.current, states.writing], [states.reading, states.final]] {
      let progress = progress(nodes)
      #expect(progress.next == nil)
      #expect(progress.problems.count == 1)
    }
    let stranger = StorageConfiguration(entries: [])
    #expect(progress([states.current, stranger]).problems == ["node1 is none of the plan's files"])
  }

  @Test func keysThatAreNeededStay() {
    let two = [states.writing, states.writing]
    let new = (StoredValue.Provider.aescbc, "key-20261231", 5, 7)
    #expect(progress(two, [new, (.aescbc, "a", 2, 0)]).next == .rewrite)
    #expect(progress(two, [new, (.identity, "", 1, 0)]).next == .rewrite)
    #expect(progress(two, [new, (.identity, "", 1, 0)]).notes == ["1 secrets under plaintext"])
    #expect(progress(two, [new, (.aescbc, "a", 0, 3)]).next == .compactHistory)
    #expect(progress(two, [new]).next == .installFinal)
    // A key of another provider with the same name is another key.
    #expect(progress(two, [new, (.aesgcm, "a", 2, 0)]).next == .installFinal)
  }

  /// A snapshot of something else proves nothing; a name is cut at its colon.
  @Test func whatASnapshotCannotProve() throws {
    let two = [states.writing]
    #expect(progress(two, []).next == .rewrite)
    #expect(progress(two, []).notes.count == 1)
    let colon = try RotationStates(
      from: try RotationStatesTests.configuration("secrets: aescbc[k:y]"), to: .rotate,
      resources: nil, date: "20261231")
    let use = StoredUse(
      resource: .secrets, reader: StorageReader(provider: .aescbc, name: "k"), liveCount: 3,
      supersededCount: 0)
    let found = RotationProgress(
      colon, nodes: [("a", colon.writing)], snapshot: .init(uses: [use], remnantCount: 0))
    #expect(found.next == .rewrite)
  }

  @Test func aKeyThatWasDroppedTooEarlyIsPutBack() {
    for nodes in [[states.final], [states.writing, states.final]] {
      let progress = progress(nodes, [(.aescbc, "a", 2, 0)])
      #expect(progress.next == .installWriting)
      #expect(progress.problems.count == 1)
    }
  }

  @Test func theEndIsAfterDefragmentation() {
    #expect(progress([states.final], [], remnants: 3).next == .defragment)
    #expect(progress([states.final], []).next == .retireBackups)
  }

  @Test func stepsFollowTheStates() throws {
    let places = RotationPlan.Places(folder: "it's here")
    let plan = RotationPlan(states, places: places, progress: progress([states.reading]))
    #expect(plan.steps.map(\.kind) == RotationStep.Kind.allCases)
    #expect(plan.steps.map(\.number) == Array(1...8))
    #expect(plan.steps.map(\.status) == [.done, .done, .next] + Array(repeating: .todo, count: 5))
    #expect(plan.steps[2].commands[0].hasPrefix("install -m 0600 'it'\\''s here/2-writing.yaml' "))
    #expect(plan.steps[6].commands.contains { $0.hasPrefix("etcdctl defrag") })
    // What can be read already needs no step of its own.
    let off = try RotationStates(
      from: states.current, to: .disable, resources: nil, date: "20261231")
    let offPlan = RotationPlan(
      off, places: places, progress: RotationProgress(off, nodes: [], snapshot: nil))
    #expect(!offPlan.steps.contains { $0.kind == .installReading })
    #expect(offPlan.steps.first { $0.kind == .installFinal }?.file == nil)
  }

  @Test func wildcardsAreRewrittenByListing() throws {
    let all = try RotationStates(
      from: try RotationStatesTests.configuration(
        "secrets: aescbc[a]; *.apps: aescbc[a]; *.*: aescbc[a]"), to: .rotate,
      resources: nil, date: "20261231")
    let plan = RotationPlan(
      all, places: .init(folder: "p"), progress: RotationProgress(all, nodes: [], snapshot: nil))
    let rewrite = try #require(plan.steps.first { $0.kind == .rewrite })
    #expect(rewrite.commands.count == 3)
    #expect(rewrite.commands[1].contains("--api-group=apps"))
    #expect(!rewrite.commands[2].contains("--api-group"))
  }
}
