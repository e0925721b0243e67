import Testing

/// Draws of the scenarios, found among 24 seeds, that the verdict gets wrong, each with the reason.
/// They stay known issues until a rule gets them right for a better reason than these draws.
@Suite struct HardScenarioTests {
  struct Draw: Sendable, CustomTestStringConvertible {
    var scenario: String
    var seed: UInt64
    var reason: Comment

    var testDescription: String { "\(scenario), seed \(seed)" }
  }

  private static let restless: Comment =
    "a live heap of wandering noise passes what 24 h ask for some hours: evidence 5.6, 3.0, 6.1"
  private static let bent: Comment =
    "noise bends a straight rise, and it is called a cache when it first fires"

  static let ordinary = [
    Draw(
      scenario: "one step in mid-life", seed: 19,
      reason: "a step under correlated noise claims growth over 24 h for three hours: evidence 6.8"),
    Draw(scenario: "freed memory that stays resident", seed: 22, reason: restless),
    Draw(scenario: "freed memory that stays resident", seed: 23, reason: restless),
  ]

  static let growing = [
    Draw(scenario: "60 MB a day in a service of 1 GB", seed: 23, reason: bent),
    Draw(scenario: "a floor that rises below larger teeth", seed: 8, reason: bent),
    Draw(scenario: "a floor that rises below larger teeth", seed: 14, reason: bent),
    Draw(scenario: "200 MB a day under a daily swing", seed: 24, reason: bent),
    Draw(
      scenario: "killed for want of memory every 6 to 12 hours", seed: 15,
      reason: "found after 62 h in place of 48"),
    Draw(
      scenario: "a leak outside the heap of a JVM", seed: 21,
      reason: "teeth that have climbed for a day pass for growth of the heap"),
  ]

  @Test(arguments: ordinary) func silence(draw: Draw) throws {
    let all = OrdinaryProcess.all + OrdinaryRuntime.all + OrdinaryEnvironment.all
    let scenario = try #require(all.first { $0.testDescription == draw.scenario })
    withKnownIssue(draw.reason, isIntermittent: true) {
      OrdinaryScenarioTests.expectSilence(scenario, draw.seed)
    }
  }

  @Test(arguments: growing) func name(draw: Draw) throws {
    let expected = try #require(
      GrowingScenarios.all.first { $0.scenario.testDescription == draw.scenario })
    withKnownIssue(draw.reason, isIntermittent: true) {
      try GrowingScenarioTests.expectFound(expected, draw.seed)
    }
  }
}
