import Testing
import TimeSeries

@testable import Engine

/// Whether a new life of a service is a new build, told by one source or by several.
struct BuildTests {
  private static let api = ServiceName("api")
  private static let exporter = ScrapeSource.exporter("http://127.0.0.1:1/metrics")
  private static let start = Timestamp(milliseconds: 1_763_942_400_000)

  private var engine = Engine(settings: EngineSettings(host: "h"))

  private static func information(_ version: String, isTelling: Bool = true) -> BuildMarks {
    BuildMarks(
      information: .init(
        digest: FNV1a.hash(version), isTelling: isTelling, version: isTelling ? version : nil))
  }

  /// - Parameter began: minute of the process's start; nil where the source does not tell.
  /// - Returns: "restarted" and "judged", each with whether it is a new build.
  @discardableResult
  private mutating func scrape(
    _ source: ScrapeSource, minute: Int64, life: String, began: Int64? = nil,
    _ build: BuildMarks? = nil
  ) -> [String] {
    let result = ScrapeResult(
      service: Self.api, source: source, timestamp: Self.start + .minutes(minute),
      incarnation: Incarnation(
        identity: life, startedAt: began.map { Self.start + .minutes($0) }),
      build: build, readings: [Reading(.memoryAnon, 1e8)])
    return engine.handle(.scraped(result), at: result.timestamp).compactMap { effect in
      switch effect {
      case .restarted(_, let change):
        "restarted \(change.isNewBuild.map(String.init) ?? "unknown")"
      case .buildJudged(_, let change):
        "judged \(change.isNewBuild.map(String.init) ?? "unknown"), \(change.words ?? "-")"
      default: nil
      }
    }
  }

  private var answers: [Bool?] { engine.incarnationChanges(of: Self.api).map(\.isNewBuild) }

