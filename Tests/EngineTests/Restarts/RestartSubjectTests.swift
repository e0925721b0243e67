import Alerting
import Testing
import TimeSeries

@testable import Engine

@Suite struct RestartSubjectTests {
  private static let start = Timestamp(milliseconds: 1_763_942_400_000)

  private func engine() -> Engine { Engine(settings: EngineSettings(host: "web-1")) }

  private func scrape(
    _ service: String, at now: Timestamp, requests: Double? = nil
  ) -> Event {
    .scraped(
      ScrapeResult(
        service: ServiceName(service), source: .cgroup, timestamp: now,
        incarnation: Incarnation(identity: "a", startedAt: Self.start),
        readings: [Reading(.memoryCurrent, 1e8)]
          + (requests.map { [Reading(.requestsTotal, $0)] } ?? [])))
  }

  @Test(arguments: [
    ("api.service", "/system.slice/api.service", "api.service"),
    ("api@1.service", "/system.slice/system-api.slice/api@1.service", "api@1.service"),
    ("user@1000.service", "/user.slice/user@1000.service/app.slice/api.service", nil),
    ("docker.service", "/system.slice/docker.service/abc", nil),
    ("docker-abc.scope", "/system.slice/docker-abc.scope", nil),
  ])
  func onlyAUnitThatIsTheServiceItselfCanBeRestarted(
    unit: String, path: String, expected: String?
  ) throws {
    var engine = engine()
    let name = ServiceName("service")
    _ = engine.handle(
      .described(ServiceDescription(name: name, cgroupPath: path, unit: unit)), at: Self.start)
    _ = engine.handle(scrape("service", at: Self.start), at: Self.start)
    let subject = try #require(engine.restartSubjects().first)
    #expect(subject.unit == expected)
    #expect(subject.lifeBegan == Self.start)
    #expect(subject.memoryBytes == 1e8)
  }

  @Test func aServiceThatEndedIsNone() {
    var engine = engine()
    _ = engine.handle(scrape("api", at: Self.start), at: Self.start)
    _ = engine.handle(.ended(ServiceName("api")), at: Self.start)
    #expect(engine.restartSubjects().isEmpty)
  }

  @Test func replicasAreOneGroupAndTheirRequestsFindItsQuietHours() throws {
    var engine = engine()
    var requests = 0.0
    let end = Self.start + .days(4)
    var now = Self.start
    while now < end {
      // Two requests a second in the three hours from 03:00, ten else.
      requests += (3..<6).contains(CivilTime(now).hour) ? 600 : 3000
      for name in ["api-1", "api-2"] {
        _ = engine.handle(scrape(name, at: now, requests: requests), at: now)
      }
      _ = engine.handle(scrape("web", at: now), at: now)
      now = now + .minutes(5)
    }
    #expect(engine.restartSubjects().map(\.group.text) == ["api", "api", "web"])
    let rates = engine.requestRates(ofGroup: ServiceName("api"), at: end)
    #expect(rates.count == 2)
    #expect(try QuietHours.find(rates).get().description == "03:00-06:00")
    #expect(
      QuietHours.find(engine.requestRates(ofGroup: ServiceName("web"), at: end))
        == .failure(.noCounter))
  }
}
