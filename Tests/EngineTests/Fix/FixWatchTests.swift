import Alerting
import Testing
import TimeSeries

@testable import Detectors
@testable import Engine

/// A watch over a fix as a value: what it says, and when.
@Suite struct FixWatchTests {
  private static let start = Timestamp(seconds: 1_764_000_000)
  private static let perDay = 1_048_576 / 86_400.0

  private static func watch(_ cause: FixWatch.Cause = .newBuild("version 1 → 2")) -> FixWatch {
    FixWatch(
      leak: LeakReference(
        signal: .memoryAnon,
        rate: GrowthRate(bytesPerSecond: 1, error: 0.1, degreesOfFreedom: 10),
        requestsPerSecond: nil, verdict: .leak, flavour: .native, growing: "anon"),
      leaking: LeakingLives(from: start - .days(3), until: start), episodeStart: start - .days(1),
      cause: cause, since: start, rule: FixRule(), at: start)
  }

  /// - Parameters: MiB a day.
  private static func estimate(
    _ after: Double, of before: Double = 512, error: Double = 4,
    basis: FixEstimate.Basis = .equalAges, load: Double? = 1, isPerRequest: Bool = false
  ) -> FixEstimate {
    let rate = { (value: Double, error: Double) in
      GrowthRate(bytesPerSecond: value * perDay, error: error * perDay, degreesOfFreedom: 1e6)
    }
    return FixEstimate(
      pairs: [RatePair(before: rate(before, 1), after: rate(after, error), covariance: 0)],
      basis: basis, isPerRequest: isPerRequest, loadShare: load, coveredSeconds: 3600)
  }

  @Test func anEarlyVerdictMustStandForAnHour() {
    var watch = Self.watch()
    let rule = FixRule()
    let flat = Self.estimate(15)
    #expect(watch.judge(flat, rule, at: Self.start + .hours(6)) == nil)
    #expect(watch.judge(flat, rule, at: Self.start + .minutes(419)) == nil)
    // One look that is not certain begins the hour anew.
    #expect(watch.judge(nil, rule, at: Self.start + .minutes(420)) == nil)
    #expect(watch.judge(flat, rule, at: Self.start + .minutes(421)) == nil)
    #expect(watch.judge(flat, rule, at: Self.start + .minutes(480)) == nil)
    #expect(watch.isOpen && watch.hidesThePast)
    #expect(watch.judge(flat, rule, at: Self.start + .minutes(481)) == .fixed)
    #expect(!watch.isOpen && watch.hidesThePast && !watch.hasFailed)
    #expect(watch.conclusion == "fixed: −97 % at equal age and load")
    #expect(watch.report.madeAt == Self.start + .minutes(481))
  }

  @Test func whatLeaksStillIsWatchedOnAndToldOnce() {
    var watch = Self.watch()
    let rule = FixRule()
    let leaking = Self.estimate(480)
    #expect(watch.judge(leaking, rule, at: Self.start + .hours(6)) == nil)
    #expect(watch.judge(leaking, rule, at: Self.start + .hours(7)) == .stillLeaking)
    #expect(watch.isOpen && !watch.hidesThePast)
    #expect(watch.judge(leaking, rule, at: Self.start + .hours(8)) == nil)
    #expect(watch.judge(leaking, rule, at: Self.start + .hours(24)) == nil)
    #expect(!watch.isOpen && watch.hasFailed)
    #expect(
      watch.conclusion == "still leaking: 480 MiB/day, was 512 MiB/day at equal age and load")
  }

  @Test func atTheEndItSaysWhatIsKnown() {
    let rule = FixRule()
    let end = Self.start + .hours(24)
    var half = Self.watch()
    #expect(half.judge(Self.estimate(266, load: nil), rule, at: end) == .halfFixed)
    #expect(half.conclusion == "half fixed: −48 % at equal age, still 266 MiB/day, was 512 MiB/day")
    var vague = Self.watch()
    #expect(vague.judge(Self.estimate(205, error: 78, basis: .kept), rule, at: end) == .undecided)
    #expect(
      vague.conclusion
        == "not certain after 1 d: −60 % (between −35 % and −85 %) beside what was kept of the leak, "
        + "205 MiB/day, was 512 MiB/day")
    var unseen = Self.watch()
    #expect(unseen.judge(nil, rule, at: end) == .undecided)
    #expect(unseen.conclusion == "not known after 1 d: too little was seen since the change")
  }

  @Test func whatIsWatchedIsSaid() {
    var watch = Self.watch(.claim(FixClaim(author: "alice", why: "cache bounded")))
    #expect(watch.change == "alice says that it is fixed: cache bounded")
    #expect(watch.conclusion.hasSuffix("(\(watch.change)): too little is known yet"))
    _ = watch.judge(
      Self.estimate(100, error: 60, basis: .otherAges, load: 3, isPerRequest: true), FixRule(),
      at: Self.start + .hours(5))
    #expect(
      watch.conclusion.hasSuffix(
        "so far −80 % (between −61 % and −100 %) at equal load, age allowed for, which is not certain"
      ))
    #expect(Self.watch(.newBuild(nil)).change == "new build")
    watch.rollBack(at: Self.start + .hours(6))
    #expect(watch.hasFailed && !watch.isOpen && !watch.hidesThePast)
    #expect(watch.conclusion.hasPrefix("not fixed: the build that leaks runs again"))
  }

  @Test func itComesBackFromItsBytes() throws {
    var watch = Self.watch(.claim(FixClaim(author: "a", why: "b")))
    _ = watch.judge(Self.estimate(15), FixRule(), at: Self.start + .hours(6))
    for one in [watch, Self.watch()] {
      var writer = StateWriter()
      writer.write(one)
      var reader = StateReader(writer.bytes)
      #expect(try reader.value(FixWatch.self) == one)
      #expect(reader.isAtEnd)
    }
  }

  @Test func theTimeThatIsLeftOutlivesAClockThatIsSet() {
    var watch = Self.watch()
    watch.clockMoved(by: .hours(-2), to: Self.start - .hours(1))
    #expect(watch.endsAt == Self.start + .hours(22))
    #expect(watch.since == Self.start - .hours(1))
  }

  @Test func replicasAreOverWhenAllThatLeakedAre() {
    var fixed = Self.watch()
    _ = fixed.judge(Self.estimate(15), FixRule(), at: Self.start + .hours(24))
    let member = { (index: Int, isLeaking: Bool, fix: FixWatch?) in
      ReplicaFix.Member(
        index: index, isLeaking: isLeaking, fix: fix, holdsAlert: fix?.isOpen ?? false)
    }
    #expect(ReplicaFix([member(0, true, nil)]).speaker == nil)
    // One that leaks still runs the old build.
    let rolling = ReplicaFix([member(0, true, fixed), member(1, true, nil)])
    #expect(rolling.end == nil && rolling.newsAt == nil && !rolling.isHeld)
    let watched = ReplicaFix([member(0, true, fixed), member(1, true, Self.watch())])
    #expect(watched.end == nil && watched.isHeld)
    var failed = Self.watch()
    _ = failed.judge(Self.estimate(480), FixRule(), at: Self.start + .hours(24))
    let broken = ReplicaFix([member(0, true, fixed), member(1, true, failed)])
    #expect(broken.speaker?.index == 1 && broken.newsAt == failed.madeAt)
    let over = ReplicaFix([member(0, true, fixed), member(1, false, nil), member(2, true, fixed)])
    #expect(over.end == "2 of 2 instances fixed: −97 % at equal age and load")
  }
}
