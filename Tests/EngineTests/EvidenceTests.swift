import Alerting
import Detectors
import Testing
import TimeSeries

@testable import Engine

/// What the Engine makes of profiles: news of the alert that fires, once.
struct EvidenceTests {
  private static let start = Timestamp(milliseconds: 1_763_942_400_000)
  private static let source = ScrapeSource.exporter("http://127.0.0.1:8080/metrics")
  private let api = ServiceName("api")
  private var engine: Engine

  init() {
    engine = Engine(
      settings: EngineSettings(
        host: "h",
        growthRule: ConfiguredRule(
          rule: DerivativeRule(
            window: .hours(1), thresholdBytesPerDay: 0, dialect: .prometheus2),
          timing: AlertTiming(hold: .minutes(5), keepFiring: .zero), severity: .ticket)))
  }

  /// One scrape a minute, each with a mebibyte more (or less), then a look. - Returns: alerts told.
  private mutating func live(_ minutes: Range<Int64>, rising: Bool = true) -> [Alert] {
    minutes.flatMap { minute -> [Alert] in
      let now = Self.start + .minutes(minute)
      let bytes = Double(rising ? 100 + minute : 1000 - 10 * minute) * 1_048_576
      let result = ScrapeResult(
        service: api, source: Self.source, timestamp: now,
        incarnation: Incarnation(identity: "start", startedAt: Self.start - .hours(2)),
        readings: [Reading(.residentMemory, bytes), Reading(.memoryLimit, 1_073_741_824)])
      _ = engine.handle(.scraped(result), at: now)
      return told(engine.handle(.evaluate, at: now))
    }
  }

  private func told(_ effects: [Effect]) -> [Alert] {
    effects.compactMap { if case .notify(let alert) = $0 { alert } else { nil } }
  }

  private func evidence(
    _ minute: Int64, old: Int64 = 0, _ bearing: HeapEvidence.Bearing = .supports
  ) -> HeapEvidence {
    let capture = { (minute: Int64) in
      HeapEvidence.Capture(
        at: Self.start + .minutes(minute), bytes: 1, objects: 1, path: "/p\(minute)")
    }
    return HeapEvidence(
      kind: "pprof", old: capture(old), new: capture(minute), growers: [], stack: [],
      goroutines: nil, bearing: bearing, conclusion: "main.put grew", madeAt: capture(minute).at)
  }

  private mutating func find(_ evidence: HeapEvidence, at minute: Int64) -> [Alert] {
    told(engine.handle(.evidence(api, .found(evidence)), at: Self.start + .minutes(minute)))
  }

  @Test mutating func anAlertThatFiresIsToldAgainOnce() throws {
    let first = try #require(live(0..<30).first)
    #expect(first.evidence == nil)
    let update = try #require(find(evidence(30), at: 30).first)
    #expect(update.episode == first.episode && update.status == .firing)
    #expect(update.evidence?.conclusion == "main.put grew")
    #expect(update.checklist.last?.answer == "main.put grew")
    #expect(update.commands.last?.command == "leakwatch diff /p0 /p30")
    #expect(live(31..<40).isEmpty)
    #expect(find(evidence(40), at: 40).isEmpty, "a third profile that says the same")
    let turn = find(evidence(41, .speaksAgainst), at: 41)
    #expect(turn.map(\.evidence?.bearing) == [.speaksAgainst])
  }

  /// The comparison took minutes, in which sinks were told of the alert.
  @Test mutating func whatWasLongInTheMakingIsNewsWhenItIsFound() throws {
    #expect(live(0..<30).count == 1)
    let update = try #require(find(evidence(10), at: 30).first)
    #expect(update.evidence?.madeAt == Self.start + .minutes(30))
    #expect(update.evidence?.new.at == Self.start + .minutes(10))
    let same = evidence(31)
    #expect(find(same, at: 40).isEmpty)
    let turn = try #require(find(evidence(32, .speaksAgainst), at: 50).first)
    #expect(turn.evidence?.madeAt == Self.start + .minutes(50))
  }

