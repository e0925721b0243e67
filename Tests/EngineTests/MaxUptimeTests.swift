import Alerting
import Detectors
import Testing
import TimeSeries

@testable import Engine

/// A service that is scraped every quarter of an hour.
private struct Rig {
  static let began = Timestamp(milliseconds: 1_763_942_400_000)

  var engine: Engine
  var now = Self.began
  var alerts: [Alert] = []

  init(_ rule: MaxUptimeRule, severity: Severity = .ticket) {
    engine = Engine(
      settings: EngineSettings(
        host: "web-1",
        maxUptime: ConfiguredRule(
          rule: rule, timing: AlertTiming(hold: .zero, keepFiring: .zero), severity: severity)))
  }

  mutating func run(
    _ service: String = "api", days: Double, from mebibytes: Double = 400, growthPerDay: Double,
    life: Incarnation
  ) {
    for step in 0..<Int(days * 96) {
      let bytes = (mebibytes + growthPerDay * Double(step) / 96) * 1_048_576
      take(
        .scraped(
          ScrapeResult(
            service: ServiceName(service), source: .cgroup, timestamp: now, incarnation: life,
            readings: [Reading(.memoryAnon, bytes), Reading(.memoryCurrent, bytes)])))
      take(.evaluate)
      now = now + .minutes(15)
    }
  }

  mutating func take(_ event: Event) {
    for case .notify(let alert) in engine.handle(event, at: now) { alerts.append(alert) }
  }
}

@Suite struct MaxUptimeTests {
  private static let life = Incarnation(identity: "a", startedAt: Rig.began)

  @Test func aServiceOverItsAgeSaysWhatARestartBuys() throws {
    var rig = Rig(MaxUptimeRule(limit: .days(7)))
    rig.run(days: 10, growthPerDay: 50, life: Self.life)
    let alert = try #require(rig.alerts.first)
    #expect(rig.alerts.count == 1)
    #expect(alert.key == AlertKey(service: ServiceName("api"), kind: .maxUptime))
    #expect(alert.severity == .ticket)
    #expect(alert.startedAt == Rig.began + .days(7) + .minutes(15))
    #expect(
      alert.summary
        == "api: up for 7 d, since 2025-11-24T00:00:00Z, longer than 7 d; "
        + "a restart buys 6 d 8 h at this rate")
    #expect(alert.reasons.last == "memory meanwhile 416 MiB → 732 MiB, +50 MiB/day")
    let rate = try #require(alert.growth.slopeBytesPerDay)
    #expect(abs(rate / 1_048_576 - 50) < 0.1)
  }

  @Test func aRestartEndsIt() throws {
    var rig = Rig(MaxUptimeRule(limit: .days(7)))
    rig.run(days: 7.1, growthPerDay: 0, life: Self.life)
    let restart = rig.now
    rig.run(
      days: 0.1, growthPerDay: 0, life: Incarnation(identity: "b", startedAt: restart))
    #expect(rig.alerts.map(\.status) == [.firing, .resolved])
    #expect(rig.alerts[0].summary.hasSuffix("; a restart would give back little memory") == false)
    #expect(rig.alerts[0].reasons.contains("a restart would give back little memory"))
    #expect(rig.alerts[1].at == restart)
  }

  @Test func aStartThatNothingTellsIsALeastAge() throws {
    var rig = Rig(MaxUptimeRule(limit: .days(1)))
    rig.run(days: 1.1, growthPerDay: 400, life: Incarnation(identity: "a", startedAt: nil))
    let alert = try #require(rig.alerts.first)
    #expect(alert.reasons[0].hasPrefix("up for at least 1 d, since 2025-11-24"))
  }

  @Test func whatCameBeforeTheKeptHoursIsOnlyALowerBound() throws {
    var rig = Rig(MaxUptimeRule(limit: .days(20)))
    rig.run(days: 20.1, growthPerDay: 50, life: Self.life)
    let alert = try #require(rig.alerts.first)
    #expect(alert.summary.contains("a restart buys at least 12 d"))
  }

  @Test func tooShortAPastIsSaid() throws {
    var rig = Rig(MaxUptimeRule(limit: .minutes(30)))
    rig.run(days: 0.1, growthPerDay: 50, life: Self.life)
    let alert = try #require(rig.alerts.first)
    #expect(
      alert.reasons.last == "too little is known of its memory to say what a restart would bring")
    #expect(alert.growth.slopeBytesPerDay == nil)
  }

  @Test func onlyTheNamedServicesAreMeant() {
    var rig = Rig(MaxUptimeRule(limit: .hours(1), services: [ServicePattern("web-*")]))
    rig.run("api", days: 0.2, growthPerDay: 0, life: Self.life)
    #expect(rig.alerts.isEmpty)
    rig.run("web-1", days: 0.2, growthPerDay: 0, life: Self.life)
    #expect(rig.alerts.map(\.key.service.text) == ["web-1"])
  }

  @Test func aServiceThatIsGoneIsNotOld() {
    var rig = Rig(MaxUptimeRule(limit: .hours(1)))
    rig.run(days: 0.2, growthPerDay: 0, life: Self.life)
    rig.take(.ended(ServiceName("api")))
    rig.take(.evaluate)
    #expect(rig.alerts.map(\.status) == [.firing, .resolved])
  }
}
