import Detectors
import Testing

/// Whatever leaks is found in time and called by its name.
@Suite struct GrowingScenarioTests {
  @Test(arguments: GrowingScenarios.all, Scenario.seeds)
  func isFoundAndNamed(expected: GrowingScenario, seed: UInt64) throws {
    try Self.expectFound(expected, seed)
  }

  static func expectFound(_ expected: GrowingScenario, _ seed: UInt64) throws {
    let run = ScenarioRun(expected.scenario.make(seed))
    let about = "\(expected.scenario.testDescription), seed \(seed): \(run)"
    let firing = try #require(run.firings.first, "\(about)")
    #expect(firing.hours <= expected.withinHours, "\(about)")
    #expect(firing.verdict.verdict == expected.verdict, "\(about)")
    #expect(firing.verdict.flavour.map(expected.flavours.contains) == true, "\(about)")
    #expect(firing.verdict.growing.map(expected.growing.contains) == true, "\(about)")
  }
}
