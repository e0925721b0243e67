import Alerting
import Detectors
import Testing
import TimeSeries

@testable import Engine

/// The clock is set by hours, or the machine sleeps: nothing false is said, nothing is kept back.
@Suite struct ClockTests {
  /// A daemon's minutes; `clock` is what the wall shows.
  private struct Rig {
    var engine: Engine
    var clock = Timestamp(milliseconds: 1_763_942_400_000)
    var told: [String] = []

    init() {
      let timing = AlertTiming(hold: .minutes(10), keepFiring: .minutes(30))
      engine = Engine(
        settings: EngineSettings(
          host: "h",
          oomImminent: ConfiguredRule(
            rule: OOMImminentRule(horizon: .hours(1)), timing: timing, severity: .page)))
    }

    var state: AlertState? { engine.service(ServiceName("api"))?.alerts[.oomImminent]?.state }

    /// A minute with a scrape of `megabytes` of 1,000; nil for one without.
    mutating func minute(_ megabytes: Double?) {
      clock = clock + .minutes(1)
      if let megabytes {
        let result = ScrapeResult(
          service: ServiceName("api"), source: .cgroup, timestamp: clock,
          incarnation: Incarnation(identity: "a", startedAt: nil),
          readings: [
            Reading(.memoryCurrent, megabytes * 1e6), Reading(.memoryAnon, megabytes * 1e6),
            Reading(.memoryLimit, 1e9),
          ])
        note(engine.handle(.scraped(result), at: clock))
      }
      note(engine.handle(.evaluate, at: clock))
    }

    mutating func setClock(by span: TimeSpan) {
      clock = clock + span
      note(engine.handle(.clockMoved(by: span), at: clock))
    }

    private mutating func note(_ effects: [Effect]) {
      for case .notify(let alert) in effects { told.append(alert.status.rawValue) }
    }
  }

  /// Minutes of growth until the alert fires.
  private func minutesUntilFiring(_ rig: inout Rig, from megabytes: Double) -> Int {
    for minute in 1...120 {
      rig.minute(min(990, megabytes + Double(minute) * 2))
      if !rig.told.isEmpty { return minute }
    }
    return .max
  }

  @Test(arguments: [0, 5, -5, 48, -48] as [Int64])
  func aSteadyServiceStaysSilent(hours: Int64) {
    var rig = Rig()
    for minute in 0..<240 { rig.minute(800 + Double(minute % 7)) }
    rig.setClock(by: .hours(hours))
    for minute in 0..<240 { rig.minute(800 + Double(minute % 7)) }
    #expect(rig.told.isEmpty)
  }

  @Test(arguments: [5, -5, 48, -48] as [Int64])
  func aJumpShortensNoHold(hours: Int64) {
    var rig = Rig()
    var megabytes = 600.0
    for _ in 0..<190 where rig.state != .pending {
      megabytes += 2
      rig.minute(megabytes)
    }
    #expect(rig.state == .pending)
    for _ in 0..<4 {
      megabytes += 2
      rig.minute(megabytes)
    }
    #expect(rig.told.isEmpty)
    rig.setClock(by: .hours(hours))
    rig.minute(megabytes + 2)
    #expect(rig.told.isEmpty, "half of the hold has passed, whatever the clock says")
  }

  @Test(arguments: [5, -5, 48, -48] as [Int64])
  func aLeakIsFoundAsSoonAsWithoutTheJump(hours: Int64) {
    var straight = Rig()
    for _ in 0..<120 { straight.minute(700) }
    var jumping = Rig()
    for _ in 0..<120 { jumping.minute(700) }
    jumping.setClock(by: .hours(hours))
    let expected = minutesUntilFiring(&straight, from: 700)
    let found = minutesUntilFiring(&jumping, from: 700)
    #expect(expected < 120)
    // The open bucket is dropped where the clock was put back.
    #expect(found <= expected + 30)
  }

  @Test(arguments: [5, -5, 48, -48] as [Int64])
  func whatFiresEndsNoSoonerAndNoLater(hours: Int64) {
    var rig = Rig()
    for minute in 0..<140 { rig.minute(700 + Double(minute) * 2) }
    #expect(rig.told == ["firing"])
    rig.setClock(by: .hours(hours))
    for _ in 0..<29 { rig.minute(300) }
    #expect(rig.told == ["firing"], "keep_firing_for is half an hour")
    for _ in 0..<31 { rig.minute(300) }
    #expect(rig.told == ["firing", "resolved"])
  }

  @Test func aServiceThatLivedForMomentsIsForgottenAfterMinutes() {
    var rig = Rig()
    for _ in 0..<200 { rig.minute(700) }
    let series = rig.engine.seriesCount
    for number in 0..<50 {
      let name = ServiceName("job\(number)x")
      let result = ScrapeResult(
        service: name, source: .cgroup, timestamp: rig.clock,
        incarnation: Incarnation(identity: "i", startedAt: nil),
        readings: [Reading(.memoryAnon, 1e6)])
      _ = rig.engine.handle(.scraped(result), at: rig.clock)
      _ = rig.engine.handle(.ended(name), at: rig.clock + .seconds(20))
    }
    #expect(rig.engine.serviceNames.count == 51)
    #expect(rig.engine.seriesCount > series)
    for _ in 0..<7 { rig.minute(700) }
    #expect(rig.engine.serviceNames == [ServiceName("api")])
    #expect(rig.engine.seriesCount == series)
    // One that was known for hours is remembered for hours.
    _ = rig.engine.handle(.ended(ServiceName("api")), at: rig.clock)
    for _ in 0..<180 { rig.minute(nil) }
    #expect(rig.engine.serviceNames == [ServiceName("api")])
  }
}
