import Testing

/// Whatever is no leak never fires the growth alert.
@Suite struct OrdinaryScenarioTests {
  @Test(arguments: OrdinaryProcess.all, Scenario.seeds)
  func whatAProcessDoes(scenario: Scenario, seed: UInt64) {
    Self.expectSilence(scenario, seed)
  }

  @Test(arguments: OrdinaryRuntime.all, Scenario.seeds)
  func whatACollectorDoes(scenario: Scenario, seed: UInt64) {
    Self.expectSilence(scenario, seed)
  }

  @Test(arguments: OrdinaryEnvironment.all, Scenario.seeds)
  func whatTheKernelAndUsersDo(scenario: Scenario, seed: UInt64) {
    Self.expectSilence(scenario, seed)
  }

  static func expectSilence(_ scenario: Scenario, _ seed: UInt64) {
    let run = ScenarioRun(scenario.make(seed))
    #expect(run.firings.isEmpty, "\(scenario.testDescription), seed \(seed): \(run)")
  }
}
