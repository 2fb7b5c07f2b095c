import EtcdSnapshot
import Findings
import Testing

@Suite struct RuleTests {
  @Test func everythingUnreadableHasARuleOfItsOwn() {
    let rules = Verdict.allCases.filter(\.isUnreadable).map(SnapshotRules.unreadable)
    #expect(Set(rules.map(\.id)).count == rules.count)
    for rule in rules { #expect(SnapshotRules.all.contains(rule)) }
    #expect(Set(SnapshotRules.all.map(\.id)).count == SnapshotRules.all.count)
  }
}
