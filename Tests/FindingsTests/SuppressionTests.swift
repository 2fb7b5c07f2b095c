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