  @Test mutating func anotherVersionIsANewBuildAndTheSameOneIsNone() {
    scrape(Self.exporter, minute: 0, life: "1", began: 0, Self.information("1.4.1"))
    #expect(
      scrape(Self.exporter, minute: 5, life: "2", began: 4, Self.information("1.4.2"))
        == ["restarted unknown", "judged true, version 1.4.1 → 1.4.2"])
    #expect(
      scrape(Self.exporter, minute: 9, life: "3", began: 8, Self.information("1.4.2"))
        == ["restarted unknown", "judged false, version 1.4.2"])
    #expect(scrape(Self.exporter, minute: 10, life: "3", began: 8, Self.information("1.4.2")) == [])
    #expect(answers == [true, false])
  }

  private static func program(_ files: String, isWhole: Bool = true) -> BuildMarks {
    BuildMarks(program: .init(digest: FNV1a.hash(files), isWhole: isWhole))
  }

  @Test mutating func otherFilesAreANewBuildAndTheSameOnesAreNone() throws {
    scrape(.cgroup, minute: 0, life: "1", Self.program("a"))
    scrape(.cgroup, minute: 1, life: "2")
    // systemd answers after the sweep that has found the new life.
    #expect(scrape(.cgroup, minute: 2, life: "2", Self.program("a")) == ["judged false, -"])
    #expect(
      scrape(.cgroup, minute: 3, life: "3", Self.program("b"))
        == ["restarted unknown", "judged true, -"])
    // Of a script the interpreter reads more than can be compared.
    scrape(.cgroup, minute: 4, life: "4", Self.program("c", isWhole: false))
    scrape(.cgroup, minute: 5, life: "5", Self.program("c", isWhole: false))
    #expect(answers == [false, true, true, nil])
    // A restart of LeakWatch forgets none of it.
    let record = try #require(engine.record(of: Self.api))
    engine = Engine(settings: EngineSettings(host: "h"))
    _ = try engine.restore(record, at: Self.start + .minutes(6))
    scrape(.cgroup, minute: 7, life: "6", Self.program("c"))
    scrape(.cgroup, minute: 8, life: "7", Self.program("c"))
    #expect(answers == [false, true, true, nil, false, false])
  }

  @Test func filesOfAnotherSizeOutweighAVersionThatWasNotRaised() {
    var (old, new) = (Self.information("2.0"), Self.information("2.0"))
    old.program = Self.program("a").program
    new.program = Self.program("b").program
    #expect(new.isNewBuild(after: old) == true)
    new.program = old.program
    #expect(new.isNewBuild(after: old) == false)
  }

  @Test mutating func whatNothingTellsStaysUnknown() {
    scrape(.cgroup, minute: 0, life: "1")
    #expect(scrape(.cgroup, minute: 1, life: "2") == ["restarted unknown"])
    // Known from now on, but not of the life before.
    #expect(scrape(Self.exporter, minute: 2, life: "a", Self.information("1")) == [])
    // "(devel)" twice may be two builds.
    let devel = Self.information("devel", isTelling: false)
    scrape(.cgroup, minute: 3, life: "3")
    scrape(Self.exporter, minute: 4, life: "a", began: 3, devel)
    scrape(Self.exporter, minute: 5, life: "b", began: 5, devel)
    #expect(answers == [nil, true, nil])
  }

  @Test mutating func theSourceThatTellsMayComeLater() {
    scrape(.cgroup, minute: 0, life: "1")
    scrape(Self.exporter, minute: 0, life: "a", began: -5, Self.information("1"))
    #expect(scrape(.cgroup, minute: 10, life: "2", began: 9) == ["restarted unknown"])
    #expect(
      scrape(Self.exporter, minute: 11, life: "b", began: 10, Self.information("2"))
        == ["judged true, version 1 → 2"])
    #expect(answers == [true])
  }

  @Test mutating func anOldProcessThatStillAnswersSaysNothingOfTheNewOne() {
    scrape(.cgroup, minute: 0, life: "1")
    scrape(Self.exporter, minute: 0, life: "a", began: -5, Self.information("1"))
    scrape(.cgroup, minute: 10, life: "2", began: 9)
    #expect(scrape(Self.exporter, minute: 10, life: "a", began: -5, Self.information("1")) == [])
    #expect(answers == [nil])
  }

  @Test mutating func aLifeThatNobodySawTheBuildOfIsStepped_over() {
    scrape(Self.exporter, minute: 0, life: "1", began: 0, Self.information("1"))
    scrape(Self.exporter, minute: 1, life: "2", began: 1)
    scrape(Self.exporter, minute: 2, life: "3", began: 2, Self.information("1"))
    #expect(answers == [nil, false])
  }

  @Test mutating func theSameContainerIsTheSameBuildAndAnotherOneMayBe() {
    scrape(.cgroup, minute: 0, life: "1", BuildMarks(container: "aa"))
    scrape(.cgroup, minute: 1, life: "2", BuildMarks(container: "aa"))
    scrape(.cgroup, minute: 2, life: "3", BuildMarks(container: "bb"))
    #expect(answers == [false, nil])
  }

  @Test mutating func withoutAStartTimeAnotherBuildIsAnotherLife() {
    scrape(Self.exporter, minute: 0, life: "reset 0", Self.information("1"))
    scrape(.cgroup, minute: 0, life: "1")
    #expect(
      scrape(Self.exporter, minute: 1, life: "reset 0", Self.information("2"))
        == ["restarted unknown", "judged true, version 1 → 2"])
    // The cgroup tells of the same restart.
    #expect(scrape(.cgroup, minute: 2, life: "2") == [])
    // A process with a start time is one process, whatever its labels say.
    scrape(Self.exporter, minute: 3, life: "s", began: 3, Self.information("3"))
    #expect(scrape(Self.exporter, minute: 4, life: "s", began: 3, Self.information("4")) == [])
  }

  @Test mutating func itIsKnownAfterARestartOfTheDaemon() throws {
    scrape(Self.exporter, minute: 0, life: "1", began: 0, Self.information("1"))
    scrape(Self.exporter, minute: 1, life: "2", began: 1, Self.information("2"))
    let before = engine.incarnationChanges(of: Self.api)
    let record = try #require(engine.record(of: Self.api))
    engine = Engine(settings: EngineSettings(host: "h"))
    _ = try engine.restore(record, at: Self.start + .minutes(2))
    #expect(engine.incarnationChanges(of: Self.api) == before)
    scrape(Self.exporter, minute: 3, life: "3", began: 3, Self.information("2"))
    #expect(answers == [true, false])
  }

  @Test mutating func aRecordFromBeforeThereWereBuildsIsRead() throws {
    scrape(.cgroup, minute: 0, life: "1")
    scrape(.cgroup, minute: 1, life: "2")
    var record = try #require(engine.record(of: Self.api))
    // Two lives of three bytes and their count, no sources, no fix, two lives without programs.
    record.removeLast(12)
    record[0] = 2
    engine = Engine(settings: EngineSettings(host: "h"))
    _ = try engine.restore(record, at: Self.start + .minutes(2))
    #expect(answers == [nil])
  }

  @Test mutating func aRecordFromBeforeThereWereFixesIsRead() throws {
    scrape(Self.exporter, minute: 0, life: "1", began: 0, Self.information("1"))
    scrape(Self.exporter, minute: 1, life: "2", began: 1, Self.information("2"))
    var record = try #require(engine.record(of: Self.api))
    // No fix, two lives without programs.
    record.removeLast(4)
    record[0] = 3
    engine = Engine(settings: EngineSettings(host: "h"))
    _ = try engine.restore(record, at: Self.start + .minutes(2))
    #expect(answers == [true])
  }
}
