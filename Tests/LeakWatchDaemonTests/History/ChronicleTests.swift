import Alerting
import Testing
import TimeSeries

@testable import LeakWatchDaemon

/// What is remembered of alerts, from their first word to their end.
@Suite struct ChronicleTests {
  private static let start = Timestamp(seconds: 1_764_000_000)
  private static let api = ServiceName("api")

  private static func alert(
    _ status: Alert.Status = .firing, _ severity: Severity = .warning, service: ServiceName = api,
    episode: String = "e1", startedAt: Timestamp = start, at: Timestamp = start,
    kind: AlertKind = .memoryGrowth, slope: Double? = nil
  ) -> Alert {
    Alert(
      key: AlertKey(service: service, kind: kind), status: status, severity: severity,
      episode: EpisodeID(text: episode), host: "h", startedAt: startedAt, at: at,
      verdict: status == .firing ? "leak" : "steady",
      growth: GrowthFigures(slopeBytesPerDay: slope), summary: "\(service): \(severity) \(status)",
      reasons: ["because", "and so"],
      description: ServiceDescription(name: service, cgroupPath: "/system.slice/\(service)"))
  }

  private static func kill(at moment: Timestamp, count: Int = 1) -> KillRecord {
    KillRecord(service: api, at: moment, count: count, evidence: "seen")
  }

  @Test func anEpisodeIsRememberedAtItsWorst() throws {
    var chronicle = Chronicle()
    let key = Self.alert().key
    chronicle.note(
      Self.alert(slope: 100), beganAt: Self.start - .minutes(5), tellsLives: true)
    chronicle.note(Self.alert(.firing, .page, at: Self.start + .hours(1), slope: 300))
    chronicle.confirm([key], at: Self.start + .hours(2)) { _ in 500 }
    chronicle.confirm([key], at: Self.start + .hours(3)) { _ in 200 }
    chronicle.noteRestart(of: Self.api, in: nil)
    chronicle.noteRestart(of: ServiceName("web"), in: nil)
    chronicle.note(Self.kill(at: Self.start + .hours(3), count: 2), in: nil)
    chronicle.note(Self.alert(.resolved, .page, at: Self.start + .hours(4)))
    // What happens afterwards is not of it.
    chronicle.noteRestart(of: Self.api, in: nil)
    let episode = try #require(chronicle[Self.api].episodes.first)
    #expect(chronicle[Self.api].episodes.count == 1)
    #expect(episode.severity == .page && episode.verdict == "leak")
    #expect(episode.summary == "api: page firing")
    #expect(episode.peakSlopeBytesPerDay == 500)
    #expect(episode.beganAt == Self.start - .minutes(5) && episode.firedAt == Self.start)
    #expect(episode.endedAt == Self.start + .hours(4) && episode.endReason == "because; and so")
    #expect(episode.restarts == 1 && episode.oomKills == 2)
  }

  @Test func whatNothingTellsOfStaysUnknown() throws {
    var chronicle = Chronicle()
    var alert = Self.alert()
    alert.description.cgroupPath = nil
    chronicle.note(alert)
    chronicle.note(Self.alert(service: ServiceName("leakwatch"), kind: .sinkFailing))
    let episode = try #require(chronicle[Self.api].episodes.first)
    #expect(episode.restarts == nil && episode.oomKills == nil && episode.beganAt == nil)
    #expect(episode.peakSlopeBytesPerDay == nil)
    let own = try #require(chronicle[ServiceName("leakwatch")].episodes.first)
    #expect(own.restarts == nil && own.oomKills == nil)
  }

  @Test func theKillThatRaisedTheAlertCounts() {
    var chronicle = Chronicle()
    chronicle.note(Self.kill(at: Self.start - .hours(1)), in: nil)
    chronicle.note(Self.kill(at: Self.start, count: 3), in: nil)
    chronicle.note(Self.alert(kind: .oomKill), beganAt: Self.start)
    #expect(chronicle[Self.api].episodes.first?.oomKills == 3)
  }

  @Test func wordOfAFixIsNoSummaryOfTheLeak() throws {
    var chronicle = Chronicle()
    var alert = Self.alert(.firing, .ticket)
    chronicle.note(alert)
    alert.fix = FixReport(
      state: FixReport.watching, change: "", since: Self.start, endsAt: Self.start, isWatched: true,
      conclusion: "watched", figures: nil, madeAt: Self.start)
    alert.summary = "api: watched"
    chronicle.note(alert)
    #expect(chronicle[Self.api].episodes.first?.summary == "api: ticket firing")
    // But it does not hide what is worse.
    (alert.severity, alert.summary) = (.page, "api: memory ends")
    chronicle.note(alert)
    #expect(chronicle[Self.api].episodes.first?.summary == "api: memory ends")
  }

  @Test func theEndOfARestartBelongsToTheEpisodeThatItHasEnded() {
    var chronicle = Chronicle()
    chronicle.note(Self.alert(kind: .oomImminent))
    chronicle.note(Self.alert(.resolved, at: Self.start + .minutes(3), kind: .oomImminent))
    for (minute, what) in [(Int64(10), "restart done"), (70, "restart begun")] {
      chronicle.append(
        EpisodeRecord.Step(moment: Self.start + .minutes(minute), what: what), to: Self.api,
        in: nil, reachingBack: .hours(1))
    }
    chronicle.append(
      EpisodeRecord.Step(moment: Self.start + .minutes(11), what: "new build"), to: Self.api,
      in: nil)
    #expect(chronicle[Self.api].episodes.first?.steps.map(\.what) == ["restart done"])
    #expect(chronicle.unwritten(all: false).episodes.first?.steps.count == 1)
  }

