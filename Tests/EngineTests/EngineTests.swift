import Alerting
import Detectors
import TestSupport
import Testing
import TimeSeries

@testable import Engine

/// Drives an Engine minute by minute, as the daemon does.
private struct Rig {
  static let start = Timestamp(milliseconds: 1_763_942_400_000)
  static let mebibyte = 1024.0 * 1024

  var engine: Engine
  var minute: Int64 = 0
  var effects: [Effect] = []

  init(
    growth: Bool = false, seriesLimit: Int = 1000, keepFiring: TimeSpan = .minutes(5)
  ) {
    let timing = AlertTiming(hold: .minutes(2), keepFiring: keepFiring)
    let derivative = DerivativeRule(
      window: .hours(1), thresholdBytesPerDay: 0, dialect: .prometheus2)
    engine = Engine(
      settings: EngineSettings(
        host: "web-1", seriesLimit: seriesLimit,
        growthRule: growth
          ? ConfiguredRule(rule: derivative, timing: timing, severity: .ticket) : nil,
        gcPause: ConfiguredRule(
          rule: GCPauseRule(window: .hours(1), threshold: 0.05, dialect: .prometheus2),
          timing: timing, severity: .warning),
        oomImminent: ConfiguredRule(
          rule: OOMImminentRule(horizon: .hours(1)), timing: timing, severity: .page),
        oomKill: ConfiguredRule(
          rule: OOMKillRule(), timing: AlertTiming(hold: .zero, keepFiring: .minutes(5)),
          severity: .page)))
  }

  var now: Timestamp { Self.start + .minutes(minute) }

  /// One minute with one scrape of each given service; nil is a failed scrape.
  mutating func step(_ memory: [String: Double?], incarnation: String = "a") {
    for (name, mebibytes) in memory {
      let service = ServiceName(name)
      if let mebibytes {
        let bytes = mebibytes * Self.mebibyte
        let result = ScrapeResult(
          service: service, source: .cgroup, timestamp: now,
          incarnation: Incarnation(identity: incarnation, startedAt: nil),
          readings: [
            Reading(.memoryAnon, bytes), Reading(.memoryCurrent, bytes + 1e6),
            Reading(.memoryInactiveFile, 1e6), Reading(.memoryLimit, 512 * Self.mebibyte),
          ])
        effects += engine.handle(.scraped(result), at: now)
      } else {
        let result = ScrapeResult(
          service: service, source: .cgroup, timestamp: now, failure: "permission denied")
        effects += engine.handle(.scraped(result), at: now)
      }
    }
    effects += engine.handle(.evaluate, at: now)
    minute += 1
  }

  var alerts: [Alert] {
    effects.compactMap { if case .notify(let alert) = $0 { alert } else { nil } }
  }

  var transitions: [String] {
    effects.compactMap {
      guard case .transition(let change) = $0 else { return nil }
      return "\(change.key.service) \(change.key.kind.rawValue) \(change.from)→\(change.to)"
    }
  }
}

