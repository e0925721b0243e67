import Alerting
import Detectors
import TestSupport
import Testing
import TimeSeries

@testable import Engine

/// The life of the growth alert that replicas share.
struct ReplicaAlertTests {
  private static let start = Timestamp(milliseconds: 1_763_942_400_000)
  private let group = AlertKey(service: ServiceName("api"), kind: .memoryGrowth)
  private var engine = Engine(
    settings: EngineSettings(
      host: "h",
      memoryGrowth: ConfiguredRule(
        rule: MemoryGrowthRule(), timing: AlertTiming(hold: .zero, keepFiring: .zero),
        severity: .ticket)))
  private var transitions: [AlertTransition] = []
  private var noise = NoiseSource(seed: 11)

  private mutating func take(_ effects: [Effect]) {
    for case .transition(let change) in effects { transitions.append(change) }
  }

  /// A day of samples of services that leak 2 % an hour.
  private mutating func leak(_ names: [String]) -> Timestamp {
    var now = Self.start
    for quarter in 0..<96 {
      now = Self.start + .minutes(Int64(15 * quarter))
      let bytes = 400e6 * (1 + 0.005 * Double(quarter)) + 4e5 * noise.normal()
      for name in names {
        let result = ScrapeResult(
          service: ServiceName(name), source: .cgroup, timestamp: now,
          incarnation: Incarnation(
            identity: "a", startedAt: Self.start + .days(-20)),
          readings: [Reading(.memoryAnon, bytes)])
        take(engine.handle(.scraped(result), at: now))
      }
      take(engine.handle(.evaluate, at: now))
    }
    return now
  }

  @Test mutating func endsWhereItsRuleIsSwitchedOffOrAllReplicasAreExcluded() throws {
    let now = leak(["api-1", "api-2"])
    var other = engine
    transitions = []
    take(engine.handle(.reconfigured(EngineSettings(host: "h")), at: now))
    #expect(transitions.map(\.to) == [.resolved])
    #expect(transitions.map(\.key) == [group])
    #expect(transitions.map(\.reasons) == [["the rule was switched off"]])

    transitions = []
    take(other.handle(.excluded(ServiceName("api-1")), at: now))
    #expect(transitions.isEmpty)
    take(other.handle(.excluded(ServiceName("api-2")), at: now))
    #expect(transitions.map(\.to) == [.resolved])
    #expect(other.firingAlerts() == [])
  }

  @Test mutating func isOneAndEndsWithTheLastReplica() throws {
    var now = leak(["api-1", "api-2"])
    let fired = try #require(transitions.first { $0.to == .firing })
    #expect(fired.key == group)
    #expect(
      fired.reasons.first == "2 of 2 instances grow, since the deploy of 2025-11-04T00:00:00Z")
    #expect(transitions.allSatisfy { $0.key == group })
    #expect(engine.overview().allSatisfy { $0.firing[.memoryGrowth] != nil && $0.isGrowing })

    transitions = []
    take(engine.handle(.ended(ServiceName("api-1")), at: now))
    now = now + .minutes(1)
    take(engine.handle(.evaluate, at: now))
    #expect(transitions.isEmpty)
    #expect(engine.overview().map(\.isGrowing) == [true])

    take(engine.handle(.ended(ServiceName("api-2")), at: now))
    now = now + .minutes(1)
    take(engine.handle(.evaluate, at: now))
    #expect(transitions.map(\.key) == [group])
    #expect(transitions.map(\.to) == [.resolved])
  }

  @Test mutating func aloneItIsTheServicesOwn() {
    _ = leak(["api-1"])
    #expect(transitions.last { $0.to == .firing }?.key.service == ServiceName("api-1"))
  }
}