  @Test mutating func whatIsKnownBeforeItFiresIsInItsFirstWord() throws {
    #expect(live(0..<4).isEmpty)
    #expect(find(evidence(4), at: 4).isEmpty)
    let alerts = live(5..<30)
    #expect(alerts.map(\.evidence?.conclusion) == ["main.put grew"])
  }

  @Test mutating func theEndStillHasItAndTheNextSuspicionDoesNot() throws {
    _ = live(0..<30)
    _ = find(evidence(30), at: 30)
    let end = try #require(live(31..<90, rising: false).first)
    #expect(end.status == .resolved)
    #expect(end.evidence?.conclusion == "main.put grew")
    let report = engine.report(on: api, at: Self.start + .minutes(90))
    #expect(report?.evidence == nil)
  }

  @Test mutating func aRestartOfTheDaemonTellsItNoSecondTime() throws {
    _ = live(0..<30)
    _ = find(evidence(30), at: 30)
    let record = try #require(engine.record(of: api))
    engine = EvidenceTests().engine
    _ = try engine.restore(record, at: Self.start + .minutes(31))
    #expect(
      engine.report(on: api, at: Self.start + .minutes(31))?.evidence?.conclusion
        == "main.put grew")
    #expect(live(32..<40).isEmpty)
  }

  @Test(arguments: [UInt8(1), 2])
  mutating func aRecordOfAnOlderFormatIsRead(format: UInt8) throws {
    _ = live(0..<2)
    var record = try #require(engine.record(of: api))
    // No evidence, which format 1 did not have; then, which format 2 did not have either: one life
    // without marks of its build, of which it is not known whether it was another; no source with any;
    // no leak and no fix; one life of which no program is known.
    let end: [UInt8] = [0, 1, 0, 0, 0, 0, 0, 1, 0]
    #expect(record.suffix(9) == end[...])
    record.removeLast(format == 1 ? 9 : 8)
    record[0] = format
    var other = EvidenceTests().engine
    #expect(try other.restore(record, at: Self.start + .minutes(31)).name == api)
  }

  @Test(arguments: [
    (nil, "/sys/fs/cgroup/demo/api/cgroup.procs"),
    ("/sys/fs/cgroup/memory", "/sys/fs/cgroup/memory/demo/api/cgroup.procs"),
  ])
  mutating func whatIsPastedNamesTheHierarchyThatIsThere(root: String?, file: String) throws {
    var description = ServiceDescription(name: api, cgroupPath: "/demo/api")
    description.cgroupRoot = root
    _ = engine.handle(.described(description), at: Self.start)
    let alert = try #require(live(0..<30).first)
    let command = try #require(alert.commands.first { $0.command.hasPrefix("pmap ") })
    #expect(command.command.contains("head -n 1 \(SuggestedCommand.shellQuoted(file))"))
  }

  @Test mutating func thePlanLearnsOfTheSuspicion() throws {
    let subject = { (engine: Engine) in
      engine.profileSubject(of: ServiceName("api"), toldBy: Self.source)
    }
    _ = live(0..<1)
    #expect(try #require(subject(engine)).suspicion == nil)
    _ = live(1..<30)
    let found = try #require(subject(engine))
    #expect(found.lifeBegan == Self.start - .hours(2))
    #expect(found.roomBytes == Double((1024 - 129) << 20))
    let perDay = try #require(found.suspicion?.bytesPerDay)
    #expect(abs(perDay - 1440 * 1_048_576) < 1)
    #expect(engine.profileSubject(of: api, toldBy: .cgroup) == nil)
  }

  @Test mutating func whyThereIsNoneIsAnAnswer() throws {
    _ = live(0..<2)
    _ = engine.handle(
      .evidence(api, .none(reason: "it serves no profiles")), at: Self.start + .minutes(2))
    let alert = try #require(live(3..<30).first)
    #expect(alert.checklist.last?.answer == "not known: it serves no profiles")
  }
}
