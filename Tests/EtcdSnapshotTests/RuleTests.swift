import EtcdSnapshot
import Testing

/// Every finding that a report can have is one of the rules.
@Suite struct RuleTests {
  @Test func everyCodeHasARule() {
    var codes = [
      "plaintext-secrets", "plaintext-though-covered", "plaintext-history",
      "plaintext-in-free-space", "nothing-under-prefix",
    ]
    codes += Verdict.allCases.filter(\.isUnreadable).map { "unreadable-\($0)" }
    for code in codes { #expect(SnapshotRules.rule(code) != nil, "\(code)") }
    #expect(SnapshotRules.all.count == codes.count)
  }
}
