import Findings
import Testing
import TransportSecurity

struct RuleTests {
  @Test(arguments: TransportRules.all)
  func rulesSayWhyAndWhatToDo(rule: Rule) {
    #expect(rule.id.hasPrefix("tls/"))
    #expect(TransportRules.all.count { $0.id == rule.id } == 1)
    #expect(rule.why.hasSuffix("."))
    #expect(rule.fix.hasSuffix("."))
    #expect(!rule.title.hasSuffix("."))
  }
}

extension RuleTests {
  @Test(arguments: CoverageRules.all)
  func rulesOfLinksSayWhyAndWhatToDo(rule: Rule) {
    #expect(rule.id.hasPrefix("tls/"))
    // One meaning has one id, whichever command finds it.
    #expect((TransportRules.all + CoverageRules.all).count { $0.id == rule.id } == 1)
    #expect((TransportRules.all + CoverageRules.all).count { $0.title == rule.title } == 1)
    #expect(rule.why.hasSuffix("."))
    #expect(!rule.fix.isEmpty)
    #expect(!rule.title.hasSuffix("."))
  }
}
