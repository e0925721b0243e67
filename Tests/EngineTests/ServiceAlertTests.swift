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

  private mutating func tell(_ isMet: Bool, _ severity: Severity, minute: Int64) -> [Alert] {
    let outcome = RuleOutcome(
      kind: .memoryGrowth, finding: Finding(condition: isMet ? .met : .notMet),
      timing: AlertTiming(hold: .zero, keepFiring: .zero), severity: severity)
    let effects = alert.advance(
      outcome, key: key, service: service, host: "h",
      at: Timestamp(milliseconds: 1_763_942_400_000) + .minutes(minute))
    return effects.compactMap { if case .notify(let alert) = $0 { alert } else { nil } }
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
