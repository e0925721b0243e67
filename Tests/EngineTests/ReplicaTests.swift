import Alerting
import Detectors
import Testing
import TimeSeries

@testable import Engine

struct ReplicaTests {
  private func group(_ name: String, unit: String? = nil) -> String? {
    ReplicaGroup.name(of: ServiceDescription(name: ServiceName(name), unit: unit))?.text
  }

  @Test func namesTellReplicas() {
    #expect(group("api@3", unit: "api@3.service") == "api")
    #expect(group("web-12") == "web")
    #expect(group("web_2") == "web")
    #expect(group("api-7d9f8b6c5d-x2x4z") == "api")
    #expect(group("payment-api-7d9f8b6c5d-x2x4z") == "payment-api")
    #expect(group("payments/api/10.0.0.7:8080") == "payments/api")
    #expect(group("api/[::1]:8080") == "api")
  }

  @Test func oneOfAKindIsNoReplica() {
    #expect(group("api") == nil)
    #expect(group("postgres15") == nil)
    #expect(group("-1") == nil)
    #expect(group("2024") == nil)
    #expect(group("user-service-alpha") == nil)
    #expect(group("payments/api:stable") == nil)
    #expect(group("/10.0.0.7:8080") == nil)
    #expect(group("10.0.0.7:8080/api") == nil)
  }

  private func outcome(growing: Bool, slope: Double = 1, severity: Severity = .ticket)
    -> RuleOutcome
  {
    RuleOutcome(
      kind: .memoryGrowth,
      finding: Finding(
        condition: growing ? .met : .notMet, growth: GrowthFigures(slopeBytesPerDay: slope),
        reasons: ["heap grows"]),
      timing: AlertTiming(hold: .zero, keepFiring: .zero), severity: severity)
  }

  private func member(_ index: Int, _ outcome: RuleOutcome, began: Double = 0)
    -> ReplicaFinding.Member
  {
    ReplicaFinding.Member(
      index: index, name: ServiceName("api-\(index)"), outcome: outcome,
      lifeBegan: Timestamp(seconds: 1_763_942_700 + began))
  }

  @Test func theWorstSpeaksForAll() throws {
    let finding = try #require(
      ReplicaFinding([
        member(0, outcome(growing: true, slope: 9)),
        member(1, outcome(growing: true, slope: 5, severity: .page), began: 600),
        member(2, outcome(growing: false)),
      ]))
    #expect(finding.worst == 1)
    #expect(finding.outcome.finding.condition == .met)
    #expect(
      finding.outcome.finding.reasons == [
        "2 of 3 instances grow, since the deploy of 2025-11-24T00:05:00Z", "heap grows",
      ])
  }

  @Test func livesFarApartAreNoDeploy() throws {
    let finding = try #require(
      ReplicaFinding([
        member(0, outcome(growing: true)), member(1, outcome(growing: true), began: 86_400),
      ]))
    #expect(finding.outcome.finding.reasons.first == "2 of 2 instances grow")
  }

  @Test func aSingleOneIsNamed() throws {
    let finding = try #require(
      ReplicaFinding([
        member(0, outcome(growing: false)), member(1, outcome(growing: true)),
        member(2, outcome(growing: false)),
      ]))
    #expect(
      finding.outcome.finding.reasons.first
        == "only api-1 of 3 instances grows: look for what is special about it")
  }

  @Test func nobodyGrowing() throws {
    let finding = try #require(ReplicaFinding([member(0, outcome(growing: false))]))
    #expect(finding.outcome.finding.condition == .notMet)
    #expect(ReplicaFinding([]) == nil)
  }
}
