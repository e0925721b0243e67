import Alerting
import Detectors
import Testing
import TimeSeries

@testable import Engine

/// What people are told of one alert, and how urgent it is said to be.
struct ServiceAlertTests {
  private let key = AlertKey(service: ServiceName("api"), kind: .memoryGrowth)
  private let service = ServiceState(description: ServiceDescription(name: ServiceName("api")))
  private var alert = ServiceAlert()

  private mutating func advance(
    _ isMet: Bool, _ severity: Severity, _ name: Verdict? = nil, minute: Int64
  ) -> [Effect] {
    var verdict = name.map { _ in GrowthVerdict.insufficientData("") }
    if let name { verdict?.verdict = name }
    let outcome = RuleOutcome(
      kind: .memoryGrowth, finding: Finding(condition: isMet ? .met : .notMet),
      timing: AlertTiming(hold: .zero, keepFiring: .zero), severity: severity,
      storedVerdict: verdict.map(Indirect.stored))
    return alert.advance(
      outcome, key: key, service: service, host: "h",
      at: Timestamp(milliseconds: 1_763_942_400_000) + .minutes(minute))
  }

  private mutating func tell(
    _ isMet: Bool, _ severity: Severity, _ name: Verdict? = nil, minute: Int64
  ) -> [Alert] {
    advance(isMet, severity, name, minute: minute).compactMap {
      if case .notify(let alert) = $0 { alert } else { nil }
    }
  }

  @Test mutating func isToldAgainWhenItBecomesUrgent() {
    let first = tell(true, .ticket, minute: 0)
    #expect(first.map(\.severity) == [.ticket])
    #expect(tell(true, .ticket, minute: 15).isEmpty)
    let second = tell(true, .page, minute: 30)
    #expect(second.map(\.severity) == [.page])
    #expect(second.first?.status == .firing)
    #expect(second.first?.episode == first.first?.episode)
    #expect(tell(true, .warning, minute: 45).isEmpty)
    let last = tell(false, .ticket, minute: 60)
    #expect(last.map(\.status) == [.resolved])
    #expect(last.map(\.severity) == [.page])
  }

  @Test mutating func isToldAgainWhenItIsSomethingElse() {
    #expect(tell(true, .ticket, .leak, minute: 0).map(\.verdict) == ["leak"])
    let hour: Int64 = 60
    // A verdict that wavers is no news.
    #expect(tell(true, .ticket, .cache, minute: 20 * hour).isEmpty)
    #expect(tell(true, .ticket, .leak, minute: 21 * hour).isEmpty)
    #expect(tell(true, .ticket, .cache, minute: 22 * hour).isEmpty)
    #expect(tell(true, .ticket, .cache, minute: 27 * hour).isEmpty)
    let told = advance(true, .ticket, .cache, minute: 28 * hour)
    guard told.count == 2, case .transition(let change) = told[0],
      case .notify(let update) = told[1]
    else {
      Issue.record("\(told)")
      return
    }
    #expect(change.from == .firing && change.to == .firing && change.verdict == "cache")
    #expect(update.status == .firing && update.verdict == "cache")
    #expect(update.reasons == ["told as leak before; it has looked otherwise for 6 h"])
    // Not twice, and not back again within the day.
    #expect(tell(true, .ticket, .cache, minute: 40 * hour).isEmpty)
    #expect(tell(true, .ticket, .leak, minute: 41 * hour).isEmpty)
    #expect(tell(true, .ticket, .leak, minute: 50 * hour).isEmpty)
    #expect(tell(true, .ticket, .leak, minute: 52 * hour).map(\.verdict) == ["leak"])
  }

  /// The first name comes from the shortest past, and is corrected without waiting for a day.
  @Test mutating func theFirstVerdictIsCorrectedWithinTheDay() {
    let hour: Int64 = 60
    #expect(tell(true, .ticket, .leak, minute: 0).map(\.verdict) == ["leak"])
    #expect(tell(true, .ticket, .fragmentation, minute: 2 * hour).isEmpty)
    #expect(
      tell(true, .ticket, .fragmentation, minute: 8 * hour).map(\.verdict) == ["fragmentation"])
    #expect(tell(true, .ticket, .leak, minute: 9 * hour).isEmpty)
    #expect(tell(true, .ticket, .leak, minute: 16 * hour).isEmpty)
    #expect(tell(true, .ticket, .leak, minute: 32 * hour).map(\.verdict) == ["leak"])
    // Another episode has a first name of its own.
    #expect(tell(false, .ticket, .leak, minute: 60 * hour).map(\.status) == [.resolved])
    #expect(tell(true, .ticket, .leak, minute: 70 * hour).map(\.verdict) == ["leak"])
    #expect(tell(true, .ticket, .cache, minute: 72 * hour).isEmpty)
    #expect(tell(true, .ticket, .cache, minute: 78 * hour).map(\.verdict) == ["cache"])
  }

  @Test mutating func whatIsWithdrawnEndsWhateverItsRuleSays() {
    let time = Timestamp(milliseconds: 1_763_942_400_000)
    _ = tell(true, .page, minute: 0)
    let effects = alert.withdraw(
      key: key, because: "it was switched off", service: service, host: "h", at: time + .minutes(1))
    let told = effects.compactMap { if case .notify(let alert) = $0 { alert } else { nil } }
    #expect(told.map(\.status) == [.resolved])
    #expect(told.map(\.severity) == [.page])
    #expect(told.map(\.reasons) == [["it was switched off"]])
    #expect(alert.state == .inactive)
    let again = alert.withdraw(
      key: key, because: "it was switched off", service: service, host: "h", at: time + .minutes(2))
    #expect(again.isEmpty)
  }

  @Test func urgencyFollowsTheUpperEnd() {
    let rule = MemoryGrowthRule()
    let day = 86_400.0
    func urgency(_ high: Double?) -> MemoryGrowthRule.Urgency {
      rule.urgency(of: GrowthFigures(secondsToLimit: 1, secondsToLimitHigh: high))
    }
    #expect(urgency(0.9 * day) == .page)
    #expect(urgency(1.1 * day) == .warning)
    #expect(urgency(8 * day) == .ticket)
    #expect(urgency(nil) == .ticket)
  }
}