  @Test func replicasShareWhatHappensToThem() {
    var chronicle = Chronicle()
    let group = ServiceName("api-x")
    chronicle.note(Self.alert(service: group), tellsLives: true)
    chronicle.noteRestart(of: ServiceName("api-x-1"), in: group)
    chronicle.append(
      .init(moment: Self.start, what: "new build"), to: ServiceName("api-x-2"), in: group)
    #expect(chronicle[group].episodes.first?.restarts == 1)
    #expect(chronicle[group].episodes.first?.steps.map(\.what) == ["new build"])
  }

  @Test func whatNothingConfirmsAfterARestartHasEnded() {
    var first = Chronicle()
    first.note(Self.alert())
    let kept = first.unwritten(all: true).episodes
    var second = Chronicle(episodes: kept, kills: [], at: Self.start + .hours(10))
    second.confirm([], at: Self.start + .hours(11)) { _ in nil }
    #expect(second[Self.api].episodes.first?.endedAt == nil)
    second.confirm([], at: Self.start + .hours(11) + .minutes(1)) { _ in nil }
    #expect(second[Self.api].episodes.first?.endedAt == Self.start + .hours(10))
    #expect(second[Self.api].episodes.first?.endReason?.contains("since a restart") == true)
    #expect(second.unwritten(all: false).episodes.count == 1)
  }

  @Test func anEpisodeWhoseEndWasLostEndsWhereTheNextBegins() {
    var chronicle = Chronicle()
    chronicle.note(Self.alert())
    let later = Self.start + .hours(5)
    chronicle.note(Self.alert(episode: "e2", startedAt: later, at: later))
    #expect(chronicle[Self.api].episodes.map(\.endedAt) == [later, nil])
  }

  @Test func onlyWhatChangedIsWrittenAndASteeperSlopeMayWait() {
    var chronicle = Chronicle()
    chronicle.note(Self.alert(slope: 1))
    let first = chronicle.unwritten(all: false)
    #expect(first.episodes.count == 1)
    chronicle.noteWritten(first)
    #expect(chronicle.unwritten(all: true).isEmpty)
    chronicle.confirm([Self.alert().key], at: Self.start + .minutes(1)) { _ in 2 }
    #expect(chronicle.unwritten(all: false).isEmpty)
    #expect(chronicle.unwritten(all: true).episodes.map(\.peakSlopeBytesPerDay) == [2])
  }

  @Test func aFlappingAlertForgetsItsOldestEpisodesAndNobodyElses() {
    var chronicle = Chronicle()
    let web = ServiceName("web")
    chronicle.note(Self.alert(service: web))
    for index in 0..<Chronicle.mostOfService + 20 {
      let at = Self.start + .minutes(Int64(index))
      for status in [Alert.Status.firing, .resolved] {
        chronicle.note(Self.alert(status, episode: "e\(index)", startedAt: at, at: at))
      }
    }
    #expect(chronicle[Self.api].episodes.count == Chronicle.mostOfService)
    #expect(chronicle[Self.api].episodes.first?.id.text == "e20")
    #expect(chronicle[web].episodes.count == 1)
    #expect(chronicle.unwritten(all: true).forgotten.count == 20)
  }

  @Test func ofTooManyEpisodesOfAllServicesTheOldestThatEndedGo() {
    var chronicle = Chronicle()
    let services = (0..<Chronicle.mostEpisodes + 30).map { ServiceName("service \($0)") }
    for (index, service) in services.enumerated() {
      let at = Self.start + .seconds(Double(index))
      chronicle.note(Self.alert(service: service, startedAt: at, at: at))
    }
    #expect(chronicle.isOverfull)
    chronicle.prune(at: Self.start + .hours(2))
    #expect(chronicle.services.count == services.count, "all of them fire")
    for service in services.prefix(100) {
      chronicle.note(Self.alert(.resolved, service: service, at: Self.start + .hours(2)))
    }
    chronicle.prune(at: Self.start + .hours(2))
    #expect(!chronicle.isOverfull)
    #expect(chronicle.services == Set(services.dropFirst(30)))
    #expect(chronicle.unwritten(all: true).forgotten.count == 30)
  }

  @Test func whatIsOlderThanTheLimitGoesUnlessItFires() {
    var chronicle = Chronicle()
    let web = ServiceName("web")
    chronicle.note(Self.alert(service: web))
    chronicle.note(Self.alert())
    chronicle.note(Self.alert(.resolved))
    chronicle.note(Self.kill(at: Self.start), in: nil)
    chronicle.prune(at: Self.start + Chronicle.longest + .minutes(1))
    #expect(chronicle.services == [web])
    #expect(chronicle[web].episodes.count == 1)
  }

  @Test func theStepsOfAnEndlessLoopAreBounded() {
    var episode = EpisodeRecord(Self.alert(), beganAt: nil)
    for index in 0..<1000 {
      episode.append(
        .init(moment: Self.start, what: String(repeating: "é", count: 5000), why: "\(index)"))
    }
    #expect(episode.steps.count == EpisodeRecord.mostSteps)
    #expect(episode.steps.last?.why == "\(EpisodeRecord.mostSteps - 1)")
    #expect(episode.steps[0].what.utf8.count == EpisodeRecord.longestText)
  }
}
