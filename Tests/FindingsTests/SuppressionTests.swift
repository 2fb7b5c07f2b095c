import Findings
import Testing

@Suite struct SuppressionTests {
  @Test(arguments: [
    "2026-02-29", "2100-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-01-00", "26-01-01",
    "2026-1-01", "2026-01-01 ", "2026-01-01T00:00:00Z", "+026-01-01", "２０２６-01-01", "tomorrow", "",
  ])
  func isNoDay(_ text: String) { #expect(CalendarDate(text) == nil) }

  @Test(arguments: ["2026-01-31", "2028-02-29", "2000-02-29", "0001-12-01", "9999-12-31"])
  func isADay(_ text: String) throws {
    #expect(try #require(CalendarDate(text)).description == text)
  }

  @Test(arguments: [
    ("2026-11-26", "2026-11-26", 0), ("2026-11-25", "2026-11-26", 1),
    ("2024-02-28", "2024-03-01", 2),
    ("2100-02-28", "2100-03-01", 1), ("2026-01-01", "2027-01-01", 365),
    ("1970-01-01", "2026-11-26", 20783), ("2026-12-31", "2027-03-01", 60),
  ])
  func countsDays(earlier: String, later: String, days: Int) throws {
    let (from, to) = (try #require(CalendarDate(earlier)), try #require(CalendarDate(later)))
    #expect(to.days(since: from) == days)
    #expect(from.days(since: to) == -days)
  }

  @Test func countsOnItsLastDayAndNotOnTheNext() throws {
    let suppression = Suppression(
      rule: "r", reason: "", expires: try #require(CalendarDate("2026-12-31")), policy: "p",
      line: 1)
    #expect(suppression.isInForce(on: try #require(CalendarDate("2026-12-31"))))
    #expect(suppression.isInForce(on: try #require(CalendarDate("2026-02-28"))))
    #expect(!suppression.isInForce(on: try #require(CalendarDate("2027-01-01"))))
    #expect(!suppression.isInForce(on: .distantFuture))
  }
}
