import Testing
import YAMLSource

/// Every case of the YAML test suite.
@Suite struct YAMLSuiteTests {
  @Test func everyCaseIsFound() throws {
    guard !SuiteCase.all.isEmpty else { return }
    #expect(SuiteCase.all.count == 402)
    #expect(SuiteCase.all.filter(\.isError).count == 94)
    let ids = Set(SuiteCase.all.map(\.id))
    #expect(SuiteDisagreement.all.filter { !ids.contains($0.key) }.isEmpty)
  }

  /// The tree says what the suite says, but where libyaml has another mind: exactly there.
  @Test(arguments: SuiteCase.all) func structure(_ item: SuiteCase) {
    let outcome: SuiteDisagreement?
    do {
      let tree = try parse(item.text, .yaml)
      if item.isError {
        outcome = .accepts
      } else {
        outcome = tree.events(item.text) == item.structure ? nil : .differs
      }
    } catch {
      outcome = item.isError ? nil : .refuses
      #expect(error.code == .syntax)
    }
    #expect(outcome == SuiteDisagreement.all[item.id])
  }

  /// What is read has exact spans; tokens can take the place of values and give it back.
  @Test(arguments: SuiteCase.all) func spans(_ item: SuiteCase) {
    guard let tree = try? parse(item.text) else { return }
    #expect(SpanChecks.problems(item.text, tree) == [])
    #expect(SpliceChecks.problems(item.text, tree) == [])
    #expect(ScalarChecks.problems(item.text, tree) == [])
  }
}
