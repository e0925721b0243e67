import Testing
import TimeSeries

@testable import LeakWatchDaemon

@Suite struct PastMomentTests {
  private let now = Timestamp(milliseconds: 1_767_312_000_000)

  @Test(arguments: [
    ("30d", "2025-12-03T00:00:00Z"), ("1h30m", "2026-01-01T22:30:00Z"),
    ("0s", "2026-01-02T00:00:00Z"),
    ("2026-01-01", "2026-01-01T00:00:00Z"), ("2025-02-28T23:59:59Z", "2025-02-28T23:59:59Z"),
    ("1767312000", "2026-01-02T00:00:00Z"), ("1767312000.5", "2026-01-02T00:00:00.500Z"),
  ])
  func understands(text: String, moment: String) throws {
    #expect(try PastMoment.parse(text, before: now).rfc3339 == moment)
  }

  @Test(arguments: [
    "", "30", "d", "2026-13-01", "2026-02-30", "2026-01-01T", "2026-01-01T10:00:00",
    "2026-01-01T10:00:00Z ", "-5d", "2026-01-01T10:00:00+01:00", "tomorrow",
  ])
  func refuses(text: String) {
    #expect(throws: PastMoment.Problem.self) { try PastMoment.parse(text, before: now) }
  }
}
