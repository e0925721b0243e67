import Alerting
import Testing
import TimeSeries

@testable import Engine

/// What LeakWatch tells of itself.
struct OwnAlertTests {
  private static let start = Timestamp(milliseconds: 1_763_942_400_000)
  private static let rules: [AlertKind: OwnRule] = [
    .targetDown: OwnRule(patience: .minutes(15), severity: .ticket),
    .configRejected: OwnRule(patience: .zero, severity: .warning),
  ]
  private var engine = Self.engine()
  private var minute: Int64 = 0

  private static func engine(_ rules: [AlertKind: OwnRule] = Self.rules) -> Engine {
    var settings = EngineSettings(host: "db-3")
    settings.own = rules
    return Engine(settings: settings)
  }

  /// A minute in which these targets are down since then.
  private mutating func look(
    down: [String: Int64] = [:], rejected: Bool = false, undecided: Bool = false
  ) -> [Alert] {
    let now = Self.start + .minutes(minute)
    minute += 1
    var conditions = OwnConditions()
    conditions.troubles[.targetDown] = down.map {
      OwnConditions.Trouble("\($0.key) does not answer", since: Self.start + .minutes($0.value))
    }
    if rejected { conditions.troubles[.configRejected] = [.init("it was rejected", since: now)] }
    if undecided { conditions.undecided = [.targetDown] }
    return engine.handle(.looked(conditions), at: now).compactMap {
      if case .notify(let alert) = $0 { alert } else { nil }
    }
  }

  @Test mutating func eachTroubleIsMeasuredByItself() throws {
    // Two targets that are down one after the other are not one that is down for long.
    for _ in 0..<10 { #expect(look(down: ["a": 0]).isEmpty) }
    for _ in 10..<20 { #expect(look(down: ["b": 10]).isEmpty) }
    for _ in 20..<25 { #expect(look(down: ["b": 10, "a": 20]).isEmpty) }
    let alert = try #require(look(down: ["b": 10, "a": 20]).first)
    #expect(alert.key == AlertKey(service: ServiceName("leakwatch"), kind: .targetDown))
    #expect(alert.summary == "leakwatch on db-3: b does not answer, for 15 min")
    #expect(alert.severity == .ticket)
    #expect(alert.checklist.isEmpty && !alert.commands.isEmpty)
    #expect(engine.firingAlerts() == [alert.key])
    #expect(engine.firing().map(\.key) == [alert.key])
    #expect(look(down: ["a": 20]).isEmpty)
    let end = try #require(look().first)
    #expect(end.status == .resolved)
    #expect(end.episode == alert.episode)
    #expect(engine.firingAlerts() == [])
  }

  @Test mutating func aRejectedConfigurationFiresAtOnceAndEndsWithTheNextGoodOne() {
    #expect(look(rejected: true).map(\.status) == [.firing])
    #expect(look(rejected: true).isEmpty)
    #expect(look().map(\.status) == [.resolved])
  }

  @Test mutating func anEpisodeGoesOnOverARestart() throws {
    for _ in 0..<15 { #expect(look(down: ["a": 0]).isEmpty) }
    let alert = try #require(look(down: ["a": 0]).first)
    let record = try #require(engine.ownRecord)
    engine = Self.engine()
    try engine.restore(own: record, at: Self.start + .minutes(minute))
    // Nobody was asked yet; then it is down, but since when is forgotten.
    #expect(look(undecided: true).isEmpty)
    #expect(look(down: ["a": minute]).isEmpty)
    #expect(engine.firingAlerts() == [alert.key])
    let end = try #require(look().first)
    #expect(end.episode == alert.episode)
    #expect(end.startedAt == alert.startedAt)
    #expect(engine.ownRecord == nil)
  }

  @Test mutating func aRuleThatIsSwitchedOffEndsItsAlert() {
    #expect(look(rejected: true).count == 1)
    _ = engine.handle(
      .reconfigured(EngineSettings(host: "db-3")), at: Self.start + .minutes(minute))
    #expect(look(rejected: true).map(\.reasons) == [["the rule was switched off"]])
    #expect(look(rejected: true).isEmpty)
  }
}