@Suite struct EngineTests {
  @Test func aLeakPagesOnceAndItsNeighbourStaysSilent() throws {
    var rig = Rig()
    for minute in 0..<60 { rig.step(["api": 200 + Double(minute) * 4, "web": 300]) }
    #expect(
      rig.transitions == [
        "api oom_imminent inactive→pending", "api oom_imminent pending→firing",
      ])
    let alert = try #require(rig.alerts.first)
    #expect(rig.alerts.count == 1)
    #expect(alert.status == .firing)
    #expect(alert.severity == .page)
    #expect(alert.host == "web-1")
    #expect(alert.growing == "anon")
    #expect(alert.summary.hasPrefix("api: memory reaches its limit of 512 MiB in "))
    #expect(alert.summary.hasSuffix("(+4 MiB/min)"))
    let seconds = try #require(alert.growth.secondsToLimit)
    #expect(seconds > 0 && seconds <= 3600)
  }

  @Test func theEpisodeKeepsItsNameUntilItResolves() throws {
    var rig = Rig()
    for minute in 0..<60 { rig.step(["api": 200 + Double(minute) * 4]) }
    for _ in 0..<60 { rig.step(["api": 100]) }
    #expect(rig.alerts.map(\.status) == [.firing, .resolved])
    #expect(rig.alerts[0].episode == rig.alerts[1].episode)
    #expect(rig.alerts[0].startedAt == rig.alerts[1].startedAt)
    #expect(rig.alerts[1].summary.hasPrefix("api: the approach to the memory limit is over"))
  }

  @Test func aRestartIsANewLifeAndNoFallInMemory() {
    var rig = Rig(growth: true)
    for minute in 0..<30 { rig.step(["api": 400 - Double(minute)]) }
    // Falling until the restart; the new life rises, and only it counts.
    for minute in 0..<10 { rig.step(["api": 50 + Double(minute)], incarnation: "b") }
    #expect(rig.transitions.contains("api growth_rule pending→firing"))
    let firing = rig.alerts.first { $0.key.kind == .growthRule }
    #expect((firing?.growth.slopeBytesPerDay ?? 0) > 1400 * Rig.mebibyte)
  }

  @Test func whatWasPendingBeforeARestartBeginsAnew() {
    var rig = Rig(growth: true)
    for minute in 0..<3 { rig.step(["api": 50 + Double(minute)]) }
    #expect(rig.transitions == ["api growth_rule inactive→pending"])
    rig.step(["api": 50], incarnation: "b")
    #expect(rig.transitions.last == "api growth_rule pending→inactive")
    // `for` is two minutes: the new life has to rise that long by itself.
    for minute in 1..<3 { rig.step(["api": 50 + Double(minute)], incarnation: "b") }
    #expect(rig.alerts.isEmpty)
    rig.step(["api": 53], incarnation: "b")
    #expect(rig.alerts.map(\.status) == [.firing])
  }

  @Test func aGapIsSaidOnceAndChangesNoAlert() {
    var rig = Rig(growth: true)
    for minute in 0..<10 { rig.step(["api": 50 + Double(minute)]) }
    let before = rig.transitions
    for _ in 0..<10 { rig.step(["api": nil]) }
    #expect(rig.transitions == before)
    rig.step(["api": 61])
    let targets = rig.effects.compactMap { effect -> String? in
      switch effect {
      case .targetDown(_, _, let reason): "down: \(reason)"
      case .targetUp: "up"
      case .restarted: "restarted"
      case .buildJudged: "build"
      case .fixStep: "fix"
      case .reworded: "reworded"
      default: nil
      }
    }
    #expect(targets == ["down: permission denied", "up"])
  }

  @Test func aSourceThatWasTakenOutWhileItWasDownIsDownNoLonger() {
    var rig = Rig()
    rig.step(["api": 50])
    let service = ServiceName("api")
    let exporter = ScrapeSource.exporter("http://10.0.0.7:1/metrics")
    let failed = ScrapeResult(
      service: service, source: exporter, timestamp: rig.now, failure: "refused")
    rig.effects += rig.engine.handle(.scraped(failed), at: rig.now)
    #expect(rig.engine.overview().map(\.isUp) == [false])
    #expect(rig.engine.handle(.sourceEnded(service, exporter), at: rig.now).isEmpty)
    #expect(rig.engine.overview().map(\.isUp) == [true])
    #expect(rig.engine.handle(.sourceEnded(ServiceName("none"), exporter), at: rig.now).isEmpty)
  }

  @Test func whatFiresIsWordedAnewWhereThatIsWished() {
    var rig = Rig(growth: true)
    for minute in 0..<20 { rig.step(["api": 50 + Double(minute), "web": 50]) }
    let told = rig.alerts
    let before = rig.effects.count
    let keys = ["api", "web"].map { AlertKey(service: ServiceName($0), kind: .growthRule) }
    rig.engine.wishedWords = Set(keys)
    for minute in 20..<23 { rig.step(["api": 50 + 2 * Double(minute), "web": 50]) }
    let reworded = rig.effects[before...].compactMap { effect -> Alert? in
      if case .reworded(let alert) = effect { alert } else { nil }
    }
    // Once, what fires alone, and nobody is told.
    #expect(reworded.map(\.key) == [keys[0]])
    #expect(reworded.first?.episode == told.first?.episode)
    #expect(reworded.first?.at != told.first?.at)
    #expect(reworded.first?.growth != told.first?.growth)
    #expect(rig.alerts == told)
  }

  @Test func whatFiresIsKnownUntilItResolves() {
    var rig = Rig(growth: true)
    for minute in 0..<20 { rig.step(["api": 50 + Double(minute), "web": 50]) }
    let key = AlertKey(service: ServiceName("api"), kind: .growthRule)
    #expect(rig.engine.firingAlerts() == [key])
    _ = rig.engine.handle(.ended(ServiceName("api")), at: rig.now)
    #expect(rig.engine.firingAlerts() == [key])
    for _ in 0..<20 { rig.step(["web": 50]) }
    #expect(rig.engine.firingAlerts() == [])
  }

  @Test func anOOMKillFiresAtOnceAndStaysForItsTime() throws {
    var rig = Rig()
    rig.step(["api": 100])
    let kill = OOMKill(count: 2, evidence: "memory.events")
    rig.effects += rig.engine.handle(.oomKilled(ServiceName("api"), kill), at: rig.now)
    let alert = try #require(rig.alerts.first)
    #expect(alert.key.kind == .oomKill)
    #expect(alert.summary == "api: the kernel's OOM killer struck 2 times (memory.events)")
    for _ in 0..<8 { rig.step(["api": 100]) }
    #expect(rig.alerts.map(\.status) == [.firing, .resolved])
  }

  @Test func aServiceThatEndedResolvesAndIsForgottenLater() {
    var rig = Rig(growth: true)
    for minute in 0..<10 { rig.step(["api": 50 + Double(minute)]) }
    #expect(rig.alerts.map(\.status) == [.firing])
    rig.effects += rig.engine.handle(.ended(ServiceName("api")), at: rig.now)
    for _ in 0..<10 { rig.step([:]) }
    #expect(rig.alerts.map(\.status) == [.firing, .resolved])
    #expect(rig.engine.seriesCount > 0)
    rig.minute += 25 * 60
    rig.step([:])
    #expect(rig.engine.seriesCount == 0)
    #expect(rig.engine.overview().isEmpty)
  }

  @Test func beyondTheBoundOnMemoryItSaysWhatItLeavesOutAndGoesOn() throws {
    var rig = Rig(seriesLimit: 6)
    for minute in 0..<60 {
      rig.step(["a": 200 + Double(minute) * 4, "b": 200, "c": 200])
    }
    #expect(rig.engine.seriesCount == 6)
    let leftOut = rig.effects.compactMap { effect -> LeftOut? in
      if case .leftOut(let leftOut) = effect { leftOut } else { nil }
    }
    #expect(leftOut.count == 1)
    #expect(try #require(leftOut.first).series > 0)
  }

  /// A day at 60 s is 1,441 samples of about four bytes: as much as two windows.
  @Test func aLogOfExactSamplesCountsForItsBytes() {
    var settings = EngineSettings(host: "web-1")
    #expect(settings.seriesWorth(ofLogOver: .hours(1)) == 1)
    #expect(settings.seriesWorth(ofLogOver: .hours(24)) == 2)
    let pauses = GCPauseRule(window: .hours(1), threshold: 0.05, dialect: .prometheus2)
    #expect(settings.seriesWorth(ofPausesUnder: pauses) == 1)
    settings.sampleInterval = .seconds(1)
    #expect(settings.seriesWorth(ofPausesUnder: pauses) == 8)
    settings.sampleInterval = .seconds(15)
    #expect(settings.seriesWorth(ofLogOver: .hours(24)) == 5)
  }

  @Test func reloadedSettingsKeepWindowsOfTheSameShape() {
    var rig = Rig()
    for minute in 0..<10 { rig.step(["api": 200 + Double(minute)]) }
    let kept = rig.engine.seriesCount
    _ = rig.engine.handle(.reconfigured(EngineSettings(host: "web-1")), at: rig.now)
    #expect(rig.engine.seriesCount == kept)
    let small = WindowShape(
      bucketWidth: .minutes(1), bucketCount: 4, floorWidth: .minutes(5), floorCount: 4)
    _ = rig.engine.handle(
      .reconfigured(EngineSettings(host: "web-1", windowShape: small)), at: rig.now)
    #expect(rig.engine.seriesCount == 0)
  }

  /// Nothing would ever end it: its rule is not asked any more.
  @Test func aReloadThatSwitchesARuleOffEndsItsAlerts() {
    var rig = Rig(growth: true)
    for minute in 0..<10 { rig.step(["api": 50 + Double(minute), "web": 300]) }
    for minute in 10..<12 { rig.step(["api": 50 + Double(minute), "web": 300 + Double(minute)]) }
    #expect(rig.alerts.map(\.status) == [.firing])
    let settings = EngineSettings(host: "web-1", oomKill: nil)
    rig.effects += rig.engine.handle(.reconfigured(settings), at: rig.now)
    let end = rig.alerts.last
    #expect(rig.alerts.map(\.status) == [.firing, .resolved])
    #expect(end?.reasons == ["the rule was switched off"])
    #expect(end?.episode == rig.alerts.first?.episode)
    #expect(
      rig.transitions.suffix(2).sorted() == [
        "api growth_rule firing→resolved", "web growth_rule pending→inactive",
      ])
    #expect(rig.engine.firingAlerts() == [])
    let count = rig.effects.count
    rig.step(["api": 80])
    #expect(rig.effects.count == count)
  }

  /// The configuration was changed while nobody watched.
  @Test func aRuleThatIsOffAtTheStartEndsWhatItLeftBehind() throws {
    var rig = Rig(growth: true)
    for minute in 0..<10 { rig.step(["api": 50 + Double(minute)]) }
    let record = try #require(rig.engine.record(of: ServiceName("api")))
    var second = Rig(growth: false)
    second.minute = rig.minute
    _ = try second.engine.restore(record, at: second.now)
    second.step([:])
    #expect(second.alerts.map(\.status) == [.resolved])
    #expect(second.alerts.first?.episode == rig.alerts.first?.episode)
  }

  @Test func aReloadThatExcludesAServiceEndsItsAlertsAtOnce() {
    var rig = Rig(growth: true, keepFiring: .hours(3))
    for minute in 0..<10 { rig.step(["api": 50 + Double(minute), "web": 50 + Double(minute)]) }
    #expect(rig.alerts.count == 2)
    rig.effects += rig.engine.handle(.excluded(ServiceName("api")), at: rig.now)
    rig.effects += rig.engine.handle(.excluded(ServiceName("none")), at: rig.now)
    #expect(rig.alerts.dropFirst(2).map(\.key.service.text) == ["api"])
    #expect(
      rig.alerts.last?.reasons == [
        "the service is no longer watched: a reload took it out of the configuration"
      ])
    #expect(rig.engine.firingAlerts().map(\.service.text) == ["web"])
    #expect(rig.engine.overview().map(\.name.text) == ["web"])
  }

  @Test func pausesOfSeveralCollectorsAreSummed() {
    var rig = Rig()
    for minute in 0..<70 {
      let seconds = Double(minute) * 1.9
      let result = ScrapeResult(
        service: ServiceName("jvm"), source: .exporter("http://127.0.0.1:1/metrics"),
        timestamp: rig.now, incarnation: nil,
        readings: [
          Reading(.gcPauseSecondsTotal, seconds, seriesKey: 1),
          Reading(.gcPauseSecondsTotal, seconds, seriesKey: 2),
        ])
      rig.effects += rig.engine.handle(.scraped(result), at: rig.now)
      rig.step([:])
    }
    #expect(rig.transitions == ["jvm gc_pause inactive→pending", "jvm gc_pause pending→firing"])
  }

  @Test func theWorkingSetNeedsUsageAndNeverGoesBelowZero() {
    let account = CgroupAccount([
      Reading(.memoryCurrent, 100), Reading(.memoryInactiveFile, 300),
    ])
    #expect(account.workingSet == 0)
    #expect(account.unreclaimable == nil)
    #expect(account.kernelUnreclaimable == nil)
    #expect(CgroupAccount([Reading(.memoryInactiveFile, 300)]).workingSet == nil)
    let anon = CgroupAccount([
      Reading(.memoryAnon, 10), Reading(.memoryShmem, 5), Reading(.memoryKernel, 7),
      Reading(.memorySlabReclaimable, 3),
    ])
    #expect(anon.unreclaimable == 19)
  }
}
