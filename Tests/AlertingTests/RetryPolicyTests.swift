import Testing
import TimeSeries

@testable import Alerting

@Suite struct RetryPolicyTests {
  /// 2026-11-22T10:00:00Z.
  static let now = Timestamp(milliseconds: 1_795_341_600_000)

  static func decide(
    _ outcome: DeliveryOutcome, attempts: Int = 1, age: TimeSpan = .zero, random: Double = 1
  ) -> DeliveryDecision {
    RetryPolicy().decide(
      outcome, attempts: attempts, queuedAt: now - age, now: now, random: random)
  }

  @Test(arguments: [200, 201, 202, 204, 299])
  func anySuccessIsDelivered(status: Int) {
    #expect(Self.decide(.answered(status: status)) == .delivered)
  }

  @Test(arguments: [100, 408, 429, 500, 502, 503, 504, 599])
  func theseAreTriedAgain(status: Int) {
    #expect(
      Self.decide(.answered(status: status))
        == .retry(at: Self.now + .seconds(1), reason: "the receiver answered \(status)"))
  }

  @Test(arguments: [400, 401, 403, 404, 405, 413, 422, 451])
  func theseAreFinal(status: Int) {
    #expect(
      Self.decide(.answered(status: status))
        == .giveUp(reason: "the receiver answered \(status): it will not take this"))
  }

  @Test(arguments: [301, 302, 303, 307, 308])
  func redirectsAreFinal(status: Int) {
    #expect(
      Self.decide(.answered(status: status, retryAfter: "1"))
        == .giveUp(
          reason: "the receiver answered \(status): redirects are not followed, set its final URL"))
  }

  @Test func goneDisablesTheSink() {
    #expect(
      Self.decide(.answered(status: 410))
        == .disableSink(reason: "the receiver answered 410 Gone"))
  }

  @Test func aFailedConnectionIsTriedAgainWithItsReason() {
    #expect(
      Self.decide(.failed(reason: "connection refused"))
        == .retry(at: Self.now + .seconds(1), reason: "connection refused"))
  }

  @Test(arguments: [
    (1, 1.0), (2, 2), (3, 4), (4, 8), (9, 256), (10, 300), (11, 300), (1000, 300), (.max, 300),
  ])
  func theDelayDoublesUpToItsBound(attempts: Int, seconds: Double) {
    let policy = RetryPolicy()
    #expect(policy.backoff(afterAttempts: attempts, random: 1) == .seconds(seconds))
    #expect(policy.backoff(afterAttempts: attempts, random: 0) == .seconds(seconds / 2))
  }

  /// A receiver that is down: how long since, and how far apart probes come at most.
  @Test(arguments: [
    (0.0, 2.0), (30, 2), (3600, 2), (7200, 4), (86400, 48), (864_000, 300), (-3600, 2),
  ])
  func probesComeApartWithTheOutage(outageSeconds: Double, seconds: Double) {
    let limit = RetryPolicy().longestProbeDelay(outage: .seconds(outageSeconds))
    #expect(limit == .seconds(seconds))
    let pause = { (attempts: Int, header: String?) in
      RetryPolicy().pause(
        after: .answered(status: 503, retryAfter: header), failures: attempts, atMost: limit,
        now: Self.now, random: 1)
    }
    #expect(pause(1, nil) == .seconds(1))
    #expect(pause(100, nil) == limit)
    #expect(pause(100, "600") == .seconds(600))
  }

  @Test(arguments: [
    ("120", 120.0), (" 120 ", 120), ("0", 1), ("999999999999999999999999", 3600),
    ("Sun, 22 Nov 2026 10:02:00 GMT", 120), ("Sun, 22 Nov 2026 09:00:00 GMT", 1),
    ("Mon, 23 Nov 2026 10:00:00 GMT", 3600), ("Sunday, 22-Nov-26 10:02:00 GMT", 120),
    ("Sun Nov 22 10:02:00 2026", 120), ("soon", 1), ("-5", 1), ("", 1), ("1.5", 1),
  ])
  func retryAfterIsHonouredWithinItsBound(header: String, seconds: Double) {
    for status in [429, 503] {
      #expect(
        Self.decide(.answered(status: status, retryAfter: header))
          == .retry(at: Self.now + .seconds(seconds), reason: "the receiver answered \(status)"))
    }
  }

  @Test func tooOldIsGivenUpWithTheLastReason() {
    let almost = TimeSpan.hours(24) - .seconds(1)
    #expect(
      Self.decide(.failed(reason: "timed out"), age: almost)
        == .retry(at: Self.now + .seconds(1), reason: "timed out"))
    #expect(
      Self.decide(.failed(reason: "timed out"), attempts: 2, age: almost)
        == .giveUp(reason: "not delivered within 1 d; at last timed out"))
  }

  @Test(arguments: [
    (DeliveryOutcome.answered(status: 200), true), (.answered(status: 400), true),
    (.answered(status: 302), true), (.answered(status: 408), false),
    (.answered(status: 410), false), (.answered(status: 429), false),
    (.answered(status: 500), false), (.failed(reason: ""), false),
  ])
  func onlyTheReceiversOwnTroubleCountsAgainstIt(outcome: DeliveryOutcome, isWorking: Bool) {
    #expect(outcome.showsWorkingReceiver == isWorking)
  }
}

@Suite struct HTTPDateTests {
  static let now = Timestamp(milliseconds: 1_795_341_600_000)

  @Test(arguments: [
    "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
  ])
  func theThreeFormsMeanTheSame(text: String) {
    #expect(HTTPDate.parse(text, now: Self.now)?.rfc3339 == "1994-11-06T08:49:37Z")
  }

  @Test func aLeapSecondIsTheSecondBeforeIt() {
    let parsed = HTTPDate.parse("Sat, 31 Dec 2016 23:59:60 GMT", now: Self.now)
    #expect(parsed?.rfc3339 == "2016-12-31T23:59:59Z")
  }

  @Test(arguments: [
    "", "GMT", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET",
    "Sun, 31 Apr 1994 08:49:37 GMT", "Sun, 06 Nov 1994 8:49:37 GMT",
    "Sun, 06 Nov 1994 24:00:00 GMT",
    "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 06 Nov 199 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49 GMT", "Sun, +6 Nov 1994 08:49:37 GMT", "2026-11-22T10:00:00Z",
  ])
  func anythingElseIsNoDate(text: String) {
    #expect(HTTPDate.parse(text, now: Self.now) == nil)
  }
}
